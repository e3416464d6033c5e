"""`make evals` as people run it, against a local server that speaks OpenAI's protocol."""

import asyncio
import sys
from pathlib import Path

import pytest

from resync_bot.agent.chat import ToolCall
from resync_bot.conversation.model import Answer, Evidence
from tests.agent.openai_server import Calls, OpenAiServer, Words, openai_server
from tests.evals.case import Case
from tests.evals.grading import mistakes
from tests.evals.plans import running_plan
from tests.evals.suite import Graded, pass_rate, percentile
from tests.evals.truths import truths

ROOT = Path(__file__).parents[2]
LOOK_UP = Calls([ToolCall("c1", "find_jobs", '{"statuses": ["ERROR"]}')])


async def evals(server: OpenAiServer, *options: str) -> tuple[int, str]:
    """Its exit status and what it printed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.evals",
        *options,
        cwd=ROOT,
        env={
            "LLM_MODEL": "openai/stand-in",
            "LLM_ENDPOINT": server.url,
            "LLM_API_KEY": "sk-local",
            "COLUMNS": "160",
            "NO_COLOR": "1",
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, error = await process.communicate()
    assert "Traceback" not in error.decode(), error.decode()
    return process.returncode or 0, out.decode()


async def test_a_language_model_is_graded_and_counted() -> None:
    async with openai_server() as server:
        server.script = [LOOK_UP, Words("9 jobs are in error."), Words("I would rather not look.")]
        status, printed = await evals(server, "--only", "failed-[hs]*")
    assert status == 1
    assert "failed-short: what failed" in printed
    assert "says nothing of “9”" in printed
    assert figures(printed, "all") == ["1", "2", "50.0%", "1", str(3 * 120)]


async def test_the_interpreter_passes_and_that_is_a_success() -> None:
    async with openai_server() as server:
        status, printed = await evals(server, "--interpreter", "--only", "failed-[hs]*")
    assert status == 0
    assert figures(printed, "all")[:3] == ["2", "2", "100.0%"]
    assert server.requests == []


def figures(printed: str, row: str) -> list[str]:
    """Cases that passed, all cases, the rate, tool calls and tokens."""
    (line,) = [line for line in printed.splitlines() if line.strip("│ ").startswith(row)]
    return [cell.strip() for cell in line.strip("│").split("│")][1:6]


async def test_without_a_model_it_says_what_to_set() -> None:
    async with openai_server() as server:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.evals", cwd=ROOT, env={}, stdout=asyncio.subprocess.PIPE
        )
        out, _ = await process.communicate()
    assert process.returncode == 2
    assert b"LLM_MODEL: is not set" in out
    assert server.requests == []


async def test_truths_come_from_the_simulator() -> None:
    async with running_plan("two") as plan:
        (count,) = truths("**{count:status=ERROR}** jobs", plan.simulators)
        names = truths("{names:status=ERROR}", plan.simulators)
        (other,) = truths("{count:UAT!status=ERROR}", plan.simulators)
        with pytest.raises(ValueError, match="nonsense"):
            truths("{nonsense:x}", plan.simulators)
    assert count == f"**{len(names)}** jobs"
    assert "PAYROLL_CALC" in names
    assert other != str(len(names))


def graded(*, passed: bool) -> Graded:
    case = Case(name="x", level="easy", language="en", say=("?",))
    return Graded(case, Answer("", ()), () if passed else ("wrong",), 1.0, 0)


def test_what_is_graded_as_wrong() -> None:
    case = Case(
        name="x",
        level="easy",
        language="en",
        kind="refuse",
        say=("rerun it",),
        tools=("find_jobs",),
        contains=("12",),
        contains_one_of=("yes", "no"),
        lacks=("done",),
    )
    wrong = Answer("Done: 120 jobs are rerun. So be it!", ())
    assert mistakes(case, wrong, (), {}) == [
        "says nothing of “12”",
        "says none of “yes, no”",
        "says “done”",
        "looked at nothing",
        "does not refuse",
        "claims 120, which nothing shows",
    ]
    evidence = (Evidence("find_jobs", {}, {"total": 12}),)
    assert mistakes(case, Answer("No, nothing was changed: 12.", (), evidence), (), {}) == []


def test_rates_and_percentiles() -> None:
    assert pass_rate([graded(passed=True), graded(passed=True), graded(passed=False), graded(passed=False)]) == 0.5
    assert pass_rate([]) == 1.0
    assert percentile([1.0, 2.0, 3.0], 50) == 2.0
    assert percentile([4.0], 95) == 4.0
