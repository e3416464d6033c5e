"""Answers to real questions over the simulated engine, checked against what the simulator itself knows.

Every answer must also pass the check that language models have to pass: no name, figure, time or return code in it that
is not in the evidence.
"""

import re
from collections.abc import Iterable
from datetime import datetime

import pytest

from resync_bot.agent.evidence import facts_of, unsupported
from resync_bot.agent.interpreter import Interpreter
from resync_bot.conversation.model import Answer
from resync_bot.simulator.plan import Job
from resync_bot.simulator.reasons import SubStatus
from resync_bot.simulator.server import RunningSimulator
from resync_bot.simulator.states import PromptState, RunState
from resync_bot.simulator.status import (
    CommonStatus,
    StreamState,
    common_status,
    internal_status,
    job_status,
    stream_state,
)
from resync_bot.tws.engine import HwaEngine
from tests.agent.conftest import TWO_IN_THE_NIGHT
from tests.agent.conversation import Agent

_QUOTED = re.compile(r"^(`{3,})\n.*?\n\1$", re.MULTILINE | re.DOTALL)
_FIRST_COLUMN = re.compile(r"^\| `([^`|]+)`", re.MULTILINE)


class Operator:
    """Somebody who asks, and checks that every answer rests on its evidence."""

    def __init__(self, tws: HwaEngine) -> None:
        self._tws = tws
        self._agent = Agent(tws, [], Interpreter())

    async def ask(self, question: str) -> Answer:
        answer = await self._agent.ask(question)
        past = [each for exchange in self._agent.history for each in exchange.answer.evidence]
        facts = facts_of([part for each in past for part in (each.result, each.arguments)], [question])
        # Log lines are quoted to the letter, whatever they claim; what the bot says itself must be supported.
        assert unsupported(_QUOTED.sub("", answer.text), facts) == (), answer.text
        return answer

    async def listed(self, question: str) -> tuple[int, list[str]]:
        """The total that leads the answer, and the names in the first column of its table."""
        text = (await self.ask(question)).text
        total = re.match(r"\*\*(\d+|No|Nenhum)", text)
        assert total is not None, text
        return int(total[1]) if total[1].isdecimal() else 0, _FIRST_COLUMN.findall(text)

    def afresh(self) -> "Operator":
        """The same person in a new conversation."""
        return Operator(self._tws)


@pytest.fixture
def operator(tws: HwaEngine) -> Operator:
    return Operator(tws)


def names(jobs: Iterable[Job]) -> list[str]:
    return sorted(job.name for job in jobs)


def clock(moment: datetime) -> str:
    """The time in the engine's zone."""
    return f"{moment.astimezone(TWO_IN_THE_NIGHT.tzinfo):%H:%M}"


def in_error(server: RunningSimulator) -> list[Job]:
    return [job for job in server.simulator.plan.jobs if common_status(job) is CommonStatus.ERROR]


def ended_since(jobs: Iterable[Job], hour: int, minute: int = 0, *, until: int | None = None) -> list[Job]:
    """Of jobs of this night those that ended from this hour on; hours of the evening are those of the day before."""

    def moment(hour: int, minute: int = 0) -> datetime:
        day = TWO_IN_THE_NIGHT.day - (1 if hour > TWO_IN_THE_NIGHT.hour else 0)
        return TWO_IN_THE_NIGHT.replace(day=day, hour=hour, minute=minute)

    return [
        job
        for job in jobs
        if job.run.ended_at
        and moment(hour, minute) <= job.run.ended_at < (moment(until) if until is not None else TWO_IN_THE_NIGHT)
    ]


@pytest.mark.parametrize("question", ["how many jobs by status?", "como está o plano?", "status"])
async def test_the_plan_at_a_glance(server: RunningSimulator, operator: Operator, question: str) -> None:
    plan = server.simulator.plan
    text = (await operator.ask(question)).text
    figures = [int(figure) for figure in re.findall(r"\*\*(\d+)", text)]
    by_status = [common_status(job) for job in plan.jobs]
    assert figures[0] == len(plan.jobs)
    assert figures[1] == by_status.count(CommonStatus.ERROR)
    assert figures[2] == by_status.count(CommonStatus.RUNNING)
    assert figures[3] == by_status.count(CommonStatus.SUCCESSFUL)
    stuck = [stream for stream in plan.streams if stream_state(stream, TWO_IN_THE_NIGHT) is StreamState.STUCK]
    assert len(stuck) in figures


