"""Job logs: their layout, what they tell, and that they grow."""

import itertools
import re

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resync_bot.simulator.facts import has_log
from resync_bot.simulator.joblog import job_log
from resync_bot.simulator.joblog.stories import (
    FAILURES,
    LEAKED_CARDS,
    LEAKED_PASSWORD,
    LEAKED_TOKEN,
    PLANTED_INSTRUCTION,
)
from resync_bot.simulator.plan import Run
from resync_bot.simulator.server import RunningSimulator, running_simulator
from resync_bot.simulator.settings import SimulatorSettings
from resync_bot.simulator.simulator import Simulator
from resync_bot.simulator.specification import Cause, Script, TaskKind
from resync_bot.simulator.states import RunState
from tests.simulator.conftest import BASE
from tests.simulator.nights import ZONE, SmallNight, at, bank, job, stream

HEADER = re.compile(
    r"=\s*JOB\s*:\s*(?P<ws>[^#]+)#(?P<js>[^\[]+)\[\((?P<sched>[^)]*)\),\s*\((?P<jsid>0A[A-Z0-9]{14})\)\]\.(?P<job>\S+)"
)


def text(run: Run, time_of_day: str = "02:00") -> str:
    return "\n".join(job_log(run, at(time_of_day), ZONE))


def test_header_and_trailer_of_a_failed_job() -> None:
    run = bank(1).job("PAYROLL_CALC").run
    lines = job_log(run, at("02:00"), ZONE)
    head = HEADER.fullmatch(lines[1])
    assert lines[0] == "=" * 63
    assert head is not None
    assert head["ws"] == "/FINANCE/FTA_PAY01"
    assert head["js"] == "/PAYROLL/PAYROLL"
    assert head["sched"] == "2230 11/22/26"
    assert head["job"] == "PAYROLL_CALC"
    assert lines[2:4] == ["= USER      : payroll", "= JCLFILE   : /opt/payroll/bin/payroll_calc.sql"]
    assert lines[6] == f"= Job Number: {run.number}"
    assert re.fullmatch(r"= Sun Nov 22 23:\d\d:\d\d -03 2026", lines[7])
    trailer = lines[-8:]
    assert trailer[0] == trailer[-1] == "=" * 63
    assert trailer[1] == "= Exit Status           : 12"
    assert re.fullmatch(r"= System Time \(Seconds\) : \d+     Elapsed Time \(hh:mm:ss\) : 00:\d\d:\d\d", trailer[2])
    assert re.fullmatch(r"= \w{3} Nov \d\d \d\d:\d\d:\d\d -03 2026", trailer[6])


def test_what_went_wrong_stands_at_the_end() -> None:
    lines = job_log(bank(1).job("PAYROLL_CALC").run, at("02:00"), ZONE, content_only=True)
    assert "ORA-01653: unable to extend table" in "\n".join(lines[-9:])
    assert not any(line.startswith("= ") for line in lines)


@given(seed=st.integers(0, 2**32))
@settings(max_examples=4, deadline=None)
def test_every_run_that_was_launched_has_a_log_of_that_layout(seed: int) -> None:
    runs = list(bank(seed).runs_by_id.values())
    for run in runs[seed % 7 :: 7]:
        if not has_log(run):
            assert run.started_at is None
            continue
        lines = job_log(run, at("02:00"), ZONE)
        assert HEADER.fullmatch(lines[1])
        assert ("= Exit Status" in "\n".join(lines)) is (run.ended_at is not None and run.started_at is not None)
        assert lines == job_log(run, at("02:00"), ZONE)


@pytest.mark.parametrize("cause", list(Cause))
def test_every_cause_is_told(cause: Cause) -> None:
    night = SmallNight(stream(job("A", script=Script((cause,)))))
    night.at("23:00")
    run = night.job("A").run
    last = job_log(run, at("23:00"), ZONE, content_only=True)[-len(FAILURES[cause]) :]
    assert len(last) == len(FAILURES[cause])
    assert "{" not in "".join(last)
    assert (run.state is RunState.FAIL) is cause.prevents_launch
    if cause.prevents_launch:
        assert last[0].startswith("AWSBHT001E")


def test_logs_differ_by_what_runs() -> None:
    plan = bank(1)
    started = {job.spec.task: job.run for job in plan.jobs if job.run.started_at}
    second_lines = {job_log(run, at("02:00"), ZONE, content_only=True)[1] for run in started.values()}
    assert len(second_lines) == len(TaskKind)


