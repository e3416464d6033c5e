"""Queries by way of the index answer as if every job had been looked at."""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resync_bot.simulator.access import Rights
from resync_bot.simulator.actions.submitting import AliasTakenError
from resync_bot.simulator.catalogue import JOBS
from resync_bot.simulator.index import SelectedJobs, Selecting
from resync_bot.simulator.oql import compile_query, parse
from resync_bot.simulator.oql.syntax import (
    AllOf,
    AnyOf,
    Comparison,
    Expression,
    Membership,
    Operator,
    Pattern,
    Query,
    SortKey,
)
from resync_bot.simulator.plan import Job, Plan
from resync_bot.simulator.plan_filter import parse_selection
from resync_bot.simulator.rendering.formats import instant
from resync_bot.simulator.simulator import Simulator
from resync_bot.simulator.status import CommonStatus, common_status, stream_state
from tests.simulator.nights import at, bank, frozen

MOMENTS = {hour: bank(1, hour) for hour in ("18:00", "23:10", "02:00", "06:30")} | {"next": bank(1, "02:00", days=1)}
EVERYBODY = Rights("demo", ("/",))
CARDS = Rights("cards", ("/CARDS", "/LENDING"))


def now_of(moment: str) -> datetime:
    return at("02:00", days=1) if moment == "next" else at(moment)


def indexed(plan: Plan, now: datetime, query: Query, rights: Rights = EVERYBODY) -> SelectedJobs:
    return Selecting(plan, now, rights.folders, rights.may_display).by_query(query, JOBS.fields)


def scanned(plan: Plan, now: datetime, query: Query, rights: Rights = EVERYBODY) -> list[Job]:
    visible = [job for job in plan.jobs if rights.may_display(job.stream.folder)]
    return compile_query(query, JOBS.fields).select(visible, now)


# -- any query

JOB_NAMES = sorted({job.name for job in MOMENTS["02:00"].jobs})
STREAM_NAMES = sorted({stream.name for stream in MOMENTS["02:00"].streams})
FOLDERS = sorted({stream.folder for stream in MOMENTS["02:00"].streams})
WORKSTATIONS = sorted(machine.key for machine in MOMENTS["02:00"].workstations)
IDS = [job.id for plan in MOMENTS.values() for job in plan.jobs[::37]]
STREAM_IDS = [stream.id for plan in MOMENTS.values() for stream in plan.streams[::5]]
TIMES = [instant(at("18:00") + timedelta(minutes=17 * number)) for number in range(100)]
TIMES += [instant(run.ended_at) for run in MOMENTS["06:30"].jobs[40].runs] + [None]
STATES = ["HOLD", "READY", "FENCE", "EXEC", "SUCC", "ABEND", "FAIL", "SUPPR", "PEND", "NONE"]

ORDERED = st.sampled_from(Operator)
FLAGS = st.booleans()
EQUALITY = st.sampled_from([Operator.EQUAL, Operator.NOT_EQUAL])


def texts(field: str, values: Sequence[str]) -> st.SearchStrategy[Expression]:
    value = st.sampled_from(values)
    return st.one_of(
        st.builds(Comparison, st.just(field), ORDERED, value),
        st.builds(Comparison, st.just(field), EQUALITY, st.none()),
        st.builds(
            Membership, st.just(field), st.lists(value | st.none(), min_size=1, max_size=4).map(tuple), st.booleans()
        ),
        st.builds(Pattern, st.just(field), value.flatmap(patterns), FLAGS),
    )


def patterns(text: str) -> st.SearchStrategy[str]:
    cut = st.integers(0, len(text))
    return st.one_of(
        cut.map(lambda place: f"{text[:place]}@"),
        cut.map(lambda place: f"@{text[place:]}"),
        cut.map(lambda place: f"{text[:place]}?{text[place + 1 :]}"),
        st.just(text),
    )


def moments(field: str) -> st.SearchStrategy[Expression]:
    return st.builds(
        lambda operator, value: Comparison(field, operator if value else Operator.NOT_EQUAL, value),
        ORDERED,
        st.sampled_from(TIMES),
    ) | st.just(Comparison(field, Operator.EQUAL, None))


