"""The stages that an alert passes, each as a table: routes, inhibition, silence, timing, storms."""

from datetime import timedelta
from typing import Any

import pytest

from resync_bot.alerts.inhibition import Inhibition, inhibited
from resync_bot.alerts.model import (
    Acknowledgement,
    AlertGroup,
    Board,
    Findings,
    Impact,
    Origin,
    Pattern,
    Posted,
    Recovery,
    Rule,
    Severity,
    Silence,
    StoryEntry,
    StoryKind,
    Subject,
    Trouble,
    TroubleKind,
)
from resync_bot.alerts.routing import Routing, default_rule, routes
from resync_bot.alerts.silencing import silence_of
from resync_bot.alerts.storms import CALM, WINDOW, is_calm, is_done, is_storm, with_groups
from resync_bot.alerts.timing import (
    BACKOFF_FIRST,
    DEBOUNCE,
    Times,
    Timing,
    is_reminder_due,
    may_edit,
    may_post,
    to_note,
)
from resync_bot.runtime.alerts_settings import AlertsSettings
from tests.alerts.rendering.samples import ENGINE, FAILED_AT, after, belongs, failure, group, job

PAYROLL, ETL, ALL = "slack/T1/C_PAY/", "slack/T1/C_ETL/", "slack/T1/C_ALL/"


def rule(to: str, origin: Origin = Origin.FILE, **pattern: Any) -> Rule:
    return Rule(id=to, origin=origin, pattern=Pattern(**pattern), to=(to,))


DEFAULT = default_rule((ALL,), language="en")
assert DEFAULT is not None
LATE = failure(kind=TroubleKind.JOB_LATE)
DOWN = Trouble(
    kind=TroubleKind.WORKSTATION_DOWN,
    subject=Subject(engine=ENGINE, workstation="FTA_PAY1"),
    since=FAILED_AT,
    runs_on="FTA_PAY1",
)
AWAY = Trouble(kind=TroubleKind.ENGINE_AWAY, subject=Subject(engine=ENGINE), since=FAILED_AT, text="unreachable")
AT_RISK = Findings(impact=Impact(jobs=3, slack_seconds=-60))


# --- route ---


@pytest.mark.parametrize(
    ("why", "alert", "rules", "places", "reason"),
    [
        ("a rule", group(failure()), [rule(PAYROLL, folder="/PAYROLL"), DEFAULT], [PAYROLL], Routing.RULE),
        ("the default for the rest", group(failure()), [rule(ETL, job="ETL@"), DEFAULT], [ALL], Routing.DEFAULT),
        ("nobody", group(failure()), [rule(ETL, job="ETL@")], [], Routing.NO_RULE),
        ("no rules at all", group(failure()), [], [], Routing.NO_RULE),
        (
            "several rules, each place once",
            group(failure()),
            [rule(PAYROLL, job="PAY@"), rule(ETL, stream="PAYROLL@"), rule(PAYROLL)],
            [PAYROLL, ETL],
            Routing.RULE,
        ),
        (
            "who owns what failed behind it too",
            group(failure(), belongs(failure("ETL_LOAD", subject=job("ETL_LOAD", stream="ETL")))),
            [rule(PAYROLL, stream="PAYROLL@"), rule(ETL, stream="ETL")],
            [PAYROLL, ETL],
            Routing.RULE,
        ),
        ("another engine", group(failure()), [rule(PAYROLL, engine="UAT")], [], Routing.NO_RULE),
        ("not grave enough", group(LATE), [rule(PAYROLL, severity=Severity.ERROR)], [], Routing.NO_RULE),
        (
            "grave by what it endangers",
            group(failure(), findings=AT_RISK),
            [rule(PAYROLL, severity=Severity.CRITICAL)],
            [PAYROLL],
            Routing.RULE,
        ),
        ("only critical jobs", group(failure()), [rule(PAYROLL, critical=True)], [], Routing.NO_RULE),
        (
            "a critical job",
            group(failure(critical=True)),
            [rule(PAYROLL, critical=True)],
            [PAYROLL],
            Routing.RULE,
        ),
        ("another kind", group(failure()), [rule(PAYROLL, kinds=(TroubleKind.JOB_LATE,))], [], Routing.NO_RULE),
        (
            "an engine that does not answer, to all who wait for word of it",
            group(AWAY),
            [rule(PAYROLL, job="PAY@", kinds=(TroubleKind.JOB_LATE,)), rule(ETL, engine="UAT"), DEFAULT],
            [PAYROLL, ALL],
            Routing.RULE,
        ),
        ("where it runs", group(failure()), [rule(PAYROLL, workstation="FTA_PAY?")], [PAYROLL], Routing.RULE),
    ],
)
def test_routes(why: str, alert: AlertGroup, rules: list[Rule], places: list[str], reason: Routing) -> None:
    found, because = routes(alert, rules)
    assert ([route.place for route in found], because) == (places, reason), why


