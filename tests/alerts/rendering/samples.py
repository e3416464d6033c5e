"""Alerts of every kind and in every state."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from resync_bot.alerts.model import (
    Acknowledgement,
    AlertGroup,
    Ending,
    Findings,
    Impact,
    Member,
    Membership,
    Recovery,
    StoryEntry,
    StoryKind,
    Subject,
    Trouble,
    TroubleKind,
)

ZONE = ZoneInfo("America/Sao_Paulo")
FAILED_AT = datetime(2026, 11, 23, 5, 13, tzinfo=UTC)  # 02:13 in São Paulo
ENGINE = "PROD"


def after(minutes: float) -> datetime:
    """So long after the job failed."""
    return FAILED_AT + timedelta(minutes=minutes)


def job(name: str, stream: str = "PAYROLL_DAILY", folder: str = "/PAYROLL", workstation: str = "FTA_PAY1") -> Subject:
    """A job of last evening's stream."""
    return Subject(
        engine=ENGINE,
        workstation=workstation,
        folder=folder,
        stream=stream,
        job=name,
        scheduled=datetime(2026, 11, 23, 1, 30, tzinfo=UTC),
    )


def failure(name: str = "PAYROLL_POST", **changes: object) -> Trouble:
    """A job that failed."""
    given = {
        "kind": TroubleKind.JOB_FAILED,
        "subject": job(name),
        "since": FAILED_AT,
        "runs_on": "FTA_PAY1",
        "status": "ABEND",
        "return_code": 12,
    }
    return Trouble.model_validate(given | changes)


def group(root: Trouble, *others: Member, **changes: object) -> AlertGroup:
    """An alert about `root`."""
    given: dict[str, object] = {
        "id": "3f2a9c1d",
        "engine": ENGINE,
        "members": (Member(trouble=root, why=Membership.ROOT), *others),
        "opened": after(0.1),
        "changed": after(0.1),
        "story": (StoryEntry(at=after(0.1), kind=StoryKind.OPENED),),
    }
    return AlertGroup.model_validate(given | changes)


def belongs(trouble: Trouble, **changes: object) -> Member:
    """What follows from the root."""
    return Member.model_validate({"trouble": trouble, "why": Membership.DOWNSTREAM} | changes)


LOG = (
    "ORA-01653: unable to extend table PAYROLL.POSTINGS by 8192 in tablespace PAY_DATA",
    "post.sh: step 3 of 5 ended with 12",
)
IMPACT = Impact(
    jobs=37,
    streams=4,
    critical=("PAYROLL_CLOSE", "BANK_FILE"),
    deadline_of="PAYROLL_CLOSE",
    deadline=datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
    slack_seconds=-22 * 60,
)
FINDINGS = Findings(lines=LOG, failures_this_week=3, episodes=5, healed=4, healed_after_seconds=12 * 60, impact=IMPACT)
ANA = Acknowledgement(at=after(3), by="Ana Lima", person="slack/U0ANA")
OTHERS = (
    belongs(failure("PAYROLL_PRINT", since=after(2), return_code=4)),
    belongs(failure("PAYROLL_MAIL", since=after(3), return_code=1)),
    belongs(
        Trouble(
            kind=TroubleKind.STREAM_STUCK,
            subject=job("").model_copy(update={"stream": "BANK_FILES", "folder": "/BANK"}),
            since=after(4),
            status="STUCK",
        )
    ),
)