LEAVES = st.one_of(
    texts("name", JOB_NAMES),
    texts("jobDefinition.key.name", JOB_NAMES),
    texts("jobStreamName", STREAM_NAMES),
    texts("folder", FOLDERS),
    texts("workstation", WORKSTATIONS),
    texts("jobStreamWorkstation", WORKSTATIONS),
    texts("id", IDS),
    texts("jobStreamId", STREAM_IDS),
    texts("jobruns.commonStatus", list(CommonStatus)),
    texts("jobruns.compositeStatus.status", STATES),
    texts("jobDefinition.userLogin", ["payroll", "etl", "cards", "nobody"]),
    moments("jobruns.timeInfo.actualStartTime"),
    moments("jobruns.timeInfo.actualEndTime"),
    moments("schedTime"),
    moments("timeRestrictions.deadlineTime"),
    st.builds(Comparison, st.just("jobOptions.critical"), EQUALITY, st.booleans()),
    st.builds(Comparison, st.just("jobruns.compositeStatus.canceled"), EQUALITY, st.booleans()),
    st.builds(Comparison, st.just("jobruns.elapsedTime"), ORDERED, st.sampled_from(["PT5M", "PT20M", "PT1H"])),
    st.builds(Comparison, st.just("jobruns.elapsedTime"), EQUALITY, st.none()),
    st.builds(Comparison, st.just("priority"), ORDERED, st.sampled_from([0, 10, 20, 40])),
)
TREES: st.SearchStrategy[Expression] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(AllOf, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(AnyOf, st.lists(inner, min_size=2, max_size=3).map(tuple)),
    ),
    max_leaves=5,
)
SORTED_BY = [
    "name",
    "key.name",
    "folder",
    "schedTime",
    "priority",
    "jobruns.elapsedTime",
    "jobruns.timeInfo.actualStartTime",
    "jobruns.timeInfo.actualEndTime",
    "timeRestrictions.deadlineTime",
]
KEYS = st.lists(st.builds(SortKey, st.sampled_from(SORTED_BY), st.booleans()), max_size=2).map(tuple)
RIGHTS = st.sampled_from([EVERYBODY, EVERYBODY, CARDS])


@given(moment=st.sampled_from(list(MOMENTS)), where=st.none() | TREES, order=KEYS, rights=RIGHTS)
@settings(max_examples=400, deadline=None)
def test_an_indexed_answer_is_that_of_a_full_scan(
    moment: str, where: Expression | None, order: tuple[SortKey, ...], rights: Rights
) -> None:
    plan, now, query = MOMENTS[moment], now_of(moment), Query(where, order)
    found, expected = indexed(plan, now, query, rights), scanned(plan, now, query, rights)
    assert len(found) == len(expected)
    assert list(found) == expected
    for window in (slice(0, 10), slice(10, 25), slice(len(expected) - 3, None), slice(5_000, 6_000)):
        assert found[window] == expected[window]


@given(
    where=st.none() | TREES,
    groupings=st.lists(st.sampled_from(["status", "workstation", "folder"]), min_size=1, max_size=3, unique=True),
    rights=RIGHTS,
)
@settings(max_examples=100, deadline=None)
def test_counts_by_group_are_those_of_a_full_scan(
    where: Expression | None, groupings: list[str], rights: Rights
) -> None:
    words: dict[str, Callable[[Job], str]] = {
        "status": lambda job: common_status(job).value,
        "workstation": lambda job: job.workstation.key,
        "folder": lambda job: job.stream.folder,
    }
    plan, now, query = MOMENTS["02:00"], now_of("02:00"), Query(where, ())
    expected = Counter(",".join(words[name](job) for name in groupings) for job in scanned(plan, now, query, rights))
    assert indexed(plan, now, query, rights).count_by(groupings) == expected


