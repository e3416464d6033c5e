"""Masks secrets in text that nobody here wrote: job logs, commands, messages. Pure, without state.

Used before such text is shown, logged, stored or given to a language model. It rather masks too much than too little:
what follows a word such as password or token goes, whatever it is. Masking a masked text changes nothing, and lines
stay where they are, so that line numbers keep their meaning.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

MASK = "***"

_TELLTALE = (
    r"(?:pass(?:word|wd|wort|phrase|code)|pwd|secret|token|api[_.-]?key|access[_.-]?key|private[_.-]?key|account[_.-]?key"
    r"|credentials?|authorization|senha|contrase[nñ]a)"
)
_NAME = rf"(?<![\w.-])[\w.-]*{_TELLTALE}\w*"
_QUOTED = r"\"(?:[^\"\s]|[ \t])*\"|'(?:[^'\s]|[ \t])*'"  # never across lines, whatever ends a line
_JSON_LITERAL = r"(?:\*{3}|-?\d+(?:\.\d+)?|true|false|null)(?=[ \t]*[,}\]])"
_SCHEME = r"(?:(?:Bearer|Basic|Digest|Token|Negotiate|NTLM)[ \t]+)?"
_NO_VALUE = (
    r"about|already|being|correct|disabled|empty|expir\w+|errad[ao]|inv[aá]lid[ao]?|incorrect|incorret[ao]|locked|missing"
    r"|needed|not?|n[aã]o|null|old|only|outdated|required|set|stale|still|the|too|unknown|valid|v[aá]lid[ao]|vazi[ao]|wrong"
)
_KEY_BEGIN = re.compile(r"-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----")
_KEY_END = re.compile(r"-----END [A-Z ]{0,20}PRIVATE KEY-----")
_KEY_LINE = re.compile(r"\s*[A-Za-z0-9+/=]{4,}\s*")
_KEY_HEADER = re.compile(r"\s*(?:Proc-Type|DEK-Info):")
_LINE_TEXT = re.compile(r"\S(?:.*\S)?")


def _quoted_mask(value: str) -> str:
    return f"{value[0]}{MASK}{value[0]}" if value[0] in "\"'" and value[-1] == value[0] and len(value) > 1 else MASK


def _assignment(found: re.Match[str]) -> str:
    name, separator, value = found.group("name", "separator", "value")
    if name in {"PWD", "OLDPWD"} and re.fullmatch(r"/[\w./-]*", value):
        return found.group()  # the shell's working directory
    return f"{name}{separator}{_quoted_mask(value)}"


def _flag(found: re.Match[str]) -> str:
    return f"{found['flag']}{_quoted_mask(found['value'])}"


def _card(found: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", found.group())
    if not _passes_luhn(digits):
        return found.group()
    return f"{MASK}{digits[-4:]}"


def _passes_luhn(digits: str) -> bool:
    """The checksum of payment cards (ISO/IEC 7812-1)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (1 + place % 2)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def _without_private_keys(text: str) -> str:
    """PEM blocks, also one whose begin or end was cut off, or that was printed on one line."""
    if "PRIVATE KEY-----" not in text:
        return text
    lines = text.splitlines(keepends=True)
    inside = False
    for number, line in enumerate(lines):
        if begin := _KEY_BEGIN.search(line):
            end = _KEY_END.search(line, begin.end())
            inside = end is None
            stop = end.start() if end else len(line.rstrip())
            if line[begin.end() : stop].strip():
                lines[number] = f"{line[: begin.end()]}{MASK}{line[stop:]}"
        elif _KEY_END.search(line):
            before = number - 1
            while not inside and before >= 0 and _KEY_LINE.fullmatch(lines[before]):
                lines[before] = _masked_line(lines[before])
                before -= 1
            inside = False
        elif inside and (_KEY_LINE.fullmatch(line) or not line.strip() or _KEY_HEADER.match(line)):
            lines[number] = _masked_line(line)
        else:
            inside = False
    return "".join(lines)


def _masked_line(line: str) -> str:
    return _LINE_TEXT.sub(MASK, line)


@dataclass(frozen=True, slots=True)
class _Rule:
    """`stems` are what a line must hold one of, casefolded: looked for first, being a hundred times cheaper."""

    stems: tuple[str, ...]
    pattern: re.Pattern[str]
    replacement: str | Callable[[re.Match[str]], str]

    def concerns(self, folded: str) -> bool:
        """Whether a line may hold such a secret."""
        return not self.stems or any(stem in folded for stem in self.stems)


def _rule(stems: str, pattern: str, replacement: str | Callable[[re.Match[str]], str], flags: int = 0) -> _Rule:
    return _Rule(tuple(stems.split()), re.compile(pattern, flags), replacement)