# --- inhibit ---


@pytest.mark.parametrize(
    ("why", "alert", "is_switching", "expected"),
    [
        ("nothing special", group(failure()), False, None),
        ("workstations stop at a plan switch", group(DOWN), True, Inhibition.PLAN_SWITCH),
        ("a failure is one at a plan switch too", group(failure()), True, None),
        ("a failure under the workstation", group(DOWN, belongs(failure())), True, None),
        (
            "it is tried again by itself",
            group(failure(recovery=Recovery(is_running=True, attempt=1, of=3))),
            False,
            Inhibition.RECOVERING,
        ),
        (
            "the last automatic rerun failed",
            group(failure(recovery=Recovery(is_running=False, attempt=3, of=3))),
            False,
            None,
        ),
    ],
)
def test_inhibition(why: str, alert: AlertGroup, is_switching: bool, expected: Inhibition | None) -> None:
    assert inhibited(alert, is_switching=is_switching) is expected, why


# --- silence ---


def silence(name: str, minutes: float = 60, **pattern: Any) -> Silence:
    return Silence(
        id=name,
        pattern=Pattern(**(pattern or {"job": name})),
        until=after(minutes),
        by="Ana",
        at=FAILED_AT,
        place=PAYROLL,
    )


BOTH = group(failure(), belongs(failure("PAYROLL_CLOSE")))


@pytest.mark.parametrize(
    ("why", "alert", "silences", "expected"),
    [
        ("none", group(failure()), [], None),
        ("of this job", group(failure()), [silence("PAYROLL_POST")], "PAYROLL_POST"),
        ("of another", group(failure()), [silence("ETL@")], None),
        ("over", group(failure()), [silence("PAYROLL_POST", minutes=1)], None),
        ("of a part of it only", BOTH, [silence("PAYROLL_POST")], None),
        ("of all of it", BOTH, [silence("PAYROLL@")], "PAYROLL@"),
        (
            "of each part: the first to end",
            BOTH,
            [silence("PAYROLL_POST"), silence("PAYROLL_CLOSE", 9)],
            "PAYROLL_CLOSE",
        ),
        ("of one part twice: the last to end", group(failure()), [silence("PAYROLL_POST", 9), silence("@")], "@"),
    ],
)
def test_silence(why: str, alert: AlertGroup, silences: list[Silence], expected: str | None) -> None:
    found = silence_of(alert, silences, now=after(5))
    assert (found.id if found else None) == expected, why


# --- timing ---

TIMES = Times(wait=timedelta(seconds=5), interval=timedelta(minutes=5), repeat=timedelta(hours=4))
STANDS = Posted(place=PAYROLL, message="1.2", shown="a", at=after(1), first=after(1), told=1)


def test_a_rules_own_times_come_before_the_settings() -> None:
    own = rule(PAYROLL).model_copy(update={"group_wait": 0.0})
    times = Times.of(own, AlertsSettings(group_wait=30, repeat_interval=60))
    assert (times.wait, times.repeat) == (timedelta(), timedelta(minutes=1))


@pytest.mark.parametrize(
    ("why", "alert", "posted", "seconds", "expected"),
    [
        ("what belongs to it may still come", group(failure(), opened=FAILED_AT), None, 4.9, Timing.GROUP_WAIT),
        ("now", group(failure(), opened=FAILED_AT), None, 5, None),
        ("over before", group(failure(), resolved=after(0)), None, 60, Timing.HEALED),
        (
            "it could not be delivered just now",
            group(failure()),
            Posted(place=PAYROLL, attempts=1, at=after(1)),
            60 + BACKOFF_FIRST.seconds - 1,
            Timing.BACKING_OFF,
        ),
        (
            "it is tried again",
            group(failure()),
            Posted(place=PAYROLL, attempts=1, at=after(1)),
            60 + BACKOFF_FIRST.seconds,
            None,
        ),
        (
            "ever more seldom",
            group(failure()),
            Posted(place=PAYROLL, attempts=3, at=after(1)),
            60 + BACKOFF_FIRST.seconds * 4 - 1,
            Timing.BACKING_OFF,
        ),
    ],
)
def test_the_first_message(
    why: str, alert: AlertGroup, posted: Posted | None, seconds: float, expected: Timing | None
) -> None:
    now = FAILED_AT + timedelta(seconds=seconds)
    assert may_post(alert, posted, TIMES, now=now) is expected, why


def story(*kinds: StoryKind) -> tuple[StoryEntry, ...]:
    return tuple(StoryEntry(at=after(1), kind=kind) for kind in (StoryKind.OPENED, *kinds))


