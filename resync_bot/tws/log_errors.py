"""Finds the lines of a job log that tell what went wrong, and what kind of trouble they tell of.

Patterns of our own for what shells, databases, Java, Python, file transfers, disks, networks and HWA itself print.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from resync_bot.tws.findings import LogError, LogErrorKind, LogMessage
from resync_bot.tws.messages import meaning_of, message_ids

MOST_ERRORS = 8  # more lines than that explain nothing
MOST_MESSAGES = 8


@dataclass(frozen=True, slots=True)
class _Pattern:
    """`stems` are what a line must hold one of, in lower case: looked for first, being a hundred times cheaper."""

    kind: LogErrorKind
    weight: int  # the more telling, the higher; the first pattern that fits decides
    stems: tuple[str, ...]
    expression: re.Pattern[str]

    def fits(self, line: str, lowered: str) -> bool:
        """Whether `line` tells of this kind of trouble."""
        return any(stem in lowered for stem in self.stems) and self.expression.search(line) is not None


def _pattern(kind: LogErrorKind, weight: int, stems: str, *alternatives: str) -> _Pattern:
    return _Pattern(kind, weight, tuple(stems.split("|")), re.compile("|".join(alternatives), re.IGNORECASE))


_PATTERNS = (
    _pattern(
        LogErrorKind.DISK_FULL,
        95,
        "space|enospc|full|quota|espaço|cheio|wrote only|ora-|sql0289",
        r"no space left on device",
        r"\bENOSPC\b",
        r"(?:disk|file ?system|filesystem|volume)\b.{0,40}\b(?:is )?full\b",
        r"(?:disk )?quota exceeded",
        r"(?:not enough|insufficient) (?:disk )?space",
        r"sem espaço|disco (?:está )?cheio|\bWrote only \d+ of \d+ bytes",
        r"ORA-(?:19502|27072|00257)\b",
        r"\bSQL0289N\b",
    ),
    _pattern(
        LogErrorKind.MEMORY,
        95,
        "memory|gc overhead|enomem|ora-0403|oom|killed|fork|bad_alloc|sql0954",
        r"OutOfMemoryError|GC overhead limit",
        r"\bout of memory\b|cannot allocate memory|\bENOMEM\b|\bMemoryError\b",
        r"ORA-0403[01]\b",
        r"\boom-?kill|(?-i:^Killed$)|\bline \d+: +\d+ Killed\b|\bbad_alloc\b|\bSQL0954C\b",
        r"\bfork: .{0,10}Resource temporarily unavailable",
    ),
    _pattern(
        LogErrorKind.CREDENTIALS,
        90,
        (
            "ora-0|ora-28|sql30082|sqlstate|authentication|login|logon|access denied|"
            "invalid|expired|locked|permission|401|530|host key|identification|senha|kinit|kdc|revoked|token|"
            "sudo|secret key|credentials|curl"
        ),
        r"ORA-0(?:1017|1005)\b|ORA-2800[0-2]\b",
        r"SQL30082N|SQLSTATE[ =:]*28\w{3}",
        r"(?:authentication|login|logon) (?:has )?(?:failed|failure|denied|incorrect)",
        r"access denied for user|invalid (?:credentials|username|user name|password)",
        r"password (?:has )?(?:is )?expired|account (?:has been |is )?locked",
        r"permission denied,? (?:\(publickey|please try again)",
        r"\b401\b.{0,20}unauthori[sz]ed|^530[ -]",
        r"host key verification failed|remote host identification has changed",
        r"senha (?:expirada|inválida|incorreta)|curl: \(67\)|\bkinit: |\bKDC has no support\b",
        r"credentials have been revoked|unable to locate credentials|\bExpiredToken\b|token (?:has |is )?expired",
        r"\bsudo: (?:a password is required|\d+ incorrect)|decryption failed: No secret key",
    ),
    _pattern(
        LogErrorKind.PERMISSION,
        85,
        "permi|denied|eacces|eperm|privilege|authori|403|ora-01031|sql055|negad|read-only",
        r"permission denied|operation not permitted|access is denied|\bE(?:ACCES|PERM)\b",
        r"insufficient privileges|not authori[sz]ed\b|\b403\b.{0,20}forbidden|AccessDenied",
        r"ORA-01031\b|SQL055[12]N|\bread-only file system\b",
        r"permissão negada|acesso negado",
    ),
    _pattern(
        LogErrorKind.TIMEOUT,
        80,
        "time|deadline exceeded|ora-12170|ora-00054|sql0911|tempo|504",
        r"\btimed[ -]?out\b|\bETIMEDOUT\b|deadline exceeded|TimeoutE(?:xception|rror)",
        r"ORA-(?:12170|00054)\b|SQL0911N.{0,40}\b68\b|lock wait timeout|statement timeout",
        r"\b504\b.{0,10}gateway time-?out",
        r"tempo (?:limite )?esgotado",
    ),
    _pattern(
        LogErrorKind.NETWORK,
        80,
        (
            "connect|econn|route|network|unknownhost|not known|"
            "resol|broken pipe|ora-|sql30081|certificate|handshake|conexão|refused|pkix|502|503|max retries"
        ),
        r"connection (?:was )?(?:refused|reset|closed by remote|aborted)|ECONN(?:REFUSED|RESET)|ConnectException",
        r"no route to host|network is unreachable|UnknownHostException|name or service not known",
        r"could(?: not|n't) resolve|temporary failure in name resolution|broken pipe",
        r"ORA-(?:12541|12154|12514|12537|12545|0311[345])\b|SQL30081N",
        r"certificate verify failed|handshake (?:failure|failed)|SSLHandshakeException|PKIX path building failed",
        r"\b502\b.{0,5}bad gateway|\b503\b.{0,5}service unavailable|Max retries exceeded with url|\bactively refused\b",
        r"\bConnectionError: |can't connect to MySQL server|could not connect to server|connection unexpectedly closed",
        r"conexão recusada",
    ),
    _pattern(
        LogErrorKind.DATA,
        75,
        (
            "ora-|record|bad|invalid|malformed|corrupt|rejected|"
            "checksum|parse|unexpected|registro|is not a|too lo|too la|characters|decodeerror|gzip|archive|"
            "sql3125|sql*loader|number|zip"
        ),
        r"ORA-(?:01722|01400|01438|01858|01861|12899)\b",
        r"\b(?:bad|invalid|malformed|corrupt(?:ed)?|rejected) (?:record|line|row|data|field|number|date|input)",
        r"\brecord \d+\b.{0,60}\b(?:invalid|reject|bad|error)|checksum (?:mismatch|error|failed)|parse error",
        r"unexpected (?:end of (?:file|input)|character)|registro inválido|\bSQL\*Loader-\d+|\bSQL3125W\b",
        r"SAXParseException|JSONDecodeError|not in gzip format|does not look like a tar archive|BadZipFile",
        r"checksums? did NOT match|\binvalid number\b",
        r"is not an? (?:valid )?(?:number|date|amount|value)|\d+ of \d+ \w+ rejected|rejected: [1-9]\d* of",
        r"\bholds \d+ characters, \d+ are allowed|(?:value|field|column) (?:is )?too (?:long|large)",
    ),
    _pattern(
        LogErrorKind.DATABASE,
        75,
        (
            "ora-|pls-|tns-|sp2-|dpy-|sql|db2|deadlock|constraint|duplicate key|tablespace|msg |error |"
            "relation|column |function |serialize|database|spool|dsn"
        ),
        r"\b(?:ORA|PLS|TNS|SP2)-\d{4,5}\b|\bSQL\d{4,5}[NCW]\b|\bSQLSTATE\b|\bDB2\w?: ?error",
        r"\bdeadlock(?:s|ed)?\b|unique constraint|duplicate key|foreign key constraint|\btablespaces?\b",
        r"\bDSNT\d{3}I\b.{0,20}SQLCODE = -|\bSQLCODE ?= ?-\d+|\bDPY-\d{4}\b|database is locked|no more spool space",
        r"\b(?:relation|column|function) .{1,80} does not exist|could not serialize access",
        r"Msg \d+, Level (?:1[1-9]|2\d)|\bERROR \d{4} \(\w{5}\)|\bpsql:.*(?:ERROR|FATAL)|SQLException",
    ),
    _pattern(
        LogErrorKind.FILE_TRANSFER,
        70,
        "ftp|scp|rsync|curl|cdp|direct|55|45|42|remote|lost connection|transfer|partial|svtm|upload|download|xcom",
        r"\b(?:sftp|scp|rsync|ftps?|lftp|curl|cdp|connect:?direct)\b.{0,80}\b(?:error|failed|lost|abort|incomplete|refused)",
        r"^4[25]\d[ -].{0,40}(?:abort|closed|unavailable|failed)|^scp: |\bSVTM\d+I Error\b|\bXCOMM\d+E\b",
        r"\b(?:upload|download) failed\b",
        r"curl: \(\d+\)|rsync error|^55\d[ -]|couldn't (?:open|read|write|stat) remote|lost connection",
        r"transfer (?:has )?(?:was )?(?:failed|aborted|incomplete|interrupted|broken)|partial (?:file|transfer)",
    ),
    _pattern(
        LogErrorKind.AGENT, 70, "aws|awk|eqq", r"\b(?:AWS[A-Z]{3}|AWK[A-Z]{3})\d{3}E\b", r"\bEQQ[A-Z]{1,2}\d{2,4}E\b"
    ),
    _pattern(
        LogErrorKind.PYTHON,  # exceptions of its well-known modules, which would be Java's by their form
        65,
        "error|exception",
        r"(?-i:^(?:subprocess|requests|urllib3?|sqlalchemy|pandas|json|socket|ssl|botocore|psycopg2?|cx_Oracle|oracledb"
        r"|pymysql|paramiko|asyncio|concurrent)\.(?:\w+\.)*[A-Z]\w*(?:Error|Exception)\b)",
    ),
    _pattern(
        LogErrorKind.JAVA,
        65,
        "caused by|exception|error|main class|jarfile",
        r"^Caused by: ",
        r"Exception in thread",
        r"(?-i:^\s*(?:[a-z]\w*\.)+[A-Z]\w*(?:Exception|Error)\b)",
        r"ClassNotFoundException|NoClassDefFoundError|could not find or load main class|unable to access jarfile",
        r"fatal error has been detected by the Java Runtime",
    ),
    _pattern(
        LogErrorKind.PYTHON,
        65,
        "error|exception|interrupt|traceback",
        r"(?-i:^(?:\w+\.)*[A-Z]\w*(?:Error|Exception|Interrupt)(?::|$))",
    ),
    _pattern(
        LogErrorKind.NOT_FOUND,
        60,
        "no such|not found|enoent|not exist|cannot|não encontrado|not recognized|filenotfound",
        r"no such file or directory|command not found|\bENOENT\b|file not found|does not exist",
        r"cannot (?:find|open|access)|: +not found\.?$|is not recognized as|the system cannot find",
        r"arquivo não encontrado",
    ),
    _pattern(
        LogErrorKind.SHELL,
        50,
        "syntax|unbound|bad |segmentation|core dumped|line |argument|operator|parameter|awk|char:",
        r"syntax error|unbound variable|bad (?:interpreter|substitution)|segmentation fault|core dumped",
        r"^\S+: line \d+: |too many arguments|argument list too long|(?:unary|binary) operator expected",
        r"parameter (?:not set|null or not set)|^g?awk: |^At \S+\.ps1:\d+ char:\d+",
    ),
    _pattern(
        LogErrorKind.OTHER,
        20,
        "fatal|severe|critical|panic|error|fail|abort|abend|rc|exit|return|erro|falh",
        r"\b(?:FATAL|SEVERE|CRITICAL|PANIC)\b|\berrors?\b|\bfail(?:ed|ure|ing)?\b|\babort(?:ed|ing)?\b|\babend(?:ed)?\b",
        r"\b(?:rc|exit(?:ed)?(?: (?:code|status|with))?|return(?:ed)? (?:code|status))\s*[=:]?\s*[1-9]\d*\b",
        r"\b(?:erro|falha|falhou)\b",
    ),
)
_HARMLESS = re.compile(
    r"\b(?:0|no|zero|without) (?:errors?|failures?|erros?|falhas?)\b|\b(?:errors?|failed|failures?|erros?)\s*[=:]\s*0\b"
    r"|\b(?:rejected|bad|invalid) (?:records?|rows?|lines?)\s*[=:]\s*0\b",
    re.IGNORECASE,
)
_FRAME = re.compile(r"^=(?:\s|=|$)")  # header and trailer of the log: the engine's own words about the run
_STACK = re.compile(r"^\s+(?:at [\w.$<>/]+\(|File \"|\.\.\. \d+ more)|^Traceback |^ORA-06512\b")


def find_errors(lines: Iterable[str], first_line: int = 1) -> tuple[LogError, ...]:
    """The lines that tell of trouble, the most telling first, at most `MOST_ERRORS`; each wording once."""
    best: dict[str, tuple[int, LogError]] = {}
    is_python = False
    for number, line in enumerate(lines, first_line):
        is_python = is_python or line.startswith("Traceback (most recent call last)")
        if _FRAME.match(line) or _STACK.match(line):
            continue
        lowered = line.lower()
        pattern = next((one for one in _PATTERNS if one.fits(line, lowered)), None)
        if pattern is not None and not _HARMLESS.search(line):
            weight = pattern.weight + line.startswith("Caused by: ")  # deeper than the line that it belongs to
            kind = LogErrorKind.PYTHON if is_python and pattern.kind is LogErrorKind.JAVA else pattern.kind
            best.setdefault(line.strip(), (weight, LogError(kind=kind, number=number, line=line.strip())))
    ranked = sorted(best.values(), key=lambda one: (-one[0], one[1].number))
    return tuple(error for _, error in ranked[:MOST_ERRORS])


def find_messages(lines: Iterable[str]) -> tuple[LogMessage, ...]:
    """HWA's own message ids with the line that each first stands in; errors before warnings before information."""
    found: dict[str, LogMessage] = {}
    for line in lines:
        for one in message_ids(line):
            found.setdefault(one, LogMessage(id=one, line=line.strip(), meaning=meaning_of(one)))
    return tuple(sorted(found.values(), key=lambda message: "EWI".index(message.id[-1]))[:MOST_MESSAGES])
