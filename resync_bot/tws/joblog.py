"""Job logs: the end of one, cleaned and masked, without holding the whole of it.

Layout after the User's Guide 10.2.5 (checked 2026-11-23): lines that begin with `= ` between rulers of `=` frame the
job's own output; the trailer holds `= Exit Status : n`.
"""

import re
from collections import deque

from resync_bot.runtime.redaction import mask_secrets
from resync_bot.tws.models import JobLog

EXIT_STATUS = re.compile(r"=\s*Exit Status\s*:\s*(-?\d+)\s*")
SUCCESS_CODES = re.compile(r"=\s*TWSRCMAP\s*:\s*(\S.{0,80}?)\s*")
HEADER_LINES = 30  # what looks like the engine's further down was printed by the job itself
TRAILER_LINES = 20  # an exit status further up is something that the job itself printed
LONGEST_LINE = 2_000  # characters
_ESCAPE_SEQUENCE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def cleaned(line: str) -> str:
    """A line without colours, control characters and what turns the direction of text; of a sensible length."""
    text = _CONTROL.sub("", _ESCAPE_SEQUENCE.sub("", line)).expandtabs(4).rstrip()
    return text if len(text) <= LONGEST_LINE else text[:LONGEST_LINE] + " ..."


class LogTail:
    """Reads a log line by line and keeps the last ones."""

    def __init__(self, last_lines: int) -> None:
        self._wanted = last_lines
        self._lines: deque[str] = deque(maxlen=max(last_lines, TRAILER_LINES))
        self._total = 0
        self._success_codes: str | None = None

    def feed(self, line: str) -> None:
        """The next line, as the agent sent it."""
        self._total += 1
        self._lines.append(line)
        if self._total <= HEADER_LINES and (found := SUCCESS_CODES.fullmatch(line)):
            self._success_codes = cleaned(found[1])

    def join(self, following: "LogTail") -> None:
        """What comes after what was fed so far."""
        self._success_codes = self._success_codes or following._success_codes
        self._total += following._total
        self._lines.extend(following._lines)

    def result(self) -> JobLog:
        """The last lines, masked, and the return code if the trailer has come."""
        # Masked before the cut: a key block may begin before the lines that are wanted.
        lines = mask_secrets("\n".join(cleaned(line) for line in self._lines)).split("\n") if self._lines else []
        wanted = lines[-self._wanted :] if self._wanted else []
        return JobLog(
            lines=tuple(wanted),
            first_line=self._total - len(wanted) + 1,
            total_lines=self._total,
            return_code=_exit_status(lines[-TRAILER_LINES:]),
            success_codes=self._success_codes,
        )


def _exit_status(lines: list[str]) -> int | None:
    for line in reversed(lines):
        if found := EXIT_STATUS.fullmatch(line):
            return int(found[1])
    return None
