"""The whole house, as a new user meets it: `resync-bot demo` in processes of its own, asked over HTTP."""

import asyncio
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import ClientSession

from resync_bot.embedded_engine import USER, embedded_engine
from resync_bot.runtime.sections import SimulatorSection
from resync_bot.simulator.settings import START_OF_DAY
from tests.demo_process import COMMAND, Demo, demo
from tests.vendor_contract import through_contract

README = (Path(__file__).parent.parent / "README.md").read_text()

# Which look-up a right answer to a row of the README's table rests on.
TOOLS = {
    "how the plan is": {"plan_overview", "find_jobs"},
    "what failed": {"find_jobs"},
    "what runs, longest, late": {"find_jobs"},
    "since when, on which day": {"find_jobs", "select_jobs"},
    "what took long": {"find_jobs"},
    "what comes": {"what_will_run", "select_jobs"},
    "how X is": {"look_up", "job_detail", "stream_detail", "find_jobs"},
    "X elsewhere": {"find_jobs"},
    "X beside Y": {"look_up"},
    "what a message id means": {"explain_message"},
    "why X failed": {"why_failed"},
    "whether X is tried again": {"look_up"},
    "X's log": {"read_job_log"},
    "why X waits, whom to call": {"why_waiting"},
    "what jobs wait for": {"find_jobs", "select_jobs"},
    "what holds X up": {"why_waiting"},
    "what X blocks": {"what_it_blocks"},
    "streams": {"find_streams"},
    "workstations": {"find_workstations"},
    "prompts": {"find_prompts"},
    "resources": {"find_resources"},
    "critical jobs": {"critical_jobs"},
    "when X ends": {"forecast"},
    "how X usually is": {"run_history"},
    "what changed in X": {"what_changed"},
    "longer than usual": {"long_runs"},
    "today and yesterday": {"compare_days"},
    "any selection of jobs": {"select_jobs"},
    "any selection of streams": {"select_streams"},
    "what else": {"find_jobs"},  # its examples name jobs of the present plan
}


_NAME = re.compile(r"\b[A-Z]{2,}(?:_[A-Z0-9]+)+\b|\bAWS\w+")  # an answer speaks of what was asked about
_NOT_ANSWERED = ("I did not understand", "Não entendi")


def readme_questions() -> list[tuple[str, str]]:
    """Every question of the table in the README, with the first column of its row."""
    table = README.split("## What you can ask")[1].split("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines() if line[:1] == "|"][2:]
    found = []
    for topic, *cells in rows:
        for cell in cells:
            found += [(topic, question.strip().strip("`")) for question in cell.split("·") if question.strip()]
    return found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Demo]:
    """The demo, with its engine behind the vendor's API document: all that it asks in its life keeps to that."""
    unlimited = {
        f"APP_LIMITS__{who}_{what}": "10000" for who in ("PERSON", "PLACE") for what in ("PER_MINUTE", "BURST")
    }
    async with (
        embedded_engine(SimulatorSection(speed=0), port=0) as engine,
        through_contract(await engine.url()) as url,
        demo(
            tmp_path_factory.mktemp("demo"),
            TWS_HOST=url,
            TWS_USER=USER.name,
            TWS_PASSWORD=USER.password,
            APP_TWS__START_OF_DAY=f"{START_OF_DAY:%H:%M}",
            **unlimited,
        ) as started,
    ):
        yield started


async def _ask(url: str, message: str, conversation: str | None = None) -> dict[str, Any]:
    async with ClientSession() as session:
        body = {"message": message, "conversation": conversation}
        async with session.post(f"{url}/api/chat", json=body) as response:
            answer: dict[str, Any] = await response.json()
            assert response.status == 200, answer
            return answer


def test_the_readmes_table_has_no_row_that_is_not_tested() -> None:
    assert {topic for topic, _ in readme_questions()} == set(TOOLS)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(("topic", "question"), readme_questions())
async def test_every_question_of_the_readme_is_answered(running: Demo, topic: str, question: str) -> None:
    answer = await _ask(running.url, question)
    assert answer["state"] == "ANSWERED"
    kinds = {evidence["result"]["kind"] for evidence in answer["evidence"] if evidence["tool"] in TOOLS[topic]}
    assert kinds, answer["answer"]["text"]
    assert not kinds & {"problem", "no_match"}, answer["answer"]["text"]
    text = answer["answer"]["text"]
    assert not [name for name in _NAME.findall(question) if name not in text], text
    for wrong in _NOT_ANSWERED:
        assert wrong not in text