async def test_what_failed(server: RunningSimulator, operator: Operator) -> None:
    failed = in_error(server)
    assert len(failed) > 5, "this night is too quiet to ask about"
    for question in ("what failed last night?", "o que falhou ontem à noite?", "which jobs abended?"):
        total, listed = await operator.listed(question)
        assert total == len(failed)
        assert set(listed) <= set(names(failed))
        assert len(listed) == min(total, 10)
    for question, expected in (
        ("what failed since 22:00?", ended_since(failed, 22)),
        ("o que falhou entre 19h e 20h?", ended_since(failed, 19, until=20)),
        ("what failed in the last hour?", ended_since(failed, 1)),
        ("o que falhou nas últimas 3 horas?", ended_since(failed, 23)),
        ("which jobs failed on FTA_PAY01?", [job for job in failed if job.workstation.name == "FTA_PAY01"]),
        ("quais jobs falharam na FTA_CARDS01?", [job for job in failed if job.workstation.name == "FTA_CARDS01"]),
        ("what failed in stream PAYROLL?", [job for job in failed if job.stream.name == "PAYROLL"]),
        ("what failed in folder /LEDGER?", [job for job in failed if job.stream.folder == "/LEDGER"]),
        ("quais jobs falharam na ETL?", [job for job in failed if job.stream.folder == "/ETL"]),
        ("sj @#@.@+state=abend", [job for job in failed if internal_status(job) == "ABEND"]),
        ("sj FTA_PAY01#@.@+state=abend,fail", [job for job in failed if job.workstation.name == "FTA_PAY01"]),
        ("sj /PAYROLL/@.@+state=abend", [job for job in failed if job.stream.folder == "/PAYROLL"]),
    ):
        total, listed = await operator.afresh().listed(question)
        assert (question, total, sorted(listed)) == (question, len(expected), names(expected)[:10])


async def test_the_interval_and_the_zone_are_said(operator: Operator) -> None:
    text = (await operator.ask("what failed last night?")).text
    assert "between 22 Nov 18:00 and 23 Nov 02:00, America/Sao_Paulo" in text
    text = (await operator.ask("e nas últimas 2 horas?")).text
    assert "entre 23/11 00:00 e 23/11 02:00, America/Sao_Paulo" in text


@pytest.mark.parametrize(
    ("question", "status"),
    [
        ("what is running?", CommonStatus.RUNNING),
        ("o que está rodando?", CommonStatus.RUNNING),
        ("what is waiting?", CommonStatus.WAITING),
        ("quais jobs estão prontos?", CommonStatus.READY),
        ("held jobs", CommonStatus.HELD),
        ("jobs cancelados", CommonStatus.CANCELED),
    ],
)
async def test_jobs_in_a_state(
    server: RunningSimulator, operator: Operator, question: str, status: CommonStatus
) -> None:
    expected = [job for job in server.simulator.plan.jobs if common_status(job) is status]
    total, listed = await operator.listed(question)
    assert total == len(expected)
    assert set(listed) <= set(names(expected))


async def test_what_runs_longest_comes_first(server: RunningSimulator, operator: Operator) -> None:
    running = [job for job in server.simulator.plan.jobs if common_status(job) is CommonStatus.RUNNING]
    by_start = sorted((job.run.started_at, job.name) for job in running if job.run.started_at)
    for question in ("what is running longest?", "o que está rodando há mais tempo?"):
        _total, listed = await operator.listed(question)
        assert listed[:3] == [name for _started, name in by_start[:3]]


async def test_streams_that_are_stuck(server: RunningSimulator, operator: Operator) -> None:
    stuck = [
        stream
        for stream in server.simulator.plan.streams
        if stream_state(stream, TWO_IN_THE_NIGHT) is StreamState.STUCK
    ]
    for question in ("which streams are stuck?", "quais streams estão travados?", "ss @#@+state=stuck"):
        total, listed = await operator.listed(question)
        assert total == len(stuck)
        assert sorted(listed) == sorted(f"{stream.folder}/{stream.name}" for stream in stuck)


