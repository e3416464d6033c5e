"""Lines of the log on their way out: written together, by a thread, so that neither a disk nor a lock is waited for.

A thread that is woken for each line takes the interpreter from the event loop every time: with two files and a console
that cost more than everything else that a short answer takes (measured 2026-11-23).
"""

import logging
import threading
from collections import deque
from collections.abc import Sequence

PAUSE = 0.1  # seconds for which lines gather; a process that is killed loses those of its last moment
MOST_AT_ONCE = 1000  # lines in one write


class Lines:
    """Takes lines from any thread and gives them to handlers in the same order; an error is not kept waiting."""

    def __init__(self, handlers: Sequence[logging.Handler]) -> None:
        """Each handler gets the lines of its level and above, as one record that is many lines long."""
        self._handlers = tuple(handlers)
        self._waiting: deque[tuple[int, str]] = deque()
        self._is_awake = threading.Event()
        self._is_urgent = threading.Event()
        self._is_over = False
        self._thread = threading.Thread(target=self._write_on, name="log", daemon=True)

    def start(self) -> None:
        """Begins to write."""
        self._thread.start()

    def stop(self) -> None:
        """Writes what is left; lines that come later go nowhere."""
        self._is_over = True
        self._is_urgent.set()
        self._is_awake.set()
        self._thread.join()

    def take(self, level: int, line: str) -> None:
        """One line; returns at once."""
        if self._is_over:
            return
        self._waiting.append((level, line))
        if level >= logging.ERROR:
            self._is_urgent.set()
        if not self._is_awake.is_set():
            self._is_awake.set()

    def _write_on(self) -> None:
        while not self._is_over:
            self._is_awake.wait()
            self._is_urgent.wait(PAUSE)
            self._is_urgent.clear()
            self._is_awake.clear()  # before the lines are taken: one that comes now wakes it again
            while self._waiting:
                self._write([self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_AT_ONCE))])

    def _write(self, lines: Sequence[tuple[int, str]]) -> None:
        for handler in self._handlers:
            if wanted := [line for level, line in lines if level >= handler.level]:
                handler.handle(logging.makeLogRecord({"msg": "\n".join(wanted)}))
