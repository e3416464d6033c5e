"""The hosts of an engine, master first: which is asked, which API it speaks, and when to look for the master again."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from urllib.parse import urlsplit

from resync_bot.runtime.resilience import Circuit
from resync_bot.tws.dialect import Dialect, EngineFacts


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a host was found to speak, and what it said of itself then."""

    dialect: Dialect
    facts: EngineFacts
    zone: tzinfo


class Host:
    """One address of an engine."""

    def __init__(self, url: str, circuit: Circuit) -> None:
        self.url = url
        self.name = urlsplit(url).netloc
        self.circuit = circuit
        self.spoken: Spoken | None = None  # None: to be found out
        self.finding_out = asyncio.Lock()

    def __repr__(self) -> str:
        return f"Host({self.name!r})"


class Hosts:
    """In order of preference; `current` is asked first. `look_every` is in seconds of a monotonic clock."""

    def __init__(self, hosts: Sequence[Host], *, look_every: float) -> None:
        self._hosts = tuple(hosts)
        self._look_every = look_every
        self._looked = 0.0
        self.current = self._hosts[0]

    def in_order(self) -> tuple[Host, ...]:
        """The current one, then the others by preference."""
        return (self.current, *(host for host in self._hosts if host is not self.current))

    def prefer(self, host: Host, now: float) -> bool:
        """`host` answered, asked or not it is the current one now; tells whether another was."""
        if host is self.current:
            return False
        self.current, self._looked = host, now
        return True

    def to_look_at(self, now: float) -> tuple[Host, ...]:
        """The hosts that are preferred to the current one, if it is time to see whether they are there again."""
        if self.current is self._hosts[0] or now - self._looked < self._look_every:
            return ()
        self._looked = now
        return self._hosts[: self._hosts.index(self.current)]
