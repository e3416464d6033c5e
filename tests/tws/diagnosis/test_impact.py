"""What a job holds up: compared with a walk through the simulator's own plan, then odd plans."""

from datetime import timedelta

from resync_bot.simulator.plan import Job as TrueJob
from resync_bot.simulator.plan import Stream
from resync_bot.simulator.server import RunningSimulator
from resync_bot.simulator.states import Verdict
from resync_bot.tws.connecting import connect_engine
from resync_bot.tws.diagnosis import what_it_blocks
from resync_bot.tws.engine import HwaEngine
from resync_bot.tws.models import Dependency, Job, JobStream, Status
from tests.tws.conftest import settings
from tests.tws.diagnosis.small_plan import NOW, SmallPlan, job


def truly_held_up_by(origin: TrueJob) -> set[str]:
    """The ids of all that cannot end before `origin` does: through jobs, their streams, and streams behind those."""
    held: set[TrueJob] = set()
    unfinished: set[Stream] = {origin.stream}
    blocking: list[TrueJob | Stream] = [origin, origin.stream]
    while blocking:
        node = blocking.pop()
        waiting = [
            successor
            for successor in node.successors
            if any(d.predecessor is node and d.verdict() is not Verdict.SATISFIED for d in successor.predecessors)
        ]
        for successor in waiting:
            jobs = successor.jobs if isinstance(successor, Stream) else [successor]
            for one in jobs:
                if one.done or one in held or one is origin:
                    continue
                held.add(one)
                blocking.append(one)
                if one.stream not in unfinished:
                    unfinished.add(one.stream)
                    blocking.append(one.stream)
            if isinstance(successor, Stream) and successor not in unfinished:
                unfinished.add(successor)
                blocking.append(successor)
    return {one.id for one in held}


async def test_the_failed_and_the_waiting_of_the_night_hold_up_what_they_do(server: RunningSimulator) -> None:
    jobs = server.simulator.plan.jobs
    origins = [one for one in jobs if one.failed] + [one for one in jobs if not one.done][::12]
    assert len(origins) > 25
    async with connect_engine(settings(server.url, cache_seconds=60)) as tws:
        for true in origins:
            impact = await what_it_blocks(tws, await tws.job(true.id))
            expected = [one for one in jobs if one.id in truly_held_up_by(true)]
            assert impact.is_complete, true.key
            assert impact.jobs == len(expected), true.key
            assert {one.id for one in impact.critical} == {one.id for one in expected if one.spec.critical}
            streams = {one.stream for one in (true, *expected)}
            nodes: list[TrueJob | Stream] = [*expected, *streams]
            deadlines = sorted(one.deadline for one in nodes if one.deadline)
            assert impact.first_deadline_at == (deadlines[0] if deadlines else None), true.key
            of_stream = next((one.name for one in streams if one.deadline == impact.first_deadline_at), None)
            if impact.first_deadline_stream is not None:
                assert impact.first_deadline_stream.endswith(f"/{of_stream}")
                assert impact.first_deadline is None
            assert {name.rpartition("/")[2] for name in impact.streams} >= {one.stream.name for one in expected}


async def test_a_failure_that_endangers_critical_jobs_of_other_streams(
    tws: HwaEngine, server: RunningSimulator
) -> None:
    true = server.simulator.plan.job("PAYROLL_CALC")
    impact = await what_it_blocks(tws, await tws.job(true.id))
    assert {one.name for one in impact.critical} >= {"PAYROLL_CLOSE", "PAY_SEND_OWN"}
    assert len(impact.streams) >= 3
    assert [one.name for one in impact.next_jobs] == ["PAYROLL_POST"]
    assert "/FINANCE/FTA_PAY01#/PAYROLL/PAYROLL" in impact.streams


async def test_it_costs_few_requests(tws: HwaEngine, server: RunningSimulator) -> None:
    true = server.simulator.plan.job("PAYROLL_CALC")
    before = len(server.faults.requests)
    await what_it_blocks(tws, await tws.job(true.id))
    assert len(server.faults.requests) - before < 40


async def test_what_nothing_waits_for_holds_up_nothing() -> None:
    impact = await what_it_blocks(SmallPlan([job("A")]), job("A"))
    assert (impact.jobs, impact.streams, impact.next_jobs, impact.is_complete) == (0, (), (), True)


async def test_circles_end() -> None:
    impact = await what_it_blocks(SmallPlan([job("A", "B"), job("B", "C"), job("C", "A")]), job("A"))
    assert impact.jobs == 2


async def test_what_has_ended_and_what_follows_it_is_not_held_up() -> None:
    released = Dependency(kind="INTERNAL", on="B", target_id="B", satisfied=True)
    plan = SmallPlan(
        [
            job("A"),
            job("B", "A", status=Status.CANCELED),
            job("C", dependencies=(released,)),
            job("D", "A"),
        ]
    )
    impact = await what_it_blocks(plan, job("A"))
    assert impact.jobs == 1
    assert [one.name for one in impact.next_jobs] == ["D"]


async def test_where_dependencies_are_not_told_they_are_assumed() -> None:
    bare = [job("B", "A"), job("C", "B")]

    class Terse(SmallPlan):
        """An engine whose lists leave dependencies out."""

        async def successors(self, job_id: str, *, depth: int = 1) -> tuple[Job | JobStream, ...]:
            found = await super().successors(job_id, depth=depth)
            return tuple(one.model_copy(update={"dependencies": ()}) for one in found)

    impact = await what_it_blocks(Terse([job("A"), *bare]), job("A"))
    assert impact.jobs == 2


async def test_a_stream_behind_the_whole_stream_is_held_up_with_all_its_jobs() -> None:
    follows = Dependency(kind="EXTERNAL_JOBSTREAM", on="WS#/F/S", target_id="S", satisfied=False)
    behind = JobStream(
        id="T", name="T", folder="/F", workstation="WS", status=Status.WAITING, internal_status="HOLD",
        dependencies=(follows,),
    )  # fmt: skip
    jobs = [job("A"), job("X", stream="T", stream_id="T"), job("Y", "X", stream="T", stream_id="T", critical=True)]
    impact = await what_it_blocks(SmallPlan(jobs, [behind]), job("A"))
    assert (impact.jobs, impact.streams) == (2, ("WS#/F/T",))
    assert [one.name for one in impact.critical] == ["Y"]


async def test_the_first_deadline_is_the_earliest_of_all() -> None:
    jobs = [
        job("A"),
        job("B", "A", deadline=NOW + timedelta(hours=3)),
        job("C", "B", deadline=NOW + timedelta(hours=1)),
        job("D", "C"),
    ]
    impact = await what_it_blocks(SmallPlan(jobs), job("A"))
    assert impact.first_deadline is not None
    assert impact.first_deadline.name == "C"


async def test_an_endless_plan_is_not_followed_for_ever() -> None:
    streams = []
    jobs = [job("A")]
    for number in range(200):
        before = "S" if number == 0 else f"S{number - 1}"
        follows = Dependency(kind="EXTERNAL_JOBSTREAM", on=before, target_id=before, satisfied=False)
        identity = f"S{number}"
        streams.append(
            JobStream(
                id=identity, name=identity, status=Status.WAITING, internal_status="HOLD", dependencies=(follows,)
            )
        )
        jobs.append(job(f"J{number}", stream=identity, stream_id=identity))
    plan = SmallPlan(jobs, streams)
    impact = await what_it_blocks(plan, job("A"))
    assert not impact.is_complete
    assert impact.jobs > 20
    assert plan.asked <= 102