GROUPS: dict[str, AlertGroup] = {
    "failed": group(failure(), findings=FINDINGS),
    "failed_bare": group(failure(return_code=None)),
    "failed_first": group(
        failure(),
        findings=Findings(lines=LOG[:1], failures_this_week=1, impact=Impact(), meaning_id="AWSBDW057E"),
    ),
    "failed_no_log": group(
        failure(status="FAIL", return_code=None),
        findings=Findings(
            log_problem="The agent of FTA_PAY1 does not answer.",
            failures_this_week=2,
            episodes=1,
            upstream="PAYROLL_LOAD",
            impact=Impact(jobs=1, slack_seconds=95 * 60, deadline_of="X_1", deadline=after(30 * 60)),
        ),
    ),
    "failed_hostile": group(
        failure("A`B*C_D", subject=job("A`B*C_D", stream="<!here>", folder="/")),
        findings=Findings(lines=("```", "<!channel> @here *bold* [x](http://evil)")),
        acknowledged=Acknowledgement(at=after(1), by="*Eve* <!here>", person="slack/U0EVE"),
    ),
    "failed_plan_job": group(failure("MAKEPLAN", subject=job("MAKEPLAN", stream="FINAL", folder="/"))),
    "with_members": group(failure(critical=True), *OTHERS, findings=FINDINGS),
    "acknowledged": group(
        failure(),
        OTHERS[0].model_copy(update={"ended": after(5), "ending": Ending.SUCCEEDED}),
        findings=FINDINGS,
        acknowledged=ANA,
        story=(
            StoryEntry(at=after(0.1), kind=StoryKind.OPENED),
            StoryEntry(at=after(2), kind=StoryKind.JOINED, count=1, subject="PAYROLL_PRINT"),
            StoryEntry(at=after(3), kind=StoryKind.ACKNOWLEDGED, by="Ana Lima"),
        ),
    ),
    "recovering": group(failure(recovery=Recovery(is_running=True, attempt=2, of=3)), findings=FINDINGS),
    "escalated": group(
        failure(recovery=Recovery(is_running=False, attempt=3, of=3)),
        findings=FINDINGS,
        story=(StoryEntry(at=after(9), kind=StoryKind.ESCALATED),),
    ),
    "rerunning": group(failure(), findings=FINDINGS, acknowledged=ANA).model_copy(
        update={"members": (Member(trouble=failure(), why=Membership.ROOT, failures=2, ending=Ending.RUNNING),)}
    ),
    "recovered": group(failure(), findings=FINDINGS, resolved=after(14)).model_copy(
        update={
            "members": (
                Member(trouble=failure(), why=Membership.ROOT, ended=after(14), ending=Ending.SUCCEEDED),
                OTHERS[0],
            )
        }
    ),
    "resolved_by": group(
        failure(),
        findings=FINDINGS,
        resolved=after(80),
        acknowledged=ANA,
        story=(StoryEntry(at=after(80), kind=StoryKind.RESOLVED, by="Rui", ending=Ending.CONFIRMED),),
    ).model_copy(
        update={"members": (Member(trouble=failure(), why=Membership.ROOT, ended=after(80), ending=Ending.CONFIRMED),)}
    ),
    "stuck": group(
        Trouble(
            kind=TroubleKind.STREAM_STUCK,
            subject=job("").model_copy(update={"stream": "BANK_FILES", "folder": "/BANK"}),
            since=FAILED_AT,
            status="STUCK",
        ),
        findings=Findings(impact=Impact(jobs=5, streams=1)),
    ),
    "prompt": group(
        Trouble(
            kind=TroubleKind.PROMPT_WAITING,
            subject=Subject(engine=ENGINE, prompt="APPROVE_RUN", workstation="FTA_PAY1"),
            since=FAILED_AT,
            text="Totals *checked*? Go on with the bank run?",
        ),
        findings=Findings(impact=Impact(jobs=12, streams=2)),
    ),
    "late": group(
        Trouble(
            kind=TroubleKind.JOB_LATE,
            subject=job("RATES_LOAD", stream="MARKET_DATA", folder="/"),
            since=FAILED_AT,
            status="HOLD",
            deadline=after(120),
        )
    ),
    "missed": group(
        Trouble(
            kind=TroubleKind.DEADLINE_MISSED,
            subject=job("RATES_LOAD", stream="MARKET_DATA", folder="/"),
            since=FAILED_AT,
            status="EXEC",
            deadline=FAILED_AT,
        )
    ),
    "at_risk": group(
        Trouble(
            kind=TroubleKind.DEADLINE_AT_RISK,
            subject=job("PAYROLL_CLOSE"),
            since=FAILED_AT,
            critical=True,
            deadline=datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
            slack_seconds=-22 * 60,
            text="FTA_PAY1#/PAYROLL/PAYROLL_DAILY.PAYROLL_POST",
        )
    ),
    "workstation": group(
        Trouble(
            kind=TroubleKind.WORKSTATION_DOWN,
            subject=Subject(engine=ENGINE, workstation="FTA_PAY1"),
            since=FAILED_AT,
            text="unlinked",
        ),
        findings=Findings(impact=IMPACT.model_copy(update={"slack_seconds": 40 * 60})),
    ),
    "engine_away": group(
        Trouble(kind=TroubleKind.ENGINE_AWAY, subject=Subject(engine=ENGINE), since=FAILED_AT, text="unauthorised"),
    ),
    "engine_back": group(
        Trouble(kind=TroubleKind.ENGINE_AWAY, subject=Subject(engine=ENGINE), since=FAILED_AT, text="unreachable"),
        resolved=after(9),
    ),
    "workstation_back": group(
        Trouble(
            kind=TroubleKind.WORKSTATION_DOWN,
            subject=Subject(engine=ENGINE, workstation="FTA_PAY1"),
            since=FAILED_AT,
            text="stopped",
        ),
        resolved=after(31),
    ),
}

