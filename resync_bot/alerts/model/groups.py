"""What belongs together: the alert that a channel sees, and its story."""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

from resync_bot.alerts.model.troubles import Ending, Severity, Trouble, TroubleKind, Value


class Membership(StrEnum):
    """Why a trouble belongs to a group."""

    ROOT = "root"
    DOWNSTREAM = "downstream"  # it follows the root, by the plan's dependencies
    SAME_STREAM = "same_stream"  # no graph was there to tell: the root's own stream instance
    SAME_WORKSTATION = "same_workstation"  # it runs on the workstation that is down
    SAME_OBJECT = "same_object"  # something else is wrong with the same job: it is late, and now its deadline is missed


class Member(Value):
    """A trouble in a group. `failures` counts its occurrences while it was open; `ended` is the engine's time."""

    trouble: Trouble
    why: Membership
    failures: int = 1
    ended: datetime | None = None
    ending: Ending | None = None


class Impact(Value):
    """What a group holds up, by the plan's dependencies."""

    jobs: int = 0
    streams: int = 0
    critical: tuple[str, ...] = ()  # names of critical jobs behind it, the first deadline first
    deadline_of: str = ""  # the job whose deadline comes first
    deadline: datetime | None = None
    slack_seconds: int | None = None  # left until then even if all went on now; negative: at risk by so much


class Findings(Value):
    """What was found out about the root when the group was opened."""

    lines: tuple[str, ...] = ()  # of the job log, the most telling first; masked
    meaning_id: str = ""  # a message id (AWS...) whose meaning is known
    log_problem: str = ""
    upstream: str = ""  # the job upstream that failed first
    failures_this_week: int = 0  # this one included
    episodes: int = 0  # earlier times that it failed and that are over
    healed: int = 0  # of these, within a day
    healed_after_seconds: int | None = None  # the median of these
    impact: Impact | None = None  # None: not known


class StoryKind(StrEnum):
    """What happened to a group, in the order in which it may be told in its thread."""

    OPENED = "opened"
    JOINED = "joined"  # further troubles; `count` of them
    FAILED_AGAIN = "failed_again"
    RECOVERING = "recovering"  # an automatic recovery runs
    ESCALATED = "escalated"  # the last automatic rerun failed too
    RERUNNING = "rerunning"
    RECOVERED = "recovered"  # `seconds` after it failed
    ACKNOWLEDGED = "acknowledged"
    RELEASED = "released"  # no longer acknowledged
    SILENCED = "silenced"
    SILENCE_ENDED = "silence_ended"
    REMINDED = "reminded"
    RESOLVED = "resolved"


class StoryEntry(Value):
    """One thing that happened, at `at`; `by` names a person."""

    at: datetime
    kind: StoryKind
    by: str = ""
    subject: str = ""  # whose name it is about, if not the root
    count: int = 0
    seconds: int = 0
    ending: Ending | None = None


class Acknowledgement(Value):
    """Somebody looks after a group. `person` is platform/id."""

    at: datetime
    by: str
    person: str


class AlertGroup(Value):
    """What has one cause: the alert that a channel sees. `id` is short enough to be typed: eight hexadecimal digits.

    `opened`, `changed` and `resolved` are by the bot's clock; what is told is by the engine's: `ended` and the story.
    """

    id: str
    engine: str
    members: tuple[Member, ...]  # the root first
    opened: datetime
    changed: datetime
    story: tuple[StoryEntry, ...] = ()
    findings: Findings | None = None  # None: not looked for yet
    acknowledged: Acknowledgement | None = None
    resolved: datetime | None = None

    @property
    def root(self) -> Trouble:
        """Where it began."""
        return self.members[0].trouble

    @property
    def is_open(self) -> bool:
        """Whether anything is still wrong."""
        return self.resolved is None

    @property
    def ended(self) -> datetime | None:
        """When the last of it was over, by the engine's clock; None while something is wrong."""
        return None if self.is_open else max((one.ended for one in self.members if one.ended), default=self.resolved)

    @property
    def open_members(self) -> Iterator[Member]:
        """Those that are still wrong."""
        return (member for member in self.members if member.ended is None)

    @property
    def is_recovering(self) -> bool:
        """Whether the root is being repaired by itself right now."""
        recovery = self.root.recovery
        return self.members[0].ended is None and recovery is not None and recovery.is_running

    @property
    def severity(self) -> Severity:
        """Of the worst member, and of what it holds up."""
        worst = Severity.WARNING
        for member in self.members:
            severity = severity_of(self, member.trouble)
            if severity is Severity.CRITICAL:
                return severity
            worst = max(worst, severity, key=lambda one: one.rank)
        return worst


# The jobs of FINAL that make the next plan (hwa-api, section 2.8): without them there is no production.
PLAN_JOBS = frozenset({"MAKEPLAN", "SWITCHPLAN"})
_CRITICAL = frozenset({TroubleKind.DEADLINE_AT_RISK, TroubleKind.ENGINE_AWAY})


def severity_of(group: AlertGroup, trouble: Trouble) -> Severity:
    """How much one trouble of a group matters."""
    impact = group.findings.impact if group.findings else None
    if trouble.critical or trouble.subject.job in PLAN_JOBS or trouble.kind in _CRITICAL:
        return Severity.CRITICAL
    if impact is not None and impact.slack_seconds is not None and impact.slack_seconds < 0:
        return Severity.CRITICAL
    if trouble.kind in {TroubleKind.JOB_FAILED, TroubleKind.STREAM_STUCK, TroubleKind.DEADLINE_MISSED}:
        return Severity.ERROR
    return Severity.WARNING