_TELLTALE_STEMS = "pass pwd secret token key credential authorization senha contrase"
_RULES = (
    # scheme://user:password@host and Oracle's user/password@service
    _rule("://", r"(?<=://)([^\s/:@\"'<>]*):[^\s/\"'<>]+@(?=[^\s@])", rf"\1:{MASK}@"),
    _rule("jdbc:oracle", r"(jdbc:oracle:\w+:[^\s/@:]+/)[^\s@]+(?=@)", rf"\1{MASK}", re.IGNORECASE),
    _rule(
        "sqlplus sqlldr exp imp rman",
        r"(\b(?:sqlplus|sqlldr|expdp?|impdp?|rman)\b.{0,300}?\s[\w$#]+/)[^\s@/]+(?=@|\s|$)",
        rf"\1{MASK}",
        re.IGNORECASE,
    ),
    _rule("identified", r"(\bidentified[ \t]+by[ \t]+)(?:\"[^\"\s]*\"|[^\s;]+)", rf"\1{MASK}", re.IGNORECASE),
    # <password>...</password>
    _rule(
        _TELLTALE_STEMS,
        rf"(<(?:\w+:)?\w*{_TELLTALE}\w*(?:[ \t][^<>\s]*)*>)[^<\s](?:[^<\s]|[ \t])*",
        rf"\1{MASK}",
        re.IGNORECASE,
    ),
    # name = value, "name": "value", Authorization: Bearer value
    _rule(
        _TELLTALE_STEMS,
        rf"(?P<name>{_NAME})(?P<separator>[\"']?[ \t]*(?::=|=>|[=:])[ \t]*)"
        rf"(?P<value>{_QUOTED}|{_JSON_LITERAL}|{_SCHEME}[^\s&;<>]+)",
        _assignment,
        re.IGNORECASE,
    ),
    # "my password is value", "a senha é: value"; not what is said of a password: "the token is not valid"
    _rule(
        _TELLTALE_STEMS,
        rf"(\b{_TELLTALE}\w*[ \t]+(?:is|was|[eé]|era)\b(?:[ \t]*[:=])?[ \t]*)"
        rf"(?:{_QUOTED}|(?!(?:{_NO_VALUE})\b)[^\s\"'&;<>]+)",
        rf"\1{MASK}",
        re.IGNORECASE,
    ),
    # --password value, sshpass -p value, mysql -pvalue, curl -u user:value
    _rule(
        _TELLTALE_STEMS,
        rf"(?P<flag>(?<![\w-])--?[\w-]*{_TELLTALE}[\w-]*[ \t]+)(?P<value>{_QUOTED}|(?!--)[^\s]+)",
        _flag,
        re.IGNORECASE,
    ),
    _rule("sshpass", rf"(?P<flag>\bsshpass[ \t]+-p[ \t]*)(?P<value>{_QUOTED}|\S+)", _flag),
    _rule("mysql", rf"(?P<flag>\bmysql\w*\b.{{0,300}}?[ \t]-p)(?P<value>{_QUOTED}|(?!\w+=)[^\s=]\S*)", _flag),
    _rule("-u", r"((?<![\w-])(?:-u|--user)[ \t]*[\"']?[^\s:\"'/]+:)[^\s\"']+", rf"\1{MASK}"),
    _rule("bearer", r"(\bBearer[ \t]+)[\w.~+/=-]{8,}", rf"\1{MASK}", re.IGNORECASE),
    # tokens that show what they are: JWT, Slack, GitHub, GitLab, AWS, Google, OpenAI
    _rule("eyj", r"\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?", MASK),
    _rule(
        "xox xapp- gh github_pat_ glpat- akia asia aiza sk-",
        r"\b(?:xox[a-z]-[\w-]{10,}|xapp-[\w-]{10,}|gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}"
        r"|(?:AKIA|ASIA)[0-9A-Z]{16}|AIza[\w-]{30,}|sk-[\w-]{16,})",
        MASK,
    ),
    # payment cards: 13 to 19 digits, plain or in the groups that are printed on them
    _rule(
        "",
        r"(?<![\d.])"
        r"(?:[2-6]\d{12,18}|[2-6]\d{3}([ -])\d{4}\1\d{4}\1\d{1,4}(?:\1\d{1,3})?|3\d{3}([ -])\d{6}\2\d{4,5})"
        r"(?![\d.]\d|\d)",
        _card,
    ),
)

_STEMS = tuple(dict.fromkeys(stem for rule in _RULES for stem in rule.stems))  # most lines hold none
_WITHOUT_STEMS = tuple(rule for rule in _RULES if not rule.stems)


def mask_secrets(text: str) -> str:
    """`text` with passwords, tokens, keys, credentials in URLs and payment card numbers replaced by `***`.

    Of a card number the last four digits stay. The number of lines stays, and masking again changes nothing.
    """
    return "\n".join(map(_masked, _without_private_keys(text).split("\n")))


def _masked(line: str) -> str:
    """A line, masked until nothing is left to mask: one secret may stand in the place of another."""
    while True:
        folded, masked = line.casefold(), line
        for rule in _RULES if [stem for stem in _STEMS if stem in folded] else _WITHOUT_STEMS:
            if rule.concerns(folded):
                masked = rule.pattern.sub(rule.replacement, masked)
        if masked == line:
            return masked
        line = masked