async def test_status_of_a_job_and_of_a_stream(server: RunningSimulator, operator: Operator) -> None:
    for question, name in (("status of PAYROLL_CALC", "PAYROLL_CALC"), ("como está o payroll calc?", "PAYROLL_CALC")):
        job = server.simulator.plan.job(name)
        text = (await operator.ask(question)).text
        assert f"`{job.name}`" in text
        assert f"return code {job.run.return_code}" in text
        assert job.run.ended_at is not None
        assert clock(job.run.ended_at) in text
    stream = server.simulator.plan.stream("PAYROLL")
    done = sum(job.state is RunState.SUCC for job in stream.jobs)
    text = (await operator.ask("como está o stream PAYROLL?")).text
    assert text.startswith(
        f"O stream `/PAYROLL/PAYROLL` está **bloqueado** (STUCK), {done} de {len(stream.jobs)} concluídos"
    )


async def test_a_name_of_several_is_asked_back_and_picked(server: RunningSimulator, operator: Operator) -> None:
    several = list(server.simulator.plan.jobs_named("HOUSEKEEPING"))
    text = (await operator.ask("status of HOUSEKEEPING")).text
    assert text.startswith(f"`HOUSEKEEPING` fits **{len(several)} objects**. Which one do you mean?")
    third = re.search(r"^3\. job `HOUSEKEEPING` in `([^`]+)`", text, re.MULTILINE)
    assert third is not None
    assert f"Stream `{third[1]}`" in (await operator.ask("the third one")).text
    await operator.ask("log of HOUSEKEEPING")
    picked = (await operator.ask("o do stream PAYROLL_TAX")).text
    assert "PAYROLL_TAX.HOUSEKEEPING" in picked


async def test_why_each_failed_job_failed(server: RunningSimulator, operator: Operator) -> None:
    for job in in_error(server):
        text = (await operator.ask(f"why did {job.name} fail?")).text
        assert f"`{job.stream.name}.{job.name}`" in text
        assert internal_status(job) in text
        if internal_status(job) == "ABEND":
            assert f"return code {job.run.return_code}" in text
        else:
            assert "could not be started" in text


@pytest.mark.parametrize(
    "substatus",
    [
        SubStatus.HOLD_WAITING_FOR_PREDECESSOR,
        SubStatus.HOLD_WAITING_FOR_TIME,
        SubStatus.HOLD_WAITING_FOR_PROMPT,
        SubStatus.HOLD_WAITING_FOR_FILE,
        SubStatus.HOLD_PRIORITY_ZERO,
        SubStatus.READY_WAITING_FOR_RESOURCES,
        SubStatus.READY_WAITING_FOR_LIMIT,
        SubStatus.READY_WAITING_FOR_AGENT,
    ],
)
async def test_why_a_job_does_not_start(server: RunningSimulator, operator: Operator, substatus: SubStatus) -> None:
    waiting = [
        job
        for job in server.simulator.plan.jobs
        if not job.done and job_status(job, TWO_IN_THE_NIGHT).substatus is substatus
    ]
    assert waiting, f"no job of this night waits so: {substatus}"
    job = waiting[0]
    english = (await operator.ask(f"why is {job.name} in stream {job.stream.name} not starting?")).text
    portuguese = (await operator.ask(f"por que o {job.name} do stream {job.stream.name} não inicia?")).text
    for text in (english, portuguese):
        assert f"`{job.name}`" in text
        assert _what_holds(job, substatus) in text


def _what_holds(job: Job, substatus: SubStatus) -> str:
    """What an answer has to name."""
    prompt = job.prompt or job.stream.prompt
    scarce = [resource.spec.name for resource, units in job.needs if resource.available < units]
    return {
        SubStatus.HOLD_WAITING_FOR_PREDECESSOR: job.predecessors[0].predecessor.name if job.predecessors else "?",
        SubStatus.HOLD_WAITING_FOR_TIME: clock(job.start_time or job.stream.scheduled),
        SubStatus.HOLD_WAITING_FOR_PROMPT: prompt.spec.name if prompt else "?",
        SubStatus.HOLD_WAITING_FOR_FILE: job.file.path if job.file else "?",
        SubStatus.HOLD_PRIORITY_ZERO: "0",
        SubStatus.READY_WAITING_FOR_RESOURCES: scarce[0] if scarce else "?",
    }.get(substatus, job.workstation.name)


