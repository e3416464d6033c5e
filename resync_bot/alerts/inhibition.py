"""What is not worth a message although it is wrong: it heals by itself, or the plan is being changed. Pure."""

from enum import StrEnum
from typing import Final

from resync_bot.alerts.model import AlertGroup, TroubleKind

# At a plan switch all workstations stop and start again, and nothing is launched meanwhile (hwa-api, section 2.8).
_OF_A_SWITCH: Final = frozenset(
    {TroubleKind.WORKSTATION_DOWN, TroubleKind.JOB_LATE, TroubleKind.DEADLINE_AT_RISK, TroubleKind.STREAM_STUCK}
)


class Inhibition(StrEnum):
    """Why nobody is told, or nobody is called."""

    PLAN_SWITCH = "plan_switch"  # it is not told until the switch is over
    RECOVERING = "recovering"  # it is told once, and nobody is called unless the last automatic rerun fails too


def inhibited(group: AlertGroup, *, is_switching: bool) -> Inhibition | None:
    """What holds the group back now. `is_switching` is its engine's."""
    if is_switching and all(member.trouble.kind in _OF_A_SWITCH for member in group.open_members):
        return Inhibition.PLAN_SWITCH
    return Inhibition.RECOVERING if group.is_recovering else None
