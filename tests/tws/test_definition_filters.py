"""What jobs were planned with as a filter: priority, login, recovery, confirmation, repetition, their times."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from resync_bot.simulator.plan import Job as TrueJob
from resync_bot.simulator.server import RunningSimulator
from resync_bot.tws.engine import HwaEngine
from resync_bot.tws.queries import JobOrder, JobQuery, StreamQuery
from tests.tws.conftest import TWO_IN_THE_NIGHT

SOON = TWO_IN_THE_NIGHT + timedelta(hours=2)
EVENING = TWO_IN_THE_NIGHT + timedelta(hours=16)


@pytest.mark.parametrize(
    ("query", "is_meant"),
    [
        (JobQuery(priority_from=0, priority_until=0), lambda job: job.priority == 0),
        (JobQuery(priority_from=30), lambda job: job.priority >= 30),
        (JobQuery(login="pay@"), lambda job: job.spec.login.startswith("pay")),
        (JobQuery(recovery_option="RERUN"), lambda job: job.spec.recovery.option == "RERUN"),
        (JobQuery(needs_confirmation=True), lambda job: job.spec.requires_confirmation),
        (JobQuery(repeats=True), lambda job: job.spec.every is not None),
        (
            JobQuery(start_at_from=TWO_IN_THE_NIGHT, start_at_until=EVENING),
            lambda job: job.start_time is not None and TWO_IN_THE_NIGHT <= job.start_time < EVENING,
        ),
        (
            JobQuery(latest_start_from=TWO_IN_THE_NIGHT),
            lambda job: job.latest_start is not None and job.latest_start >= TWO_IN_THE_NIGHT,
        ),
        (JobQuery(deadline_until=SOON), lambda job: job.deadline is not None and job.deadline < SOON),
    ],
)
async def test_jobs_by_what_they_were_planned_with(
    tws: HwaEngine, server: RunningSimulator, query: JobQuery, is_meant: Callable[[TrueJob], bool]
) -> None:
    expected = {job.id for job in server.simulator.plan.jobs if is_meant(job)}
    page = await tws.jobs(query, limit=1000)
    assert {job.id for job in page.items} == expected
    assert expected


async def test_the_longest_come_first_and_those_that_never_ran_not_at_all(
    tws: HwaEngine, server: RunningSimulator
) -> None:
    now = server.simulator.now()
    page = await tws.jobs(JobQuery(order=JobOrder.LONGEST), limit=1000)
    expected = sorted(
        (elapsed for job in server.simulator.plan.jobs if (elapsed := job.run.elapsed(now)) is not None), reverse=True
    )
    assert [job.elapsed_seconds for job in page.items] == [int(elapsed.total_seconds()) for elapsed in expected]


async def test_streams_by_their_schedule(tws: HwaEngine, server: RunningSimulator) -> None:
    page = await tws.streams(StreamQuery(scheduled_from=TWO_IN_THE_NIGHT, scheduled_until=SOON), limit=500)
    expected = {s.id for s in server.simulator.plan.streams if TWO_IN_THE_NIGHT <= s.scheduled < SOON}
    assert {stream.id for stream in page.items} == expected
    assert expected
