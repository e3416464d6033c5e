"""What all answers share: instants, durations, scopes, actions."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import Enum
from functools import lru_cache
from typing import Any, TypeAlias

from resync_bot.simulator import draws

Json: TypeAlias = dict[str, Any]
PLAN_ID = "current"
ENGINE_ID = draws.uuid("engine", "resync simulated engine")


class Scope(Enum):
    """How much of a flow node is told: (its definitions, its dependencies)."""

    WHOLE = (True, True)
    WHOLE_NO_JOB_DEFINITIONS = (False, True)
    WHOLE_NO_DEPENDENCIES = (True, False)
    WHOLE_NO_JOB_DEFINITIONS_AND_NO_DEPENDENCIES = (False, False)


@lru_cache(maxsize=16_384)
def instant(moment: datetime | None) -> str | None:
    """2026-09-24T06:00:00.000Z, of an instant in UTC."""
    return None if moment is None else f"{moment.isoformat(timespec='milliseconds')[:-6]}Z"


@lru_cache(maxsize=16_384)
def duration(length: timedelta | None) -> str | None:
    """PT1H2M3S."""
    if length is None:
        return None
    minutes, seconds = divmod(int(length.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    parts = "".join(f"{amount}{unit}" for amount, unit in ((hours, "H"), (minutes, "M"), (seconds, "S")) if amount)
    return f"PT{parts or '0S'}"


def actions(keys: Iterable[str], identity: str) -> list[Json]:
    """The `actions` of an object: what may be done with it now."""
    return [{"key": key, "id": identity} for key in keys]
