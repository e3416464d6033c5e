"""JSON to models: what is missing, null, new or of the wrong type never breaks an answer."""

import json
from datetime import UTC, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resync_bot.tws import words
from resync_bot.tws.models import Issue, Job, JobStream, Prompt, Reason, Resource, Run, Status, Workstation
from resync_bot.tws.shape import Shape
from resync_bot.tws.v2 import answers as reading
from resync_bot.tws.v2 import shapes
from resync_bot.tws.wire import Node

T = TypeVar("T")

ROME = ZoneInfo("Europe/Rome")

# After the illustrative job of the reference, whose member names are those of the API document.
JOB: dict[str, Any] = {
    "flowNodeType": "JOB",
    "id": "6d19eaf1-c9da-3799-96ed-131f07832a01",
    "name": "JOBC",
    "folder": "/PROD/",
    "workstation": "/EU/CPUA",
    "jobStreamId": "ca15f24a-0e6b-3f1b-9251-854d8d0d3639",
    "jobStreamName": "JS25",
    "jobStreamWorkstation": "/CPUB",
    "schedTime": "2026-09-24T06:00:00.000Z",
    "priority": 10,
    "lastRunCommonStatus": "ERROR",
    "lastRunCompositeStatus": {"status": "ABEND", "canceled": False, "substatus": "SOMETHING_NEW"},
    "jobOptions": {"critical": True, "requiresConfirmation": False},
    "jobStatusFlags": {"jobLate": True},
    "jobDefinition": {
        "task": {"UNIX": {"taskString": "load.sh --password hunter2"}},
        "userLogins": ["appuser"],
        "recoveryOption": "RERUN",
        "estimatedDuration": "PT3M2S",
    },
    "timeRestrictions": {"deadlineTime": "2026-09-24T08:00:00Z"},
    "jobruns": [
        {"id": "r3", "rerunType": "RECOVERY", "name": "FIX", "timeInfo": {"actualStartTime": "2026-09-24T06:03:00Z"}},
        {
            "id": "r1",
            "returnCode": 1,
            "jobNumber": 987278608,
            "compositeStatus": {"status": "ABEND"},
            "commonStatus": "ERROR",
            "rerunType": "REGULAR",
            "timeInfo": {
                "actualStartTime": "2026-09-24T06:00:05Z",
                "elapsedTime": "PT1M",
                "actualEndTime": "2026-09-24T06:01:05Z",
            },
        },
        {"id": "r2", "compositeStatus": {"status": "FAIL"}, "timeInfo": {"actualEndTime": "2026-09-24T06:02:00Z"}},
    ],
    "dependencies": [
        {"dependencyType": "INTERNAL", "jobName": "JOBB", "jobId": "b", "satisfied": True},
        {
            "dependencyType": "EXTERNAL_JOB",
            "jobStreamWorkstation": "/CPUB",
            "jobStreamFolder": "/PROD",
            "jobStreamName": "JS1",
            "jobName": "X",
            "jobId": "x",
            "dependencyStatus": "UNSATISFIED",
            "statusConditions": ["SUCC", "ABEND"],
        },
        {"dependencyType": "PROMPT", "promptName": "GO", "id": "p", "text": "token: abc?", "satisfied": False},
        {"dependencyType": "RESOURCE", "workstation": "/CPUB", "folder": "/", "name": "TAPES", "quantity": 2},
        {"dependencyType": "FILE", "file": {"name": "/data/in.dat"}},
        {
            "dependencyType": "JOIN",
            "joinName": "BOTH",
            "satisfied": False,
            "members": [{"dependencyType": "INTERNAL", "jobName": "JOBA", "jobId": "a"}],
        },
        {"dependencyType": "INTERNETWORK", "dependency": "OTHER#JS.JOB"},
        {"dependencyType": "BY_MOONLIGHT"},
    ],
}


def read(shape: Shape[T], members: dict[str, Any]) -> T:
    return shape.read(json.dumps(members).encode())


def test_a_job_as_operators_see_it() -> None:
    job = reading.job(read(shapes.JOB, JOB), ROME)
    assert job.full_name == "CPUB#/PROD/JS25.JOBC"
    assert job.workstation == "/EU/CPUA"
    assert (job.status, job.internal_status, job.reason) == (Status.ERROR, "ABEND", Reason.UNKNOWN)
    assert job.scheduled == datetime(2026, 9, 24, 6, tzinfo=UTC)
    assert job.scheduled.tzinfo is ROME
    assert (job.critical, job.late, job.estimated_seconds) == (True, True, 182)
    assert job.command == "load.sh --password ***"


def test_runs_come_oldest_first_and_a_recovery_job_does_not_stand_for_the_job() -> None:
    job = reading.job(read(shapes.JOB, JOB), UTC)
    assert [run.id for run in job.runs] == ["r1", "r2", "r3"]
    assert job.return_code is None  # r2 was the last of its own, and could not be launched
    assert job.runs[0].elapsed_seconds == 60