@pytest.mark.asyncio(loop_scope="module")
async def test_the_thread_is_remembered(running: Demo) -> None:
    first = await _ask(running.url, "why did PAYROLL_CALC fail?")
    second = await _ask(running.url, "show its log", first["conversation"])
    assert [evidence["tool"] for evidence in second["evidence"]] == ["read_job_log"]
    assert second["evidence"][0]["arguments"]["name"] == "PAYROLL_CALC"


@pytest.mark.asyncio(loop_scope="module")
async def test_a_wish_to_change_the_plan_is_understood_and_not_granted(running: Demo) -> None:
    for wish, said in (("rerun PAYROLL_CALC", "nothing was changed"), ("reexecuta o PAYROLL_CALC", "nada foi")):
        answer = await _ask(running.url, wish)
        assert said in answer["answer"]["text"].lower(), answer["answer"]["text"]


async def test_the_banner_says_what_is_embedded_and_how_to_replace_it(tmp_path: Path) -> None:
    async with demo(tmp_path) as started:
        for words in ("REDIS_URL=", "TWS_HOST=", "LLM_MODEL=", "simulated, at http", "user demo, password demo"):
            assert words in started.banner


@pytest.mark.asyncio(loop_scope="module")
async def test_a_second_bot_on_the_same_port_is_told_so(running: Demo, tmp_path: Path) -> None:
    port = running.url.rsplit(":", 1)[1]
    process = await asyncio.create_subprocess_exec(
        *COMMAND,
        cwd=tmp_path,
        env={"PORT": port, "SIMULATOR_PORT": "0"},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, error = await process.communicate()
    assert process.returncode == 2
    assert f"PORT: cannot listen on 127.0.0.1:{port}" in error.decode()
    assert "Traceback" not in error.decode()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
async def test_however_it_ends_no_process_stays(tmp_path: Path, number: signal.Signals) -> None:
    async with demo(tmp_path) as started:
        assert len(started.members()) == 3, started.members()
        status = await started.stop(number)
        assert status == (-signal.SIGKILL if number is signal.SIGKILL else 0)
        async with asyncio.timeout(20):
            while started.members():  # noqa: ASYNC110  # nobody tells: the kernel ends them a moment later
                await asyncio.sleep(0.02)


async def test_a_killed_bot_remembers_the_conversation(tmp_path: Path) -> None:
    async with demo(tmp_path) as first:
        conversation = (await _ask(first.url, "status of PAYROLL_CALC"))["conversation"]
        await first.stop(signal.SIGKILL)
    async with demo(tmp_path) as second:
        answer = await _ask(second.url, "why did it fail?", conversation)
        assert [evidence["tool"] for evidence in answer["evidence"]] == ["why_failed"]


def test_one_question_on_the_command_line(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "resync_bot", "ask", "which jobs abended?"],
        cwd=tmp_path,
        env={
            "SIMULATOR_PORT": "1",
            "SIMULATOR_SPEED": "0",
        },  # nothing listens on port 1: it starts an engine of its own
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert re.search(r"PAYROLL_CALC\s", done.stdout)


def test_a_question_that_cannot_be_answered_has_another_status(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "resync_bot", "ask", "which jobs abended?"],
        cwd=tmp_path,
        env={"TWS_HOST": "http://127.0.0.1:1", "TWS_USER": "u", "TWS_PASSWORD": "p"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout.strip()


@pytest.mark.parametrize(
    ("environment", "status", "said"),
    [
        ({}, 2, "REDIS_URL: must be set"),
        (
            {"REDIS_URL": "redis://127.0.0.1:1", "TWS_HOST": "http://127.0.0.1:1", "APP_REDIS__CONNECT_ATTEMPTS": "2"},
            1,
            "Redis",
        ),
        ({"APP_ENVIRONMENT": "production"}, 2, "TWS_HOST: must be set in production"),
    ],
)
def test_serve_does_not_start_with_less_than_it_needs(
    tmp_path: Path, environment: dict[str, str], status: int, said: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "resync_bot", "serve"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == status, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
