"""What is special about one job in six: recovery, resources, times, files, prompts, and what was set by hand."""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate
from typing import TypedDict

from resync_bot.simulator.draws import Lots
from resync_bot.simulator.specification import (
    LateStartAction,
    Need,
    PromptKind,
    PromptSpec,
    Recovery,
    RecoveryOption,
    ResourceSpec,
    Script,
)

_MINUTES_OF_DAY = 24 * 60
_DAY_BEGINS = 18 * 60


class Oddity(TypedDict, total=False):
    """Members of a JobSpec that are not as usual."""

    at: str
    until: str
    until_action: LateStartAction
    deadline: str
    max_minutes: float
    priority: int
    needs: tuple[Need, ...]
    prompt: PromptSpec
    file: str
    file_arrives: str
    recovery: Recovery
    every: float
    no_operation: bool
    requires_confirmation: bool
    interactive: bool
    needs_input: bool
    success_codes: str
    canceled_at: str
    script: Script


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a job stands: what its oddity is made of. `begins` is in minutes since the production day began."""

    name: str
    prompt: str
    begins: int
    minutes: float
    resources: tuple[ResourceSpec, ...]


def minutes_of(time_of_day: str) -> int:
    """How many minutes after the production day began HH:MM comes."""
    hours, minutes = map(int, time_of_day.split(":"))
    return (hours * 60 + minutes - _DAY_BEGINS) % _MINUTES_OF_DAY


def wall(minutes: int) -> str:
    """HH:MM of so many minutes after the production day began; what lies behind its end is its last minute."""
    of_day = (_DAY_BEGINS + min(max(minutes, 0), _MINUTES_OF_DAY - 1)) % _MINUTES_OF_DAY
    return f"{of_day // 60:02}:{of_day % 60:02}"


def _needs(setting: Setting, lots: Lots) -> Oddity:
    resource = lots.choice(setting.resources)
    return {"needs": (Need(resource.name, lots.integer(1, 2)),)}


def _recovers(setting: Setting, lots: Lots) -> Oddity:
    if lots.happens(0.15):
        return {"recovery": Recovery(RecoveryOption.CONTINUE)}
    job = f"FIX_{setting.name}"[:40] if lots.happens(0.3) else None
    return {"recovery": Recovery(RecoveryOption.RERUN, job=job, reruns=lots.integer(1, 3), minutes=lots.integer(2, 10))}


def _waits_for_time(setting: Setting, lots: Lots) -> Oddity:
    return {"at": wall(setting.begins + lots.integer(10, 90)), "script": Script()}


def _must_not_start_late(setting: Setting, lots: Lots) -> Oddity:
    action = lots.choice((LateStartAction.CONTINUE, LateStartAction.CONTINUE, LateStartAction.CANCEL))
    return {"until": wall(setting.begins + lots.integer(150, 420)), "until_action": action}


def _waits_for_file(setting: Setting, lots: Lots) -> Oddity:
    path = f"/data/in/{setting.name.lower()}.dat"
    if lots.happens(0.04):
        return {"file": path}
    return {"file": path, "file_arrives": wall(setting.begins + lots.integer(-30, 40))}


def _waits_for_answer(setting: Setting, lots: Lots) -> Oddity:
    answered = None if lots.happens(0.15) else wall(setting.begins + lots.integer(20, 120))
    words = setting.name.replace("_", " ").capitalize()
    return {"prompt": PromptSpec(setting.prompt, f"{words}: go on?", PromptKind.PREDEFINED, answered)}


def _has_limit_of_time(setting: Setting, lots: Lots) -> Oddity:
    return {"max_minutes": max(1.0, setting.minutes * lots.between(0.9, 3.0))}


def _has_deadline(setting: Setting, lots: Lots) -> Oddity:
    return {"deadline": wall(setting.begins + lots.integer(120, 480))}


def _is_set_by_hand(setting: Setting, lots: Lots) -> Oddity:
    ways: tuple[Oddity, ...] = (
        {"priority": 0},
        {"canceled_at": wall(setting.begins + lots.integer(-20, 30))},
        {"interactive": True},
        {"needs_input": True},
        {"requires_confirmation": True},
        {"priority": lots.choice((1, 5, 50, 90, 101))},
        {"no_operation": True},
        {"no_operation": True},
    )
    return lots.choice(ways)


def _warns(_: Setting, lots: Lots) -> Oddity:
    return {"success_codes": lots.choice(("RC<5", "RC<=4", "(RC<5) OR (RC=8)"))}


_KINDS = (
    (0.060, _needs),
    (0.040, _recovers),
    (0.020, _has_limit_of_time),
    (0.015, _waits_for_file),
    (0.012, _warns),
    (0.010, _waits_for_time),
    (0.008, _has_deadline),
    (0.006, _must_not_start_late),
    (0.003, _is_set_by_hand),
    (0.0015, _waits_for_answer),
)
_UP_TO = list(accumulate(probability for probability, _ in _KINDS))


def oddity(lots: Lots) -> Callable[[Setting, Lots], Oddity] | None:
    """What makes the job special; None for most."""
    kind = bisect_right(_UP_TO, lots.fraction())
    return _KINDS[kind][1] if kind < len(_KINDS) else None
