"""Changes carried out at the simulated engine over HTTP: looked at first, asked for once, watched until they happen."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from resync_bot.errors import EngineError, EngineErrorKind
from resync_bot.runtime.tws_settings import EngineSettings
from resync_bot.simulator.faults import Fault
from resync_bot.simulator.server import RunningSimulator, running_simulator
from resync_bot.simulator.settings import SimulatorSettings
from resync_bot.simulator.simulator import Simulator
from resync_bot.simulator.v1.ids import definition_id
from resync_bot.tws.actions.legal import Illegal
from resync_bot.tws.actions.model import (
    Action,
    Cancel,
    Confirm,
    Definition,
    Hold,
    Justification,
    Kill,
    Kind,
    Release,
    ReplyToPrompt,
    Rerun,
    SetFence,
    SetLimit,
    SetPriority,
    SetResourceQuantity,
    SubmitCommand,
    SubmitJob,
    SubmitStream,
    Successors,
    Switch,
    SwitchWorkstation,
    Target,
)
from resync_bot.tws.actions.operator import Ending, Operator, Outcome
from resync_bot.tws.connecting import connect_engine
from resync_bot.tws.engine import HwaEngine
from resync_bot.tws.models import Job, Status
from resync_bot.tws.queries import JobOrder, JobQuery, StreamQuery

TWO_IN_THE_NIGHT = datetime(2026, 11, 23, 2, 0, tzinfo=ZoneInfo("America/Sao_Paulo"))
WHY = Justification("incident", "INC42", "asked by Ana in #payroll")


class Desk:
    """An operator at the console of a frozen night, in which time passes only while the operator waits."""

    def __init__(self, server: RunningSimulator, engine: HwaEngine) -> None:
        self.simulator = server.simulator
        self.faults = server.faults
        self.engine = engine
        self._waited = 0.0
        self.operator = Operator(engine, sleep=self._wait, clock=lambda: self._waited)

    async def _wait(self, seconds: float) -> None:
        self._waited += seconds
        self.simulator.jump(timedelta(seconds=seconds))

    async def do(self, action: Action) -> Outcome:
        """Carries it out."""
        return await self.operator.carry_out(action, WHY)

    async def job(self, word: str, *, name: str | None = None) -> Job:
        """One in that internal status, with its runs."""
        page = await self.engine.jobs(JobQuery(name=name, internal_statuses=(word,)), limit=1)
        return await self.engine.job(page.items[0].id)


@pytest.fixture(params=["V2", "V1"])
async def desk(request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    """Of an engine that speaks both APIs, and of one of 9.5, which has no V2 and plain ids."""
    night = Simulator(SimulatorSettings(seed=7, speed=0, start=TWO_IN_THE_NIGHT, port=0))
    async with running_simulator(simulator=night, only_v1=request.param == "V1") as server:
        settings = EngineSettings(name="PROD", host=server.url, user="demo", password="demo", start_of_day="18:00")
        async with connect_engine(settings) as engine:
            assert (await engine.engine()).api == request.param
            yield Desk(server, engine)


def of(job: Job) -> Target:
    """The job as a target."""
    return Target(Kind.JOB, job.id)


async def test_a_failed_job_runs_again(desk: Desk) -> None:
    failed = await desk.job("ABEND")
    outcome = await desk.do(Rerun(failed.id, failed.runs[-1].id))
    assert outcome.ending is Ending.DONE
    assert isinstance(outcome.subject, Job)
    assert len(outcome.subject.runs) == len(failed.runs) + 1
    assert outcome.subject.runs[-1].kind == "RERUN"


async def test_a_job_runs_again_with_another_definition(desk: Desk) -> None:
    failed = await desk.job("ABEND", name="PAYROLL_CALC")
    instead = desk.simulator.plan.job("PAYROLL_VALIDATE")
    outcome = await desk.do(Rerun(failed.id, failed.runs[-1].id, definition=definition_id(instead)))
    assert outcome.ending is Ending.DONE
    desk.simulator.jump(timedelta(minutes=30))
    desk.engine.forget()
    again = (await desk.engine.job(failed.id)).runs[-1]
    assert (again.kind, again.return_code) == ("RERUN_FROM", 0)
    log = "\n".join((await desk.engine.job_log(again.id, last_lines=500)).lines)
    assert instead.spec.command in log
    assert ".PAYROLL_CALC" in log  # the job keeps its name


async def test_a_job_runs_again_as_another_user_from_a_step_on(desk: Desk) -> None:
    failed = await desk.job("ABEND", name="PAYROLL_CALC")
    outcome = await desk.do(Rerun(failed.id, failed.runs[-1].id, login="payadm", step="STEP2", priority=50))
    assert isinstance(outcome.subject, Job)
    assert (outcome.ending, outcome.subject.priority) == (Ending.DONE, 50)
    desk.simulator.jump(timedelta(minutes=30))
    desk.engine.forget()
    again = (await desk.engine.job(failed.id)).runs[-1]
    assert "= USER      : payadm" in "\n".join((await desk.engine.job_log(again.id, last_lines=500)).lines)
    assert desk.simulator.plan.job("PAYROLL_CALC").run.step == "STEP2"


async def test_a_rerun_waits_for_its_time(desk: Desk) -> None:
    failed = await desk.job("ABEND", name="PAYROLL_CALC")
    await desk.do(Rerun(failed.id, failed.runs[-1].id, at=TWO_IN_THE_NIGHT + timedelta(hours=1)))
    desk.simulator.jump(timedelta(minutes=50))
    desk.engine.forget()
    assert (await desk.engine.job(failed.id)).status is Status.WAITING
    desk.simulator.jump(timedelta(minutes=20))
    desk.engine.forget()
    assert (await desk.engine.job(failed.id)).runs[-1].started is not None


async def test_what_follows_runs_again_with_it_and_waits_for_it(desk: Desk) -> None:
    done = (await desk.engine.jobs(JobQuery(name="PAYROLL_VALIDATE"), limit=1)).items[0]
    job = await desk.engine.job(done.id)
    after = [one for one in await desk.engine.successors(job.id) if isinstance(one, Job) and one.ended]
    ids = tuple(one.id for one in after)
    assert {one.name for one in after} == {"PAYROLL_CALC", "PAYROLL_BONUS"}
    outcome = await desk.do(Rerun(job.id, job.runs[-1].id, successors=Successors.INTERNAL, successor_ids=ids))
    assert outcome.ending is Ending.DONE
    for one in ids:
        follower = await desk.engine.job(one)
        assert (follower.runs[-1].kind, follower.status) == ("RERUN", Status.WAITING)


async def test_a_waiting_job_is_held_and_released(desk: Desk) -> None:
    waiting = await desk.job("HOLD")
    held = await desk.do(Hold(of(waiting)))
    assert isinstance(held.subject, Job)
    assert (held.ending, held.subject.status, held.subject.priority) == (Ending.DONE, Status.HELD, 0)
    released = await desk.do(Release(of(waiting)))
    assert isinstance(released.subject, Job)
    assert (released.ending, released.subject.priority) == (Ending.DONE, waiting.priority)


async def test_a_job_stream_is_held_with_its_jobs(desk: Desk) -> None:
    stuck = (await desk.engine.streams(StreamQuery(internal_statuses=("STUCK",)), limit=1)).items[0]
    assert (await desk.do(Hold(Target(Kind.STREAM, stuck.id)))).ending is Ending.DONE
    held = await desk.engine.jobs(JobQuery(stream_id=stuck.id, statuses=(Status.HELD,)))
    assert held.total > 0


async def test_a_job_that_is_released_from_its_dependencies_starts(desk: Desk) -> None:
    post = await desk.job("HOLD", name="PAYROLL_POST")
    outcome = await desk.do(Release(of(post), dependencies=True))
    assert isinstance(outcome.subject, Job)
    assert outcome.ending is Ending.DONE
    assert outcome.subject.internal_status in {"READY", "INTRO", "EXEC"}


async def test_canceling_a_job_lets_those_go_that_wait_for_it(desk: Desk) -> None:
    calc = await desk.job("ABEND", name="PAYROLL_CALC")
    assert (await desk.do(Cancel(of(calc)))).reason is Illegal.ALREADY_ENDED
    waiting = await desk.job("HOLD", name="PAYROLL_POST")
    assert (await desk.do(Cancel(of(waiting)))).ending is Ending.DONE
    assert (await desk.engine.job(waiting.id)).status is Status.CANCELED


async def test_a_job_is_canceled_as_soon_as_it_could_start(desk: Desk) -> None:
    post = await desk.job("HOLD", name="PAYROLL_POST")
    pending = await desk.do(Cancel(of(post), pending=True))
    assert isinstance(pending.subject, Job)
    assert (pending.ending, pending.subject.cancel_pending) == (Ending.DONE, True)
    assert (await desk.do(Cancel(of(post), pending=True))).reason is Illegal.NO_EFFECT
    calc = await desk.job("ABEND", name="PAYROLL_CALC")
    await desk.do(Confirm(calc.id, succeeded=True))
    assert (await desk.engine.job(post.id)).status is Status.CANCELED


async def test_a_job_stream_is_canceled_at_once_or_when_it_could_go_on(desk: Desk) -> None:
    stream = (await desk.engine.streams(StreamQuery(name="PAYROLL"), limit=1)).items[0]
    target = Target(Kind.STREAM, stream.id)
    assert (await desk.do(Cancel(target, pending=True))).ending is Ending.DONE
    jobs = (await desk.engine.jobs(JobQuery(stream_id=stream.id))).items
    assert any(job.cancel_pending for job in jobs)
    waiting = [job for job in jobs if job.internal_status == "HOLD"]
    assert (await desk.do(Cancel(target))).ending is Ending.DONE
    assert {(await desk.engine.job(one.id)).status for one in waiting} == {Status.CANCELED}


async def test_a_job_stream_is_released_also_from_what_it_depends_on(desk: Desk) -> None:
    waiting = (await desk.engine.streams(StreamQuery(internal_statuses=("HOLD",)), limit=1)).items[0]
    target = Target(Kind.STREAM, waiting.id)
    assert (await desk.do(Hold(target))).ending is Ending.DONE
    assert (await desk.do(Release(target))).ending is Ending.DONE
    outcome = await desk.do(Release(target, dependencies=True))
    assert outcome.ending in {Ending.DONE, Ending.ACCEPTED}


async def test_what_waits_for_a_confirmation_is_confirmed_to_have_failed(desk: Desk) -> None:
    done = await desk.job("PEND")
    confirmed = await desk.do(Confirm(done.id, succeeded=False))
    assert isinstance(confirmed.subject, Job)
    assert (confirmed.ending, confirmed.subject.internal_status) == (Ending.DONE, "ABEND")
    assert (await desk.do(Confirm(done.id, succeeded=False))).reason is Illegal.NOT_TO_BE_CONFIRMED


async def test_a_running_job_is_killed_and_may_run_again(desk: Desk) -> None:
    running = await desk.job("EXEC")
    killed = await desk.do(Kill(running.id))
    assert isinstance(killed.subject, Job)
    assert (killed.ending, killed.subject.internal_status) == (Ending.DONE, "ABEND")
    assert (await desk.do(Kill(running.id))).reason is Illegal.NOT_RUNNING


async def test_a_failed_job_is_confirmed_and_those_behind_it_go_on(desk: Desk) -> None:
    calc = await desk.job("ABEND", name="PAYROLL_CALC")
    confirmed = await desk.do(Confirm(calc.id, succeeded=True))
    assert isinstance(confirmed.subject, Job)
    assert (confirmed.ending, confirmed.subject.internal_status) == (Ending.DONE, "SUCC")
    [behind] = [one for one in await desk.engine.successors(calc.id) if one.name == "PAYROLL_POST"]
    assert behind.internal_status != "HOLD"


async def test_the_priority_of_a_waiting_job(desk: Desk) -> None:
    waiting = await desk.job("HOLD")
    outcome = await desk.do(SetPriority(waiting.id, 77))
    assert isinstance(outcome.subject, Job)
    assert (outcome.ending, outcome.subject.priority) == (Ending.DONE, 77)


@pytest.mark.parametrize(("yes", "word"), [(True, "ANSWERED_YES"), (False, "ANSWERED_NO")])
async def test_a_prompt_is_answered_once(desk: Desk, yes: bool, word: str) -> None:
    prompt = (await desk.engine.prompts(("ASKED",)))[0]
    outcome = await desk.do(ReplyToPrompt(prompt.id, yes=yes))
    assert outcome.ending is Ending.DONE
    assert outcome.subject is not None
    assert outcome.subject.status == word  # type: ignore[union-attr]  # a workstation has none
    assert (await desk.do(ReplyToPrompt(prompt.id, yes=True))).reason is Illegal.ALREADY_ANSWERED


async def test_a_prompt_that_only_v1_lists_is_answered_in_v1(desk: Desk) -> None:
    """An engine of 10.1 has no list of prompts in V2, and ids of its own in V1."""
    desk.faults.add(Fault(status=404, body="{}"), path="/plan/prompt", times=None)
    prompt = next(one for one in await desk.engine.prompts(["ASKED"]))
    outcome = await desk.do(ReplyToPrompt(prompt.id, yes=True))
    assert outcome.ending is Ending.DONE
    assert any(path.startswith("/plan/current/prompt/") for path in desk.faults.requests)


async def test_units_of_a_resource(desk: Desk) -> None:
    resource = (await desk.engine.resources())[0]
    assert (await desk.do(SetResourceQuantity(resource.id, resource.quantity + 3))).ending is Ending.DONE


@pytest.mark.parametrize(
    "change",
    [
        lambda station: SetLimit(station, 3),
        lambda station: SetFence(station, 50),
        lambda station: SwitchWorkstation(station, Switch.UNLINK),
        lambda station: SwitchWorkstation(station, Switch.STOP),
    ],
)
async def test_a_workstation(desk: Desk, change: Callable[[str], Action]) -> None:
    station = next(one for one in await desk.engine.workstations() if one.linked and one.kind == "FTA")
    assert (await desk.do(change(station.id))).ending is Ending.DONE
    assert (await desk.do(change(station.id))).reason is Illegal.NO_EFFECT


async def test_a_workstation_is_unlinked_and_linked_again(desk: Desk) -> None:
    station = next(one for one in await desk.engine.workstations() if one.linked and one.kind == "FTA")
    for switch in (Switch.UNLINK, Switch.LINK, Switch.STOP, Switch.START):
        assert (await desk.do(SwitchWorkstation(station.id, switch))).ending is Ending.DONE


async def test_a_job_stream_is_submitted_under_an_alias(desk: Desk) -> None:
    known = (await desk.engine.streams(StreamQuery(name="PAYROLL@"), limit=1)).items[0]
    payroll = Definition(known.name, known.workstation, known.folder)
    outcome = await desk.do(SubmitStream(payroll, alias="PAYROLL_AGAIN"))
    assert outcome.ending is Ending.DONE
    assert (await desk.engine.stream(outcome.ids[0])).name == "PAYROLL_AGAIN"


async def test_a_job_is_submitted_into_a_stream_of_the_plan(desk: Desk) -> None:
    job = (await desk.engine.jobs(JobQuery(name="PAYROLL_VALIDATE"), limit=1)).items[0]
    definition = Definition(job.name, job.workstation, job.folder)
    outcome = await desk.do(SubmitJob(definition, stream_id=job.stream_id, alias="VALIDATE_AGAIN"))
    assert outcome.ending is Ending.DONE
    assert (await desk.engine.job(outcome.ids[0])).stream == job.stream


async def test_a_job_is_submitted_alone_for_later_and_with_variables(desk: Desk) -> None:
    job = (await desk.engine.jobs(JobQuery(name="PAYROLL_VALIDATE"), limit=1)).items[0]
    definition = Definition(job.name, job.workstation, job.folder)
    later = TWO_IN_THE_NIGHT + timedelta(hours=1)
    outcome = await desk.do(SubmitJob(definition, alias="ALONE", at=later, priority=40, variables={"DAY": "22"}))
    assert outcome.ending is Ending.DONE
    submitted = await desk.engine.job(outcome.ids[0])
    assert (submitted.stream, submitted.priority, submitted.status) == ("JOBS", 40, Status.WAITING)
    desk.simulator.jump(timedelta(hours=2))
    desk.engine.forget()
    assert (await desk.engine.job(outcome.ids[0])).status is Status.SUCCESSFUL


async def test_a_job_stream_is_submitted_for_later_and_with_a_priority(desk: Desk) -> None:
    stream = (await desk.engine.streams(StreamQuery(name="PAYROLL"), limit=1)).items[0]
    definition = Definition(stream.name, stream.workstation, stream.folder)
    later = TWO_IN_THE_NIGHT + timedelta(hours=1)
    outcome = await desk.do(
        SubmitStream(definition, alias="PAYROLL_LATER", at=later, priority=40, variables={"DAY": "22"})
    )
    assert outcome.ending is Ending.DONE
    desk.simulator.jump(timedelta(minutes=50))
    desk.engine.forget()
    jobs = (await desk.engine.jobs(JobQuery(stream_id=outcome.ids[0]))).items
    assert {(job.priority, job.started) for job in jobs} == {(40, None)}
    desk.simulator.jump(timedelta(minutes=30))
    desk.engine.forget()
    assert any(job.started for job in (await desk.engine.jobs(JobQuery(stream_id=outcome.ids[0]))).items)


async def test_a_command_goes_to_the_stream_for_commands_and_runs(desk: Desk) -> None:
    command = SubmitCommand("FTA_CARDS01", "df -h", "tws", alias="DISKS", variables={"DAY": "22"})
    outcome = await desk.do(command)
    assert outcome.ending is Ending.DONE
    [identifier] = outcome.ids  # V2 tells a key of names, V1 an id
    assert identifier == "FTA_CARDS01;JOBS;DISKS" or (await desk.engine.job(identifier)).name == "DISKS"
    desk.simulator.jump(timedelta(minutes=10))
    desk.engine.forget()
    job = (await desk.engine.jobs(JobQuery(name="DISKS", order=JobOrder.ENDED_LAST))).items[0]
    assert (job.stream, job.status) == ("JOBS", Status.SUCCESSFUL)


async def test_an_alias_that_is_taken_is_refused(desk: Desk) -> None:
    command = SubmitCommand("FTA_CARDS01", "df -h", "tws", alias="DISKS")
    await desk.do(command)
    with pytest.raises(EngineError):
        await desk.do(command)


async def test_what_became_illegal_on_the_way_is_the_engines_refusal_and_no_outage(desk: Desk) -> None:
    running = await desk.job("EXEC")
    desk.simulator.jump(timedelta(hours=8))
    with pytest.raises(EngineError, match="AWSBIN076E") as refused:
        await desk.engine.change(Kill(running.id), WHY)
    assert refused.value.kind is EngineErrorKind.REFUSED


@pytest.mark.parametrize(("cut_after", "ending"), [(0, Ending.UNKNOWN), (5, Ending.DONE)])  # of the answer's bytes
async def test_a_change_whose_answer_got_lost_is_not_sent_again_but_looked_for(
    desk: Desk, cut_after: int, ending: Ending
) -> None:
    waiting = await desk.job("HOLD")
    desk.faults.add(Fault(cut=cut_after), path="*/action/hold")
    outcome = await desk.do(Hold(of(waiting)))
    assert outcome.ending is ending
    assert sum(path.endswith("/action/hold") for path in desk.faults.requests) == 1


async def test_a_change_that_never_arrived_is_unknown(desk: Desk) -> None:
    waiting = await desk.job("HOLD")
    desk.faults.add(Fault(status=503), path="*/action/hold", times=5)
    outcome = await desk.do(Hold(of(waiting)))
    assert outcome.ending is Ending.UNKNOWN


async def test_a_right_that_is_missing(desk: Desk) -> None:
    url = desk.engine._client.host.url
    settings = EngineSettings(name="PROD", host=url, user="cards", password="cards", start_of_day="18:00")
    async with connect_engine(settings) as engine:
        job = (await engine.jobs(JobQuery(statuses=(Status.WAITING,)), limit=1)).items[0]
        with pytest.raises(EngineError, match="AWSJDB817E") as refused:
            await Operator(engine).carry_out(Hold(of(job)), WHY)
    assert refused.value.kind is EngineErrorKind.FORBIDDEN
