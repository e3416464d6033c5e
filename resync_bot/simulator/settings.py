"""What can be chosen about a simulated engine, and what it is when nothing is chosen."""

from dataclasses import dataclass, field
from datetime import datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from resync_bot.errors import ConfigurationError

DEFAULT_SEED = 1

# Half a virtual minute passes in a real second: the first failure of the night comes within half a minute, the
# 06:00 deadlines eight minutes after the start, the switch to the next plan after about half an hour.
DEFAULT_SPEED = 30.0

# An hour in a second: faster than that, the engine would be busy with nothing but its own nights.
MAX_SPEED = 3600.0

# The port of the real engine's REST API (HTTPS there, plain HTTP here).
DEFAULT_PORT = 31116

# In the middle of the night: most streams have run, the deadlines of the morning are still ahead.
DEFAULT_START = time(2, 0)
DEFAULT_ZONE = "America/Sao_Paulo"

# The bank's own night has some 600 jobs. A group of companies around it makes up any larger number.
DEFAULT_JOBS = 600
MAX_JOBS = 500_000

# The production day of this bank: one night lies in one plan.
START_OF_DAY = time(18, 0)


@dataclass(frozen=True, slots=True)
class UserAccount:
    """Somebody who may sign in. `folders` are those (with everything below them) that the user may display.

    `keywords` are the actions allowed, in the words of the security file (RERUN, CANCEL ...); None allows all.
    """

    name: str
    password: str = field(repr=False)
    folders: tuple[str, ...] = ("/",)
    keywords: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A bearer token that acts for the user of that name, until `expires` (virtual time; None is never)."""

    token: str = field(repr=False)
    user: str
    expires: datetime | None = None


DEMO_USERS = (
    UserAccount("demo", "demo"),
    UserAccount("cards", "cards", folders=("/CARDS",), keywords=frozenset()),
)


@dataclass(frozen=True, slots=True)
class SimulatorSettings:
    """One simulated engine.

    `speed` is virtual seconds per real second, 0 freezes the night. `start` is where the virtual clock stands at the
    start: a time of today (in `zone`), or an aware datetime. `port` 0 takes any free one. `jobs` is the size of the
    first plan: the bank alone at the default, the bank within a group of exactly so many jobs above.
    Raises ConfigurationError for a speed below 0, too many jobs, an unknown zone or a naive datetime.
    """

    seed: int = DEFAULT_SEED
    speed: float = DEFAULT_SPEED
    start: time | datetime | None = None
    zone: str = DEFAULT_ZONE
    users: tuple[UserAccount, ...] = DEMO_USERS
    api_keys: tuple[ApiKey, ...] = ()
    port: int = DEFAULT_PORT
    host: str = "127.0.0.1"
    jobs: int = DEFAULT_JOBS

    def __post_init__(self) -> None:
        if not 0 <= self.speed <= MAX_SPEED:
            raise ConfigurationError(
                f"simulator speed must be from 0 to {MAX_SPEED:.0f}", hint="for example SIMULATOR_SPEED=30"
            )
        if not DEFAULT_JOBS <= self.jobs <= MAX_JOBS:
            raise ConfigurationError(f"simulator jobs must be from {DEFAULT_JOBS} to {MAX_JOBS}")
        if isinstance(self.start, datetime) and self.start.tzinfo is None:
            raise ConfigurationError("simulator start must carry a time zone")
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError) as unknown:
            raise ConfigurationError(
                f"simulator zone {self.zone!r} is not known here",
                hint="use a name such as Europe/Rome, or UTC; some systems need the tzdata package",
            ) from unknown