def test_one_log_leaks_secrets_that_are_valid_in_form() -> None:
    log = text(bank(1).job("CARDS_PAN_EXPORT").run)
    for secret in (LEAKED_PASSWORD, f"Bearer {LEAKED_TOKEN}", *LEAKED_CARDS):
        assert secret in log
    assert all(luhn(card) for card in LEAKED_CARDS)


def luhn(card: str) -> bool:
    digits = [int(char) for char in card if char.isdigit()]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def test_one_log_speaks_to_its_reader_and_carries_markup() -> None:
    log = text(bank(1).job("ETL_CHECK_ADDRESSES").run)
    assert PLANTED_INSTRUCTION in log
    assert "<script>" in log


def test_a_log_grows_while_the_job_runs() -> None:
    night = SmallNight(stream(job("A")))
    seen: list[list[str]] = []
    for minute in range(1, 9):
        night.at(f"20:{minute:02}")
        seen.append(job_log(night.job("A").run, night.engine.now, ZONE))
    for earlier, later in itertools.pairwise(seen):
        assert later[: len(earlier)] == earlier
        assert len(later) > len(earlier)
    assert "= Exit Status" not in "\n".join(seen[-1])
    night.at("20:30")
    whole = job_log(night.job("A").run, night.engine.now, ZONE)
    assert whole[: len(seen[-1])] == seen[-1]
    assert "= Exit Status           : 0" in whole


# -- over HTTP


async def test_the_log_of_a_run(api: httpx.AsyncClient, server: RunningSimulator) -> None:
    run = server.simulator.plan.job("PAYROLL_CALC").run
    answer = await api.get(f"/plan/job/run/{run.id}/joblog")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.text.splitlines() == job_log(run, at("02:00"), ZONE)
    assert (await api.get("/plan/job/joblog", params={"oql": "name = 'PAYROLL_CALC'"})).text == answer.text


async def test_a_part_of_the_log(api: httpx.AsyncClient, server: RunningSimulator) -> None:
    run = server.simulator.plan.job("PAYROLL_CALC").run
    path = f"/plan/job/run/{run.id}/joblog"
    whole = (await api.get(path)).text.splitlines()
    content = (await api.get(path, params={"contentOnly": "true"})).text.splitlines()
    assert content == whole[9:-8]
    assert (await api.get(path, params={"from_line": 2, "to_line": 4})).text.splitlines() == whole[1:4]
    assert (await api.get(path, params={"from_line": len(whole)})).text.splitlines() == whole[-1:]
    assert (await api.get(path, params={"from_line": len(whole) + 1})).text == ""
    assert (await api.get(path, params={"from_line": 3, "to_line": 2})).status_code == 400


async def test_no_log_no_run(api: httpx.AsyncClient, server: RunningSimulator) -> None:
    waiting = server.simulator.plan.job("PAYROLL_POST").run
    for path in (f"/plan/job/run/{waiting.id}/joblog", "/plan/job/run/nobody/joblog"):
        answer = await api.get(path)
        assert answer.status_code == 404
        assert "No job run instances were found with the provided run ID" in answer.json()["messages"][0]
    answer = await api.get("/plan/job/joblog", params={"oql": "name = 'PAYROLL_POST'"})
    assert answer.status_code == 404
    assert "No job run instances match the provided key" in answer.json()["messages"][0]
    assert (await api.get("/plan/job/joblog")).status_code == 400


async def test_following_a_log_until_the_job_ends() -> None:
    seconds = 0.0
    simulator = Simulator(SimulatorSettings(speed=60, start=at("02:00"), port=0), monotonic=lambda: seconds)
    run = next(job.run for job in simulator.plan.jobs if job.state is RunState.EXEC and job.estimated.seconds < 1800)
    async with (
        running_simulator(simulator=simulator) as server,
        httpx.AsyncClient(base_url=server.url + BASE, auth=("demo", "demo")) as client,
        client.stream("GET", f"/plan/job/run/{run.id}/joblog", params={"follow": "true"}) as answer,
    ):
        chunks = answer.aiter_text()
        first = await anext(chunks)
        assert "= Exit Status" not in first
        seconds = 2 * 3600.0
        rest = "".join([chunk async for chunk in chunks])
    assert (first + rest).splitlines() == job_log(run, simulator.now(), ZONE)
    assert "= Exit Status" in rest