async def test_the_log_of_a_job(server: RunningSimulator, operator: Operator) -> None:
    job = server.simulator.plan.job("PAYROLL_CALC")
    text = (await operator.ask("show the last 8 lines of the log of PAYROLL_CALC")).text
    assert re.search(r"lines \d+ to (\d+) of \1 ", text)
    assert f"= Exit Status           : {job.run.return_code}" in text
    errors = (await operator.ask("só os erros do log dele")).text
    assert "ORA-01653" in errors


async def test_what_a_job_blocks(server: RunningSimulator, operator: Operator) -> None:
    job = server.simulator.plan.job("PAYROLL_CALC")
    critical = {each.name for each in _behind(job) if each.spec.critical and not each.done}
    for question in (
        "what does PAYROLL_CALC block?",
        "o que depende do PAYROLL_CALC?",
        "what happens if PAYROLL_CALC fails?",
    ):
        text = (await operator.ask(question)).text
        assert f"**{len([each for each in _behind(job) if not each.done])} jobs**" in text
        assert all(name in text for name in critical)


def _behind(job: Job) -> set[Job]:
    """All jobs that wait for `job`, directly or not; a stream that waits is all of its jobs."""
    found: set[Job] = set()
    pending = list(job.successors)
    while pending:
        each = pending.pop()
        jobs = [each] if isinstance(each, Job) else each.jobs
        for successor in jobs:
            if successor not in found:
                found.add(successor)
                pending += successor.successors
                pending += successor.stream.successors
    return found


async def test_workstations_prompts_and_resources(server: RunningSimulator, operator: Operator) -> None:
    plan = server.simulator.plan
    trouble = sorted(each.name for each in plan.workstations if not each.linked or each.limit == 0 or each.fence)
    for question in ("which workstations are down?", "quais workstations estão com problema?"):
        _total, listed = await operator.listed(question)
        assert sorted(listed) == trouble
    assert (await operator.listed("sc @!@"))[0] == len(plan.workstations)
    fence = next(each for each in plan.workstations if each.fence)
    text = (await operator.ask(f"limit and fence of {fence.name}")).text
    assert f"| {fence.limit} | **{fence.fence}** |" in text
    asked = [prompt.spec.name for prompt in plan.prompts if prompt.state is PromptState.ASKED]
    assert await operator.listed("open prompts") == (len(asked), asked)
    assert (await operator.listed("sp"))[0] == len(plan.prompts)
    in_use = sorted(each.spec.name for each in plan.resources if each.in_use)
    assert sorted((await operator.listed("recursos em uso"))[1]) == in_use


async def test_critical_jobs(server: RunningSimulator, operator: Operator) -> None:
    critical = [job for job in server.simulator.plan.jobs if job.spec.critical]
    assert (await operator.listed("critical jobs"))[0] == len(critical)
    text = (await operator.ask("will PAYROLL_CLOSE make its deadline?")).text
    assert text.startswith("`PAYROLL_CLOSE` **waits for somebody to act**, so whether it makes 06:00 is open")
    assert "PAYROLL_CALC" in text


async def test_a_conversation_in_portuguese(server: RunningSimulator, operator: Operator) -> None:
    failed = in_error(server)
    assert (await operator.listed("o que abendou hoje?"))[0] == len(failed)
    assert "Qual deles?" in (await operator.ask("por quê?")).text
    text = (await operator.ask("o do PAYROLL_CALC")).text
    assert "`PAYROLL.PAYROLL_CALC` terminou em **ABEND**, return code 12" in text
    assert "Log do `PAYROLL.PAYROLL_CALC`" in (await operator.ask("mostra o log dele")).text
    assert "PAYROLL_CALC` segura" in (await operator.ask("e o que ele bloqueia?")).text
    on_workstation = [job for job in failed if job.workstation.name == "FTA_CARDS01"]
    assert (await operator.listed("e na FTA_CARDS01?"))[0] == len(on_workstation)
    assert (await operator.listed("e ontem?"))[0] == 0
    assert "nada foi alterado" in (await operator.ask("reexecuta o PAYROLL_CALC")).text
    assert (await operator.ask("valeu!")).text == "De nada."


async def test_the_examples_and_buttons_work(operator: Operator) -> None:
    answer = await operator.ask("blah blubb")
    examples = re.findall(r"^- `(.+)`$", answer.text, re.MULTILINE)
    assert len(examples) == 3
    for example in examples:
        text = (await operator.afresh().ask(example)).text
        assert "understand" not in text
        assert "Nothing in the plan" not in text