STORY = (
    StoryEntry(at=after(2), kind=StoryKind.JOINED, count=1, subject="PAYROLL_PRINT"),
    StoryEntry(at=after(2.5), kind=StoryKind.JOINED, count=4),
    StoryEntry(at=after(3), kind=StoryKind.ACKNOWLEDGED, by="Ana Lima"),
    StoryEntry(at=after(4), kind=StoryKind.RECOVERING),
    StoryEntry(at=after(6), kind=StoryKind.FAILED_AGAIN),
    StoryEntry(at=after(7), kind=StoryKind.ESCALATED),
    StoryEntry(at=after(8), kind=StoryKind.RERUNNING),
    StoryEntry(at=after(9), kind=StoryKind.RECOVERED, subject="PAYROLL_PRINT", seconds=420, ending=Ending.SUCCEEDED),
    StoryEntry(at=after(9.5), kind=StoryKind.RECOVERED, subject="PAYROLL_MAIL", seconds=400, ending=Ending.CANCELED),
    StoryEntry(at=after(10), kind=StoryKind.RELEASED, by="Ana Lima"),
    StoryEntry(at=after(11), kind=StoryKind.SILENCED, by="Rui"),
    StoryEntry(at=after(60), kind=StoryKind.SILENCE_ENDED),
    StoryEntry(at=after(240), kind=StoryKind.REMINDED),
    StoryEntry(at=after(250), kind=StoryKind.RESOLVED, seconds=15000, ending=Ending.SUCCEEDED),
    StoryEntry(at=after(251), kind=StoryKind.RESOLVED, by="Rui"),
    StoryEntry(at=after(252), kind=StoryKind.OPENED),
)


def many(count: int) -> tuple[AlertGroup, ...]:
    """As many alerts as a storm has; every fourth is over, one has an owner."""
    found = []
    for number in range(count):
        root = failure(f"JOB_{number:02}", return_code=number + 1, critical=number == 5)
        others = [belongs(failure(f"NEXT_{number}_{k}")) for k in range(number % 4)]
        is_over = number % 4 == 3
        impact = Impact(jobs=number * 3, streams=number % 3)
        one = group(
            root,
            *others,
            id=f"{number:08x}",
            findings=Findings(impact=impact),
            acknowledged=ANA if number == 2 else None,
            resolved=after(20) if is_over else None,
        )
        if is_over:
            first = one.members[0].model_copy(update={"ended": after(20), "ending": Ending.SUCCEEDED})
            one = one.model_copy(update={"members": (first, *one.members[1:])})
        found.append(one)
    return tuple(found)