@pytest.mark.parametrize(
    "text",
    ["/@/@#/@/@.@", "@#@.@", "/@/@#/PAYROLL/@.@", "/@/@#/@/ETL@.@LOAD@", "/FINANCE/FTA_PAY01#/@/@", "/@/@#/@/@.NOBODY"],
)
@pytest.mark.parametrize("rights", [EVERYBODY, CARDS], ids=lambda rights: rights.user)
def test_a_selection_of_conman_is_that_of_a_full_scan(text: str, rights: Rights) -> None:
    plan, selection = MOMENTS["02:00"], parse_selection(text)
    selecting = Selecting(plan, now_of("02:00"), rights.folders, rights.may_display)
    assert JOBS.by_filter is not None
    expected = [job for job in plan.jobs if rights.may_display(job.stream.folder) and JOBS.selected(job, selection)]
    assert list(JOBS.by_filter(selecting, selection)) == expected


# -- after what operators do


def _act(simulator: Simulator, action: str, job: Job) -> None:
    operations = simulator.orders.operations
    match action:
        case "hold":
            operations.hold(job)
        case "hold stream":
            operations.hold(job.stream)
        case "release":
            operations.release(job)
        case "cancel":
            operations.cancel(job, pending=False)
        case "kill":
            operations.kill(job)
        case "confirm":
            operations.confirm(job, succeeded=True)
        case "rerun":
            operations.rerun(job, successors=[one for one in job.successors if isinstance(one, Job)])
        case "priority":
            operations.set_priority(job, 55)
        case _:
            simulator.orders.submitting.job(job.spec, job.stream, alias=f"{job.name[:30]}_AGAIN", at=None, priority=9)


ACTIONS = ["hold", "hold stream", "release", "cancel", "kill", "confirm", "rerun", "priority", "submit"]
STATE_QUESTIONS = [
    "jobruns.commonStatus = 'HELD'",
    "jobruns.commonStatus IN ['CANCELED', 'ERROR', 'READY']",
    "jobruns.compositeStatus.status IN ['SUCC', 'FENCE', 'HOLD'] ORDER BY jobruns.timeInfo.actualEndTime DESC",
    "jobruns.timeInfo.actualStartTime >= '2026-11-23T04:50:00Z' ORDER BY jobruns.elapsedTime",
    "jobruns.timeInfo.actualEndTime <= '2026-11-23T05:10:00Z'",
    "name LIKE 'P@' ORDER BY name",
]


@given(
    acts=st.lists(
        st.tuples(st.sampled_from(ACTIONS), st.integers(0, 628), st.integers(0, 900)), min_size=1, max_size=12
    ),
    asked_before=st.booleans(),
)
@settings(max_examples=40, deadline=None)
def test_it_follows_everything_that_operators_do(acts: list[tuple[str, int, int]], asked_before: bool) -> None:
    simulator = frozen()
    if asked_before:
        simulator.plan.index.ready().prepare()
    for action, number, seconds in acts:
        with suppress(AliasTakenError):
            _act(simulator, action, simulator.plan.jobs[number])
        simulator.jump(timedelta(seconds=seconds))
    plan, now = simulator.moment()
    for text in STATE_QUESTIONS:
        assert list(indexed(plan, now, parse(text))) == scanned(plan, now, parse(text))
    seen = [stream_state(stream, now) for stream in plan.streams]
    for stream in plan.streams:
        stream.standing = None
    assert seen == [stream_state(stream, now) for stream in plan.streams]


# -- a few by hand


def names(text: str, moment: str = "02:00") -> list[str]:
    return [job.name for job in indexed(MOMENTS[moment], now_of(moment), parse(text))]


def test_one_by_name() -> None:
    assert names("name = 'PAYROLL_CALC'") == ["PAYROLL_CALC"]
    assert names("name = 'NO_SUCH_JOB'") == []


def test_what_was_fenced_is_not_ready() -> None:
    fenced = set(names("jobruns.compositeStatus.status = 'FENCE'"))
    assert "BRANCH_CLEAN_TEMP" in fenced
    assert not fenced & set(names("jobruns.compositeStatus.status = 'READY'"))


def test_single_places_and_those_that_are_not_there() -> None:
    found = indexed(MOMENTS["02:00"], now_of("02:00"), parse("jobStreamName = 'PAYROLL'"))
    assert found[0].name == "PAYROLL_EXTRACT"
    assert found[-1] is found[len(found) - 1]
    with pytest.raises(IndexError):
        found[len(found)]
