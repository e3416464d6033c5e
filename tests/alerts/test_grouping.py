"""One group for each root cause, and what becomes of it: look after look."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest

from resync_bot.alerts.grouping import Grouping, Groups
from resync_bot.alerts.model import (
    AlertGroup,
    Ending,
    Membership,
    Observation,
    Recovery,
    StoryKind,
    Subject,
    Trouble,
    TroubleKind,
)
from tests.alerts.rendering.samples import ENGINE, FAILED_AT, after, failure, job


class Night:
    """A night of looks at one engine, a minute apart."""

    def __init__(self) -> None:
        self.groups: dict[str, AlertGroup] = {}
        self.decided: dict[str, Grouping] = {}
        self.now = FAILED_AT
        self._ids = (f"{number:08x}" for number in count(1))

    def look(
        self,
        *troubles: Trouble,
        roots: dict[str, str] | None = None,
        endings: dict[str, Ending] | None = None,
    ) -> tuple[AlertGroup, ...]:
        self.now += timedelta(minutes=1)
        groups = Groups(self.groups.values(), now=self.now, engine_now=self.now, new_id=lambda: next(self._ids))
        seen = Observation(engine=ENGINE, at=self.now, now=self.now, troubles=troubles, endings=endings or {})
        self.decided = groups.observe(seen, roots or {one.key: one.key for one in troubles})
        changed = groups.changed()
        self.groups |= {group.id: group for group in changed}
        return changed

    @property
    def only(self) -> AlertGroup:
        [group] = self.groups.values()
        return group


@pytest.fixture
def night() -> Night:
    return Night()


def told(group: AlertGroup) -> list[StoryKind]:
    return [entry.kind for entry in group.story]


POST, CLOSE = failure("PAYROLL_POST"), failure("PAYROLL_CLOSE", since=after(1))


def test_a_failure_opens_a_group(night: Night) -> None:
    night.look(POST)
    assert night.decided == {POST.key: Grouping.NEW_ROOT}
    assert (night.only.root, told(night.only), night.only.is_open) == (POST, [StoryKind.OPENED], True)


def test_what_is_known_changes_nothing(night: Night) -> None:
    night.look(POST)
    assert night.look(POST) == ()
    assert night.decided == {POST.key: Grouping.KNOWN}


def test_what_follows_a_failure_belongs_to_it_whichever_is_named_first(night: Night) -> None:
    night.look(CLOSE, POST, roots={CLOSE.key: POST.key, POST.key: POST.key})
    assert night.only.root == POST
    assert [member.why for member in night.only.members] == [Membership.ROOT, Membership.DOWNSTREAM]
    assert told(night.only) == [StoryKind.OPENED], "what comes together opens it together"


def test_what_follows_later_joins(night: Night) -> None:
    night.look(POST)
    night.look(POST, CLOSE, roots={CLOSE.key: POST.key, POST.key: POST.key})
    assert [member.trouble for member in night.only.members] == [POST, CLOSE]
    assert [(entry.kind, entry.count) for entry in night.only.story][1:] == [(StoryKind.JOINED, 1)]


@pytest.mark.parametrize(
    ("why", "first", "second", "roots", "expected"),
    [
        ("no graph: the same stream", POST, CLOSE, {}, Membership.SAME_STREAM),
        (
            "no graph: another stream",
            POST,
            failure("ETL_LOAD", subject=job("ETL_LOAD", stream="ETL")),
            {},
            None,
        ),
        (
            "a workstation that is down",
            Trouble(
                kind=TroubleKind.WORKSTATION_DOWN,
                subject=Subject(engine=ENGINE, workstation="FTA_PAY1"),
                since=FAILED_AT,
                runs_on="FTA_PAY1",
            ),
            POST,
            {},
            Membership.SAME_WORKSTATION,
        ),
        (
            "the stream of the job that failed",
            POST,
            Trouble(
                kind=TroubleKind.STREAM_STUCK,
                subject=POST.subject.model_copy(update={"job": ""}),
                since=after(1),
                status="STUCK",
            ),
            {},
            Membership.SAME_STREAM,
        ),
        (
            "something else with the same job",
            failure(kind=TroubleKind.JOB_LATE),
            failure(kind=TroubleKind.DEADLINE_MISSED),
            {},
            Membership.SAME_OBJECT,
        ),
        (
            "the graph says that it is no consequence",
            POST,
            CLOSE,
            {POST.key: POST.key, CLOSE.key: CLOSE.key},
            None,
        ),
    ],
)
def test_where_a_trouble_goes(
    night: Night, why: str, first: Trouble, second: Trouble, roots: dict[str, str], expected: Membership | None
) -> None:
    night.look(first, roots=roots or {"": ""})
    night.look(first, second, roots=roots or {"": ""})
    joined = [member.why for member in night.groups["00000001"].members[1:]]
    assert joined == ([expected] if expected else []), why
    assert len(night.groups) == (1 if expected else 2), why


def again(number: int, **more: Any) -> Trouble:
    return failure(run=str(number), **more)


def test_a_rerun_that_fails_again_is_the_same_alert(night: Night) -> None:
    night.look(again(1))
    night.look(endings={POST.key: Ending.RUNNING})
    assert night.only.is_open
    night.look(again(2))
    assert told(night.only) == [StoryKind.OPENED, StoryKind.RERUNNING, StoryKind.FAILED_AGAIN]
    assert night.only.members[0].failures == 2


def test_a_rerun_that_ends_well_resolves_it(night: Night) -> None:
    night.look(POST)
    night.look(endings={POST.key: Ending.RUNNING})
    night.look(endings={POST.key: Ending.SUCCEEDED})
    last = night.only.story[-2:]
    assert [(one.kind, one.seconds) for one in last] == [(StoryKind.RECOVERED, 180), (StoryKind.RESOLVED, 180)]
    assert night.only.resolved == night.now


def test_it_stays_open_while_anything_in_it_is_wrong(night: Night) -> None:
    night.look(POST, CLOSE, roots={CLOSE.key: POST.key, POST.key: POST.key})
    night.look(CLOSE, endings={POST.key: Ending.SUCCEEDED}, roots={CLOSE.key: CLOSE.key})
    assert night.only.is_open
    night.look(endings={CLOSE.key: Ending.CANCELED})
    assert [member.ending for member in night.only.members] == [Ending.SUCCEEDED, Ending.CANCELED]
    assert not night.only.is_open


def test_a_recovery_is_told_once_and_its_end_escalates(night: Night) -> None:
    def recovering(attempt: int, *, is_running: bool = True) -> Recovery:
        return Recovery(is_running=is_running, attempt=attempt, of=2)

    night.look(again(1, recovery=recovering(1)))
    assert night.only.is_recovering
    night.look(again(2, recovery=recovering(2)))
    assert night.decided[POST.key] is Grouping.RECOVERING
    night.look(again(3, recovery=recovering(2, is_running=False)))
    assert told(night.only) == [
        StoryKind.OPENED,
        StoryKind.RECOVERING,
        StoryKind.RECOVERING,
        StoryKind.ESCALATED,
    ]
    assert not night.only.is_recovering


def test_a_failure_after_its_group_was_resolved_is_a_new_alert(night: Night) -> None:
    night.look(again(1))
    night.look(endings={POST.key: Ending.SUCCEEDED})
    night.look(again(2))
    assert [group.is_open for group in night.groups.values()] == [False, True]


def test_an_ending_of_something_unknown_changes_nothing(night: Night) -> None:
    assert night.look(endings={"job_failed:PROD|X": Ending.SUCCEEDED}) == ()


def test_ends_are_told_by_the_engines_clock(night: Night) -> None:
    """Its clock may be hours away from ours."""
    ahead: datetime = FAILED_AT + timedelta(minutes=14)
    groups = Groups([], now=FAILED_AT - timedelta(hours=5), engine_now=FAILED_AT, new_id=lambda: "00000001")
    groups.observe(Observation(engine=ENGINE, at=FAILED_AT, now=FAILED_AT, troubles=(POST,)), {POST.key: POST.key})
    [opened] = groups.changed()
    later = Groups([opened], now=FAILED_AT - timedelta(hours=4), engine_now=ahead, new_id=lambda: "00000002")
    later.observe(Observation(engine=ENGINE, at=ahead, now=ahead, endings={POST.key: Ending.SUCCEEDED}), {})
    [resolved] = later.changed()
    assert (resolved.story[-1].at, resolved.story[-1].seconds) == (ahead, 14 * 60)