@pytest.mark.parametrize(
    ("why", "alert", "shown", "later", "expected"),
    [
        ("it says all there is", group(failure()), "a", timedelta(hours=1), Timing.STANDS),
        ("edited just now", group(failure()), "b", DEBOUNCE / 2, Timing.DEBOUNCED),
        ("long enough ago", group(failure()), "b", DEBOUNCE, None),
        (
            "a person did something",
            group(failure(), story=story(StoryKind.ACKNOWLEDGED)),
            "b",
            timedelta(),
            None,
        ),
        ("it is over", group(failure(), resolved=after(2)), "b", timedelta(), None),
    ],
)
def test_edits(why: str, alert: AlertGroup, shown: str, later: timedelta, expected: Timing | None) -> None:
    assert may_edit(alert, STANDS, shown, now=after(1) + later) is expected, why


@pytest.mark.parametrize(
    ("why", "kinds", "noted", "expected"),
    [
        ("nothing new", [], None, []),
        ("the message says it", [StoryKind.JOINED, StoryKind.RERUNNING, StoryKind.RECOVERED], None, []),
        ("the first note", [StoryKind.FAILED_AGAIN], None, [StoryKind.FAILED_AGAIN]),
        ("too soon after the last", [StoryKind.FAILED_AGAIN], after(8), []),
        ("long enough after it", [StoryKind.FAILED_AGAIN], after(4), [StoryKind.FAILED_AGAIN]),
        (
            "what cannot wait takes the rest along",
            [StoryKind.FAILED_AGAIN, StoryKind.ESCALATED],
            after(8),
            [StoryKind.FAILED_AGAIN, StoryKind.ESCALATED],
        ),
    ],
)
def test_notes(why: str, kinds: list[StoryKind], noted: Any, expected: list[StoryKind]) -> None:
    posted = STANDS.model_copy(update={"noted": noted})
    found = to_note(group(failure(), story=story(*kinds)), posted, TIMES, now=after(10))
    assert [entry.kind for entry in found] == expected, why


@pytest.mark.parametrize(
    ("why", "alert", "reminded", "expected"),
    [
        ("nobody looks after it", group(failure()), None, True),
        (
            "somebody does",
            group(failure(), acknowledged=Acknowledgement(at=after(2), by="Ana", person="slack/U1")),
            None,
            False,
        ),
        ("it is over", group(failure(), resolved=after(3)), None, False),
        ("people were called lately", group(failure()), after(100), False),
    ],
)
def test_reminders(why: str, alert: AlertGroup, reminded: Any, expected: bool) -> None:
    posted = STANDS.model_copy(update={"reminded": reminded})
    assert is_reminder_due(alert, posted, TIMES, now=after(241)) is expected, why
    assert not is_reminder_due(alert, posted, TIMES, now=after(120)), why


# --- storms ---


@pytest.mark.parametrize(
    ("why", "posts", "waiting", "expected"),
    [
        ("few", [], 3, False),
        ("too many at once", [], 4, True),
        ("too many with those before", [1, 2], 2, True),
        ("those before are long ago", [-WINDOW.seconds, -WINDOW.seconds - 1], 3, False),
    ],
)
def test_storms(why: str, posts: list[float], waiting: int, expected: bool) -> None:
    moments = [FAILED_AT + timedelta(seconds=at) for at in posts]
    assert is_storm(moments, waiting, threshold=3, now=FAILED_AT) is expected, why


def test_a_board_takes_groups_until_it_is_calm_and_ends_with_them() -> None:
    open_one, over = group(failure()), group(failure(), resolved=after(9))
    board = with_groups(None, PAYROLL, ["1", "2"], now=after(0), engine_now=after(0))
    board = with_groups(board, PAYROLL, ["2", "3"], now=after(1), engine_now=after(1))
    assert board.groups == ("1", "2", "3")
    assert not is_calm(board, now=after(1) + CALM - timedelta(seconds=1))
    assert is_calm(board, now=after(1) + CALM)
    ended = board.model_copy(update={"over": after(7)})
    assert not is_calm(ended, now=after(30))
    assert (is_done(board, [over]), is_done(ended, [open_one, over]), is_done(ended, [over])) == (False, False, True)


def test_a_new_storm_goes_on_with_the_board_that_still_has_something_open() -> None:
    last = Board(
        place=PAYROLL, groups=("1",), since=after(0), began=after(0), last=after(1), message="1.2", over=after(7)
    )
    board = with_groups(last, PAYROLL, ["9"], now=after(60), engine_now=after(60))
    assert (board.groups, board.message, board.over) == (("1", "9"), "1.2", None)
