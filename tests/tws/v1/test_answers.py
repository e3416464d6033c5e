"""V1: what its objects mean in the normal form. Member names after the vendor's V1 document, values made up."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resync_bot.tws.dialect import Follower
from resync_bot.tws.models import AlertLevel, Job, JobStream, Reason, Status
from resync_bot.tws.v1 import answers, dependencies, jobs
from resync_bot.tws.wire import Node

WORKSTATION = {"name": "CPUA", "folderKey": {"name": "/EU"}}
STREAM = {
    "id": "s1",
    "name": "JS25",
    "startTime": "2026-09-24T06:00:00.000Z",
    "folderKey": {"name": "/PROD/"},
    "workstationKey": WORKSTATION,
}
JOB: dict[str, Any] = {
    "id": "Q1BVQTswQUFBO0pPQkM=",
    "name": "JOBC",
    "jobDefinition": {
        "jobDefinitionInPlanKey": {"name": "JOBC", "workstationInPlanKey": {"name": "CPUB"}},
        "taskString": "/scripts/load.sh --password=hunter2",
        "userLogin": "appuser",
        "recoveryOption": "STOP",
        "estimatedDuration": 182_000,
        "returnCode": 4,
    },
    "workstationInPlan": {"name": "CPUB"},
    "jobStreamInPlan": STREAM,
    "jobStreamId": "s1",
    "status": {"commonStatus": "ERROR", "internalStatus": "FAILED", "canceled": False},
    "priority": 10,
    "jobNumber": "987278608",
    "timeInfo": {
        "actualStartTime": "2026-09-24T15:06:27.000Z",
        "elapsedTime": 61_400,
        "actualEndTime": "2026-09-24T15:07:28.000Z",
    },
    "timeRestriction": {"untilTime": "2026-09-24T16:00:00.000Z", "deadlineTime": "2026-09-24T17:00:00.000Z"},
    "rerunType": "RERUN",
    "rerunInstancesNumber": 2,
    "lastInRerunChain": True,
    "dependenciesStats": {"numberOfUnresolvedDependencies": 0},
    "criticalNetworkInfo": {"critical": True, "criticalStart": "2026-09-24T15:00:00Z"},
    "jobLate": True,
    "actualWorkstation": "CPUB",
}


def job(**changes: object) -> Job:
    return jobs.job(Node(JOB | changes))


def test_a_job_in_the_normal_form() -> None:
    found = job()
    assert found.full_name == "/EU/CPUA#/PROD/JS25.JOBC"
    assert (found.workstation, found.stream_workstation) == ("CPUB", "/EU/CPUA")
    assert (found.status, found.internal_status, found.return_code, found.job_number) == (
        Status.ERROR,
        "FAIL",
        4,
        987278608,
    )
    assert (found.elapsed_seconds, found.estimated_seconds) == (61, 182)
    assert (found.late, found.critical, found.login) == (True, True, "appuser")
    assert found.command is not None
    assert "hunter2" not in found.command
    (run,) = found.runs
    assert (run.id, run.kind, run.attempt, run.last_in_chain) == (JOB["id"], "RERUN", 3, True)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"status": {"internalStatus": "HOLD"}, "priority": 0}, Reason.HOLD_PRIORITY_ZERO),
        ({"status": {"internalStatus": "HOLD"}, "heldByUser": True}, Reason.HOLD_PRIORITY_ZERO),
        ({"status": {"internalStatus": "SCHED"}}, Reason.HOLD_WAITING_FOR_TIME),
        (
            {"status": {"internalStatus": "HOLD"}, "timeRestriction": {"startTime": "2026-09-24T23:00:00Z"}},
            Reason.HOLD_WAITING_FOR_TIME,
        ),
        (
            {
                "status": {"internalStatus": "HOLD"},
                "dependenciesStats": {"numberOfUnresolvedDependencies": 1, "numberOfJobDependencies": 1},
            },
            Reason.HOLD_WAITING_FOR_PREDECESSOR,
        ),
        (
            {
                "status": {"internalStatus": "HOLD"},
                "dependencies": {
                    "internalDependencyInPlan": [{"jobInPlanKey": {"name": "A"}, "satisfied": True}],
                    "promptDependencyInPlan": [{"promptKey": {"name": "P"}, "satisfied": False}],
                },
            },
            Reason.HOLD_WAITING_FOR_PROMPT,
        ),
        ({"status": {"internalStatus": "READY"}, "needResource": True}, Reason.READY_WAITING_FOR_RESOURCES),
        ({"status": {"internalStatus": "READY"}, "needMessage": True}, Reason.READY_WAITING_FOR_USER_INTERVENTION),
        ({"status": {"internalStatus": "READY"}}, None),
        ({"status": {"internalStatus": "EXEC_PLUS"}}, None),
    ],
)
def test_why_a_job_waits_is_told_by_its_other_members(changes: dict[str, object], reason: Reason | None) -> None:
    assert job(**changes).reason is reason


def test_a_canceled_job_keeps_what_it_was() -> None:
    found = job(status={"commonStatus": "CANCELED", "internalStatus": "ABEND", "canceled": True})
    assert (found.status, found.internal_status, found.canceled) == (Status.CANCELED, "ABEND", True)


def test_dependencies_of_every_kind() -> None:
    key = {"name": "EXTRACT", "jobStreamInPlanKey": STREAM}
    found = dependencies.dependencies(
        Node(
            {
                "internalDependencyInPlan": [
                    {"jobId": "j1", "jobInPlanKey": {"name": "A"}, "satisfied": True, "statusConditions": ["SUCC"]}
                ],
                "externalDependencyInPlan": [
                    {"jobId": "j2", "jobKey": key, "satisfied": False},
                    {"jobStreamId": "s2", "jobStreamKey": STREAM, "satisfied": False, "outputConditionList": "C1,C2"},
                ],
                "internetworkDependenciesInPlan": [{"dependency": "NET::X#Y.Z"}],
                "promptDependencyInPlan": [{"promptId": "p1", "promptKey": {"name": "PRMT"}, "text": "Go?"}],
                "fileDependencyInPlan": [{"fileInPlan": {"id": "f1", "fileInPlanKey": {"name": "/in/x.csv"}}}],
                "resourceDependencyInPlan": [
                    {"resourceId": "r1", "resourceKey": {"name": "TAPES", "workstationInPlanKey": WORKSTATION},
                     "quantity": 2}
                ],
            }
        )
    )  # fmt: skip
    assert [(one.kind, one.on, one.target_id, one.satisfied, one.detail) for one in found] == [
        ("INTERNAL", "A", "j1", True, "SUCC"),
        ("EXTERNAL_JOB", "/EU/CPUA#/PROD/JS25.EXTRACT", "j2", False, None),
        ("EXTERNAL_JOBSTREAM", "/EU/CPUA#/PROD/JS25", "s2", False, "C1, C2"),
        ("INTERNETWORK", "NET::X#Y.Z", None, None, None),
        ("PROMPT", "PRMT", "p1", None, "Go?"),
        ("FILE", "/in/x.csv", "f1", None, None),
        ("RESOURCE", "/EU/CPUA#/TAPES", "r1", None, "2"),
    ]


def test_a_stream_and_the_jobs_in_it() -> None:
    node = Node(
        {
            "id": "s1",
            "key": STREAM,
            "jobStreamStats": {"numberOfJob": 3, "numberOfSuccessfullJob": 2, "numberOfAbendedJob": 1},
            "status": {"commonStatus": "BLOCKED", "internalStatus": "STUCK"},
            "limit": -1,
            "lateJobStream": True,
            "jobs": [{"id": "j1", "name": "A"}, {"id": "j0", "name": "A", "lastInRerunChain": False}],
        }
    )
    found = answers.stream(node)
    assert (found.full_name, found.status, found.internal_status) == ("/EU/CPUA#/PROD/JS25", Status.BLOCKED, "STUCK")
    assert (found.jobs, found.successful, found.abended, found.limit, found.late) == (3, 2, 1, None, True)
    (only,) = answers.jobs_of_stream(node)
    assert (only.full_name, only.stream_id) == ("/EU/CPUA#/PROD/JS25.A", "s1")


def test_a_workstation_a_prompt_and_a_resource() -> None:
    workstation = answers.workstation(
        Node({"key": WORKSTATION, "type": "DYNAMIC_POOL", "linkStatus": "UNLINKED", "jobmanUp": True, "limit": 9999})
    )
    assert (workstation.name, workstation.folder, workstation.kind) == ("CPUA", "/EU", "D-POOL")
    assert (workstation.linked, workstation.running, workstation.limit) == (False, True, None)
    prompt = answers.prompt(
        Node({"promptInPlanKey": {"name": "P"}, "status": "YES", "text": "Go?",
              "jobInPlanKey": {"name": "JOBC", "jobStreamInPlanKey": STREAM}})
    )  # fmt: skip
    assert (prompt.status, prompt.job, prompt.stream) == (
        "ANSWERED_YES",
        "/EU/CPUA#/PROD/JS25.JOBC",
        "/EU/CPUA#/PROD/JS25",
    )
    resource = answers.resource(
        Node({"resourceInPlanKey": {"name": "TAPES", "workstationInPlanKey": {"name": "CPUA"}},
              "quantityDefined": 4, "quantityInUse": 3, "quantityAvailable": 1, "status": "AVAILABLE",
              "holders": [{"jobKey": {"name": "JOBC", "jobStreamInPlanKey": STREAM}, "quantity": 3}]})
    )  # fmt: skip
    assert (resource.workstation, resource.quantity, resource.in_use, resource.available) == ("CPUA", 4, 3, 1)
    assert resource.holders[0].job == "/EU/CPUA#/PROD/JS25.JOBC"


def test_a_critical_job_with_its_risk() -> None:
    found = jobs.critical_job(
        Node(
            {
                "id": "j1",
                "key": {"name": "CLOSE", "jobStreamInPlanKey": STREAM},
                "status": {"commonStatus": "WAITING", "internalStatus": "HOLD"},
                "criticalNetworkInfo": {
                    "critical": True,
                    "criticalStart": "2026-09-24T05:00:00Z",
                    "estimatedEndTime": "2026-09-24T06:10:00Z",
                    "criticalJobInfo": {
                        "alertLevel": "HIGH_RISK",
                        "appliedDeadlineTime": "2026-09-24T06:00:00Z",
                        "confidenceFactor": 12.5,
                    },
                },
            }
        )
    )
    assert found.job.full_name == "/EU/CPUA#/PROD/JS25.CLOSE"
    assert (found.alert_level, found.confidence_percent) == (AlertLevel.HIGH_RISK, 12.5)
    assert found.deadline is not None
    assert found.deadline.isoformat() == "2026-09-24T06:00:00+00:00"


def test_an_engine_and_its_plan_whose_members_are_misspelt() -> None:
    node = Node(
        {
            "displayVersion": "9.5.0.06",
            "timezone": "Europe/Rome",
            "hasDatabasePlan": False,
            "synphonyRunNumber": 35,
            "synphonyPlanStart": "2026-09-24T04:00:00Z",
            "synphonyPlanEnd": "2026-09-25T04:00:00Z",
            "synphonyBatchManStatus": "LIVES",
            "masterWorkstation": "MDM",
        }
    )
    facts, plan = answers.facts(node), answers.plan(node)
    assert (facts.version, facts.zone, facts.has_database_plan) == ("9.5.0.06", "Europe/Rome", False)
    assert (plan.run_number, plan.batchman, plan.master) == (35, "LIVES", "MDM")
    assert (plan.starts is not None, plan.ends is not None) == (True, True)


@pytest.mark.parametrize("wrapped", [True, False])
def test_an_issue_with_and_without_an_object_around_it(wrapped: bool) -> None:
    inner = {"id": "j1", "issueType": "HOLD", "issueMessage": "It waits."}
    found = answers.issue(Node({"value": inner} if wrapped else inner))
    assert (found.job_id, found.kind, found.message) == ("j1", "HOLD", "It waits.")


def test_who_follows_is_named_once() -> None:
    node = Node(
        {
            "internalSuccessors": [{"jobSuccId": "a"}, {"jobSuccId": "a"}],
            "externalSuccessors": [{"jobSuccId": "b"}, {"jobStreamSuccId": "s"}, {}],
        }
    )
    assert dependencies.followers_of_job(node) == (
        Follower("a", is_job=True),
        Follower("b", is_job=True),
        Follower("s", is_job=False),
    )


def test_a_predecessor_may_be_a_whole_stream() -> None:
    found = jobs.network_node(
        Node({"isJob": False, "jobStreamId": "s1", "key": {"jobStreamInPlanKey": STREAM}, "status": {}})
    )
    assert isinstance(found, JobStream)
    assert (found.id, found.full_name) == ("s1", "/EU/CPUA#/PROD/JS25")


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted({*JOB, *STREAM})), inner),
    max_leaves=20,
)
READERS = (jobs.job, answers.stream, answers.workstation, answers.prompt, answers.resource, jobs.critical_job)


@given(ANY, st.sampled_from(READERS))
def test_nothing_that_comes_can_break_the_reading(value: object, read: Any) -> None:
    read(Node(value))