def test_dependencies_are_named_as_operators_name_them() -> None:
    found = [
        (one.kind, one.on, one.target_id, one.satisfied, one.detail)
        for one in reading.job(read(shapes.JOB, JOB), UTC).dependencies
    ]
    assert found == [
        ("INTERNAL", "JOBB", "b", True, None),
        ("EXTERNAL_JOB", "CPUB#/PROD/JS1.X", "x", False, "SUCC, ABEND"),
        ("PROMPT", "GO", "p", False, "token: ***"),
        ("RESOURCE", "CPUB#/TAPES", None, None, "2"),
        ("FILE", "/data/in.dat", None, None, None),
        ("JOIN", "BOTH", None, False, None),
        ("INTERNAL", "JOBA", "a", None, None),
        ("INTERNETWORK", "OTHER#JS.JOB", None, None, None),
        ("BY_MOONLIGHT", "", None, None, None),
    ]


@pytest.mark.parametrize(
    ("word", "internal", "status"),
    [
        ("ERROR", None, Status.ERROR),
        ("COMPLETED", None, Status.SUCCESSFUL),
        ("NEW_WORD", None, Status.UNKNOWN),
        (None, "ABEND", Status.ERROR),
        (None, "EXEC", Status.RUNNING),
        (None, "NEW_WORD", Status.UNKNOWN),
        (None, None, Status.UNKNOWN),
    ],
)
def test_status_words(word: str | None, internal: str | None, status: Status) -> None:
    assert words.status_of(word, internal) is status


@pytest.mark.parametrize(
    ("given_path", "shown"),
    [("/CPUA", "CPUA"), ("/EU/CPUA", "/EU/CPUA"), ("CPUA", "CPUA"), ("/", ""), (None, "")],
)
def test_people_leave_the_root_folder_out(given_path: str | None, shown: str) -> None:
    assert words.path(given_path) == shown


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*JOB, "commonStatus", "jobStreamStats", "activeStates", "holders"]), ANYTHING))
def test_no_shape_of_an_object_breaks_the_reading(members: dict[str, Any]) -> None:
    assert isinstance(reading.job(read(shapes.JOB, members), ROME), Job)
    assert isinstance(reading.stream(read(shapes.STREAM, members), ROME), JobStream)
    assert isinstance(reading.job_or_stream(read(shapes.STREAM, members), ROME), Job | JobStream)
    assert isinstance(reading.workstation(read(Shape(shapes.Workstation), members)), Workstation)
    assert isinstance(reading.prompt(read(Shape(shapes.Prompt), members), ROME), Prompt)
    assert isinstance(reading.resource(read(Shape(shapes.Resource), members)), Resource)
    assert isinstance(reading.issue(read(Shape(shapes.Issue), members)), Issue)
    assert isinstance(reading.run(read(Shape(shapes.JobRun), members), ROME), Run)


@given(st.lists(ANYTHING, max_size=3))
def test_no_shape_of_a_list_breaks_the_reading(items: list[Any]) -> None:
    members = {"jobruns": items, "dependencies": items, "jobDefinition": items}
    assert isinstance(reading.job(read(shapes.JOB, members), ROME), Job)


@given(st.lists(ANYTHING, max_size=4), st.dictionaries(st.sampled_from([*JOB]), ANYTHING, max_size=3))
def test_what_does_not_fit_takes_nothing_else_with_it(others: list[Any], odd: dict[str, Any]) -> None:
    page = read(shapes.JOBS, {"results": [JOB, *others, JOB | odd], "count": 2})
    assert page.results is not None
    assert page.results[0] == read(shapes.JOB, JOB)
    assert page.results[-1] == read(shapes.JOB, JOB | odd)
    assert page.count == 2


@pytest.mark.parametrize("body", [b"", b"[]", b"5", b'{"results": [}', b"<html>", b"\xff"])
def test_what_is_no_object_cannot_be_read(body: bytes) -> None:
    with pytest.raises(ValueError):
        shapes.JOBS.read(body)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("PT3M2S", 182), ("PT0S", 0), ("P1DT1H", 90_000), ("PT0.6S", 1), ("soon", None), ("", None), (5, None)],
)
def test_durations(text: object, seconds: int | None) -> None:
    run = reading.run(read(Shape(shapes.JobRun), {"timeInfo": {"elapsedTime": text}}), UTC)
    assert run.elapsed_seconds == seconds


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-09-24T06:00:00Z", datetime(2026, 9, 24, 6, tzinfo=UTC)),
        ("2026-09-24T06:00:00.123", datetime(2026, 9, 24, 6, 0, 0, 123000, tzinfo=UTC)),
        ("2026-09-24T06:00:00+02:00", datetime(2026, 9, 24, 4, tzinfo=UTC)),
        ("0001-01-01T00:00:00+14:00", None),
        ("yesterday", None),
        (None, None),
    ],
)
def test_instants(text: object, moment: datetime | None) -> None:
    assert reading.job(read(shapes.JOB, {"schedTime": text}), ROME).scheduled == moment
    assert Node({"t": text}, ROME).instant("t") == moment


def test_a_workstation_without_a_limit_and_one_that_is_down() -> None:
    free = reading.workstation(shapes.Workstation(name="A", active_states=["LINKED", "JOBMAN_UP"], limit=1025))
    down = reading.workstation(shapes.Workstation(name="B", active_states=["IS_INITED"], limit=0, fence=30))
    assert (free.limit, free.linked, free.running, free.fence) == (None, True, True, 0)
    assert (down.limit, down.linked, down.running, down.fence) == (0, False, False, 30)
