"""The words of alerting: what is wrong in a plan, what belongs together, who is told, and what became of it.

Everything is a frozen pydantic model, whose JSON is what Redis holds. Times are aware and in UTC unless a docstring
says otherwise. An engine's object is known by its names, not by its id: ids change when the plan does.
"""

from resync_bot.alerts.model.groups import (
    PLAN_JOBS,
    Acknowledgement,
    AlertGroup,
    Findings,
    Impact,
    Member,
    Membership,
    StoryEntry,
    StoryKind,
    severity_of,
)
from resync_bot.alerts.model.record import (
    Board,
    Outcome,
    Posted,
    Told,
)
from resync_bot.alerts.model.routes import (
    Origin,
    Pattern,
    Route,
    Rule,
    Silence,
)
from resync_bot.alerts.model.troubles import (
    Ending,
    Observation,
    Recovery,
    Seen,
    Severity,
    Subject,
    Trouble,
    TroubleKind,
    Value,
)

__all__ = [
    "PLAN_JOBS",
    "Acknowledgement",
    "AlertGroup",
    "Board",
    "Ending",
    "Findings",
    "Impact",
    "Member",
    "Membership",
    "Observation",
    "Origin",
    "Outcome",
    "Pattern",
    "Posted",
    "Recovery",
    "Route",
    "Rule",
    "Seen",
    "Severity",
    "Silence",
    "StoryEntry",
    "StoryKind",
    "Subject",
    "Told",
    "Trouble",
    "TroubleKind",
    "Value",
    "severity_of",
]
