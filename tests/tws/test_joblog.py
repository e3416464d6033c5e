"""Job logs: the end of one, cleaned and masked; what its lines tell."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resync_bot.tws import log_errors
from resync_bot.tws.findings import LogErrorKind
from resync_bot.tws.joblog import LONGEST_LINE, LogTail, cleaned
from resync_bot.tws.log_errors import MOST_ERRORS, find_errors, find_messages
from resync_bot.tws.messages import meaning_of, message_ids
from resync_bot.tws.models import JobLog

LOG = """\
===============================================================
= JOB       : CPUA#JS25[(0600 09/24/23),(0AAAAAAAAAAAABQM)].JOBC
= USER      : mdm93mdm
= JCLFILE   : load.sh --password hunter2
= AGENT     : CPUA
= Job Number: 987278608
= Sun Sep 24 17:06:27 CEST 2023
===============================================================
\x1b[32mstarting\x1b[0m
export DB_PASSWORD=hunter2
= Exit Status           : 0
cp: cannot create regular file '/data/out': No space left on device
===============================================================
= Exit Status           : 28
= System Time (Seconds) : 0     Elapsed Time (hh:mm:ss) : 00:00:01
= Job CPU usage (ms)    : 20
= Sun Sep 24 15:16:25 CEST 2023
===============================================================
"""


def tail_of(text: str, last_lines: int) -> JobLog:
    tail = LogTail(last_lines)
    for line in text.splitlines():
        tail.feed(line)
    return tail.result()


def test_the_end_of_a_log() -> None:
    log = tail_of(LOG, 9)
    assert (log.first_line, log.total_lines, log.return_code) == (10, 18, 28)
    assert log.lines[0] == "export DB_PASSWORD=***"
    assert log.lines[-1].startswith("====")


def test_the_whole_of_a_short_log_without_colours_and_secrets() -> None:
    log = tail_of(LOG, 500)
    assert log.first_line == 1
    assert log.lines[8] == "starting"
    assert "hunter2" not in "\n".join(log.lines)
    assert len(log.lines) == log.total_lines


def test_a_running_job_has_no_return_code_and_what_it_prints_is_not_taken_for_one() -> None:
    printed = "= Exit Status           : 0\n" + "working\n" * 30
    assert tail_of(printed, 10).return_code is None


def test_an_empty_log() -> None:
    assert tail_of("", 10) == JobLog(lines=(), first_line=1, total_lines=0, return_code=None)


def test_a_secret_that_begins_before_the_lines_that_are_shown_is_masked_too() -> None:
    key = "\n".join(
        ["-----BEGIN PRIVATE KEY-----", *["MIIEpAIBAAKCAQEA1234567890abcdef"] * 8, "-----END PRIVATE KEY-----"]
    )
    assert tail_of(key, 3).lines == ("***", "***", "-----END PRIVATE KEY-----")


@given(st.lists(st.text(max_size=30), max_size=60), st.integers(1, 30))
def test_the_numbers_always_fit_the_lines(lines: list[str], wanted: int) -> None:
    tail = LogTail(wanted)
    for line in lines:
        tail.feed(line)
    log = tail.result()
    assert len(log.lines) == min(wanted, len(lines))
    assert log.total_lines == len(lines)
    assert log.first_line + len(log.lines) - 1 == len(lines)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("\x1b[31mred\x1b[0m\x07", "red"),
        ("\x1b]0;title\x07text", "text"),
        ("a\tb", "a   b"),
        ("abc\u202edef", "abcdef"),
        ("end  \r", "end"),
        ("\x00\x08é", "é"),
    ],
)
def test_what_terminals_obey_and_people_do_not_see_goes(line: str, shown: str) -> None:
    assert cleaned(line) == shown


def test_an_endless_line_is_cut() -> None:
    assert len(cleaned("x" * 100_000)) < LONGEST_LINE + 10


KINDS = {
    "cp: cannot create '/data/out': No space left on device": LogErrorKind.DISK_FULL,
    "write failed: Disk quota exceeded": LogErrorKind.DISK_FULL,
    'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space': LogErrorKind.MEMORY,
    "fork: Cannot allocate memory": LogErrorKind.MEMORY,
    "ORA-01017: invalid username/password; logon denied": LogErrorKind.CREDENTIALS,
    "ORA-28001: the password has expired": LogErrorKind.CREDENTIALS,
    "user@host: Permission denied (publickey,password).": LogErrorKind.CREDENTIALS,
    "Host key verification failed.": LogErrorKind.CREDENTIALS,
    "/opt/x.sh: /data/out: Permission denied": LogErrorKind.PERMISSION,
    "ORA-01031: insufficient privileges": LogErrorKind.PERMISSION,
    "curl: (28) Operation timed out after 30000 milliseconds": LogErrorKind.TIMEOUT,
    "java.net.ConnectException: Connection refused": LogErrorKind.NETWORK,
    "ORA-12541: TNS:no listener": LogErrorKind.NETWORK,
    "client_loop: send disconnect: Broken pipe": LogErrorKind.NETWORK,
    "ORA-01722: invalid number": LogErrorKind.DATA,
    "record 17 is invalid": LogErrorKind.DATA,
    "ORA-00001: unique constraint (A.B) violated": LogErrorKind.DATABASE,
    'SQL0204N  "X.Y" is an undefined name.  SQLSTATE=42704': LogErrorKind.DATABASE,
    "Msg 1205, Level 13, State 51, Line 1": LogErrorKind.DATABASE,
    "sftp> put a: transfer failed": LogErrorKind.FILE_TRANSFER,
    "AWSBDW009E The user does not exist": LogErrorKind.AGENT,
    "java.lang.NullPointerException: x is null": LogErrorKind.JAVA,
    "Caused by: com.bank.RatesException: no rate": LogErrorKind.JAVA,
    "KeyError: 'XAU'": LogErrorKind.PYTHON,
    "/opt/x.sh: line 214: lookup: command not found": LogErrorKind.NOT_FOUND,
    "ls: cannot access 'x': No such file or directory": LogErrorKind.NOT_FOUND,
    "x.sh: line 3: syntax error near unexpected token `fi'": LogErrorKind.SHELL,
    "step 4 of 7 failed": LogErrorKind.OTHER,
    "falha no passo 3": LogErrorKind.OTHER,
    "program returned rc=8": LogErrorKind.OTHER,
}


@pytest.mark.parametrize(("line", "kind"), KINDS.items())
def test_what_kind_of_trouble_a_line_tells_of(line: str, kind: LogErrorKind) -> None:
    assert [error.kind for error in find_errors([line])] == [kind]


@pytest.mark.parametrize("pattern", log_errors._PATTERNS, ids=lambda pattern: pattern.kind)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_no_trouble_hides_from_the_quick_look(pattern: log_errors._Pattern, data: st.DataObject) -> None:
    line = data.draw(st.from_regex(pattern.expression, alphabet=st.characters(codec="latin-1")))
    assert pattern.fits(line, line.lower())


@pytest.mark.parametrize(
    "line",
    [
        "0 errors, 0 warnings",
        "finished without errors",
        "rejected records: 0",
        "records processed: 1400",
        "= Exit Status           : 12",
        "    at com.bank.Error.handle(Error.java:3)",
        'ORA-06512: at "PKG", line 118',
        "exit code 0",
        "",
    ],
)
def test_what_tells_of_no_trouble(line: str) -> None:
    assert find_errors([line]) == ()


def test_the_most_telling_line_comes_first_and_each_wording_once() -> None:
    lines = [
        "step 1 ok",
        "ERROR at line 1:",
        "ORA-01653: unable to extend table X by 8192 in tablespace Y",
        "job failed",
        "job failed",
    ]
    found = find_errors(lines, first_line=101)
    assert [(error.number, error.line) for error in found] == [
        (103, "ORA-01653: unable to extend table X by 8192 in tablespace Y"),
        (102, "ERROR at line 1:"),
        (104, "job failed"),
    ]


def test_the_deepest_cause_of_a_java_stack_comes_before_the_line_on_top() -> None:
    lines = [
        "com.bank.StepException: step failed",
        "\tat com.bank.X.y(X.java:1)",
        "Caused by: com.bank.RateException: x",
    ]
    assert find_errors(lines)[0].line.startswith("Caused by")


def test_a_dotted_exception_after_a_traceback_is_pythons() -> None:
    lines = ["Traceback (most recent call last):", '  File "x.py", line 1, in main', "bank.rates.RateError: no rate"]
    assert [(error.kind, error.number) for error in find_errors(lines)] == [(LogErrorKind.PYTHON, 3)]


def test_a_flood_of_errors_is_cut() -> None:
    assert len(find_errors([f"error number {number}" for number in range(1000)])) == MOST_ERRORS


@given(st.lists(st.text(max_size=80), max_size=20))
def test_no_log_breaks_the_search(lines: list[str]) -> None:
    assert len(find_errors(lines)) <= MOST_ERRORS
    find_messages(lines)


def test_message_ids_are_explained_errors_first() -> None:
    lines = [
        "AWSBDW019I Launched job X, #J1 for user U",
        "AWSBHT001E The job X has failed",
        "again AWSBHT001E",
        "AWSXYZ999W ?",
    ]
    found = find_messages(lines)
    assert [message.id for message in found] == ["AWSBHT001E", "AWSXYZ999W", "AWSBDW019I"]
    assert found[0].meaning == meaning_of("AWSBHT001E")
    assert found[1].meaning is None


def test_the_wrapped_id_comes_before_the_envelope() -> None:
    assert message_ids("AWSJSY404E The connector says: AWSBIN076E ... AWSBIN076E") == ("AWSBIN076E", "AWSJSY404E")
