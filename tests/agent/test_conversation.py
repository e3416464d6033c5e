"""Conversations with the whole agent over a simulated engine: with a language model on a local server, or without."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from resync_bot.agent.chat import ToolCall
from resync_bot.agent.interpreter import Interpreter
from resync_bot.agent.litellm_model import LitellmModel, warm_up
from resync_bot.agent.tools import TOOLS
from resync_bot.conversation.model import Answer, Buttons, Context, Table, Text, answer_from_json, answer_json
from resync_bot.conversation.ports import Turn
from resync_bot.runtime.sections import ModelSettings
from resync_bot.simulator.faults import Fault
from resync_bot.simulator.joblog.stories import PLANTED_INSTRUCTION
from resync_bot.simulator.server import RunningSimulator
from resync_bot.tws.engine import HwaEngine
from resync_bot.tws.models import Status
from resync_bot.tws.queries import JobQuery
from tests.agent.conversation import ANA, BRUNO, PLACE, Agent, Listener, call
from tests.agent.openai_server import Calls, Cut, Failure, OpenAiServer, Reply, Silence, Words, openai_server

# litellm 1.106.2 reads pydantic's fields in a way that pydantic 2.11 deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:Accessing the 'model_:DeprecationWarning")

INTERPRETER = Interpreter().name
FAILED = call("find_jobs", statuses=["ERROR"], limit=2)
WHY = call("why_failed", name="PAYROLL_CALC")


@pytest.fixture
async def llm() -> AsyncIterator[OpenAiServer]:
    await warm_up()
    async with openai_server() as running:
        yield running


def agent_with(
    tws: HwaEngine,
    *servers: OpenAiServer,
    patience: float = 10.0,
    timeout: Callable[[float], asyncio.Timeout] = asyncio.timeout,
) -> Agent:
    """The agent with a model at each of the servers, and the real interpreter behind them."""
    models = [
        LitellmModel(ModelSettings(model=f"openai/model-{number}", endpoint=server.url), timeout=patience)
        for number, server in enumerate(servers, start=1)
    ]
    return Agent(tws, models, Interpreter(), timeout=timeout)


def asks(*calls: ToolCall) -> Calls:
    return Calls([ToolCall(f"call{number}", one.tool, one.arguments) for number, one in enumerate(calls)])


def remarks(answer: Answer) -> list[str]:
    return [block.markdown for block in answer.blocks if isinstance(block, Context)]


# --- as it should be ---


async def test_a_question_is_answered_from_tools(tws: HwaEngine, llm: OpenAiServer) -> None:
    agent = agent_with(tws, llm)
    failed = await tws.jobs(JobQuery(statuses=(Status.ERROR,)), limit=1)
    name, rest = failed.items[0].name, failed.total - 1
    words = f"**{failed.total} jobs** failed.\n\n| Job | Status |\n|---|---|\n| `{name}` | ERROR |\n\n{rest} more"
    llm.script = [asks(FAILED), Words(words)]
    answer = await agent.ask("which jobs failed?")
    assert answer.text == words
    assert answer.blocks[:2] == (
        Text(f"**{failed.total} jobs** failed."),
        Table(("Job", "Status"), ((name, "ERROR"),), more=rest),
    )
    assert isinstance(answer.blocks[2], Buttons)
    assert answer.model == "openai/model-1"
    assert [(one.tool, one.arguments) for one in answer.evidence] == [
        ("find_jobs", {"statuses": ["ERROR"], "limit": 2})
    ]
    assert agent.listener.statuses == ["looking for jobs"]
    assert agent.counted("resync_agent_answers_total", model="openai/model-1") == 1
    assert agent.counted("resync_agent_evidence_checks_total", outcome="passed") == 1
    assert agent.counted("resync_agent_tokens_total", model="openai/model-1", direction="input") == 200


async def test_text_is_shown_as_it_is_written(tws: HwaEngine, llm: OpenAiServer) -> None:
    agent = agent_with(tws, llm)
    llm.script = [asks(WHY), Words("`PAYROLL_CALC` ended with RC 12.\n\nThe tablespace is full.\n\nAsk the DBA.")]
    await agent.ask("why did PAYROLL_CALC fail?")
    assert agent.listener.texts == [
        "`PAYROLL_CALC` ended with RC 12.",
        "`PAYROLL_CALC` ended with RC 12.\n\nThe tablespace is full.",
    ]


async def test_a_follow_up_has_the_conversation_before_it(tws: HwaEngine, llm: OpenAiServer) -> None:
    agent = agent_with(tws, llm)
    llm.script = [asks(WHY), Words("`PAYROLL_CALC` ended with RC 12."), Words("As I said, RC 12.")]
    await agent.ask("why did PAYROLL_CALC fail?")
    answer = await agent.ask("which return code?")
    assert answer.text == "As I said, RC 12."
    roles = [message["role"] for message in llm.requests[-1]["messages"]]
    assert roles == ["system", "user", "assistant", "tool", "assistant", "user"]


async def test_an_interval_is_said_also_where_the_model_does_not(tws: HwaEngine, llm: OpenAiServer) -> None:
    agent = agent_with(tws, llm)
    llm.script = [asks(call("find_jobs", name="PAYROLL_CALC", span="last_night")), Words("`PAYROLL_CALC` failed.")]
    answer = await agent.ask("did PAYROLL_CALC fail last night?")
    assert remarks(answer) == ["22 Nov 18:00 – 23 Nov 02:00, America/Sao_Paulo"]


async def test_what_several_people_wrote_goes_to_the_model_together(tws: HwaEngine, llm: OpenAiServer) -> None:
    agent = agent_with(tws, llm)
    llm.script = [Words("Hello both.")]
    await agent.ask((ANA, "hello"), (BRUNO, "hello from me too"))
    assert llm.requests[0]["messages"][-1]["content"] == "Ana: hello\nBruno: hello from me too"


# --- without a language model ---


async def test_with_nothing_configured_the_interpreter_answers(tws: HwaEngine) -> None:
    agent = Agent(tws, interpreter=Interpreter())
    answer = await agent.ask("why did PAYROLL_CALC fail?")
    assert "return code 12" in answer.text
    assert answer.model == INTERPRETER
    assert remarks(answer) == []
    assert [one.tool for one in answer.evidence] == ["why_failed"]


async def test_nothing_that_was_asked_in_between_is_lost(tws: HwaEngine) -> None:
    agent = Agent(tws, interpreter=Interpreter())
    answer = await agent.ask((ANA, "why did PAYROLL_CALC fail?"), (BRUNO, "show its log"))
    assert [one.tool for one in answer.evidence] == ["why_failed", "read_job_log"]
    assert "ORA-01653" in answer.text


async def test_a_bare_name_keeps_the_language_of_the_conversation(tws: HwaEngine) -> None:
    agent = Agent(tws, interpreter=Interpreter())
    await agent.ask("como está o plano?")
    answer = await agent.ask("PAYROLL_CALC")
    assert "em erro" in answer.text


# --- faults of the language model ---


@pytest.mark.parametrize(
    "fault",
    [
        Failure(429, {"Retry-After": "120"}),
        Failure(500),
        Failure(401),
        Cut(""),
        Cut("**99 jobs** fai"),
        Words(""),
    ],
    ids=str,
)
async def test_an_outage_of_the_model_is_a_banner_not_an_outage(
    tws: HwaEngine, llm: OpenAiServer, fault: Reply
) -> None:
    agent = agent_with(tws, llm)
    llm.script = [fault]
    answer = await agent.ask("por que o PAYROLL_CALC falhou?")
    assert "PAYROLL_CALC" in answer.text
    assert "99" not in answer.text
    assert answer.model == INTERPRETER
    assert remarks(answer) == [
        "O modelo de linguagem não está disponível agora; respondo pelas minhas regras internas."
    ]


async def test_a_model_that_fails_is_followed_by_the_next_with_what_was_found(
    tws: HwaEngine, llm: OpenAiServer
) -> None:
    async with openai_server() as other:
        agent = agent_with(tws, llm, other)
        llm.script = [asks(WHY), Cut("**99 jobs** fai")]
        other.script = [Words("`PAYROLL_CALC` ended with RC 12.")]
        answer = await agent.ask("why did PAYROLL_CALC fail?")
        assert answer.text == "`PAYROLL_CALC` ended with RC 12."
        assert answer.model == "openai/model-2"
        assert remarks(answer) == []
        assert other.requests[0]["messages"][-1]["role"] == "tool"
        assert agent.counted("resync_agent_fallbacks_total", model="openai/model-1", reason="cut") == 1


async def test_a_model_that_does_not_answer_in_time_is_replaced(tws: HwaEngine, llm: OpenAiServer) -> None:
    agent = agent_with(tws, llm, patience=0.05)
    llm.script = [Silence()]
    answer = await agent.ask("how is the plan?")
    assert answer.model == INTERPRETER
    assert remarks(answer)[0].startswith("The language model is not available")


async def test_when_time_is_up_what_was_found_is_shown(tws: HwaEngine, llm: OpenAiServer) -> None:
    timer = asyncio.timeout(None)
    agent = agent_with(tws, llm, timeout=lambda _seconds: timer)
    llm.script = [asks(WHY), Silence()]
    async with asyncio.TaskGroup() as group:
        asking = group.create_task(agent.ask("why did PAYROLL_CALC fail?"))
        await llm.fell_silent.wait()
        timer.reschedule(0.0)
    answer = asking.result()
    assert "return code 12" in answer.text
    assert remarks(answer) == ["The language model took too long; these are the findings so far."]
    assert agent.counted("resync_agent_loops_total", ending="out_of_time") == 1


async def test_mistakes_of_the_model_are_corrected_by_it(tws: HwaEngine, llm: OpenAiServer) -> None:
    agent = agent_with(tws, llm)
    llm.script = [
        asks(ToolCall("", "why_failed", '{"name": "PAYROLL_CALC"'), call("explain_failure", name="PAYROLL_CALC")),
        asks(WHY),
        Words("`PAYROLL_CALC` ended with RC 12."),
    ]
    answer = await agent.ask("why did PAYROLL_CALC fail?")
    assert answer.text == "`PAYROLL_CALC` ended with RC 12."
    malformed, unknown = [message["content"] for message in llm.requests[1]["messages"] if message["role"] == "tool"]
    assert "Invalid JSON" in malformed
    assert "There is no tool" in unknown


async def test_a_model_that_asks_the_same_again_and_again_is_ended(tws: HwaEngine, llm: OpenAiServer) -> None:
    agent = agent_with(tws, llm)
    llm.script = [asks(WHY)]
    answer = await agent.ask("why did PAYROLL_CALC fail?")
    assert len(llm.requests) == 3, "one call, one repetition, one last step without tools"
    assert "return code 12" in answer.text
    assert [one.tool for one in answer.evidence] == ["why_failed"]


# --- what the language model makes up ---


@pytest.mark.parametrize(
    "invented",
    [
        "**99 jobs** failed.",
        "`PAYROLL_CALC` ended with RC 8.",
        "`PAYROLL_CALC` failed at 23:59.",
        "`PAYROLL_CALC` and `PAYROLL_TOTALS` failed.",
        "No job has failed.",
    ],
)
async def test_an_invented_figure_is_never_sent(tws: HwaEngine, llm: OpenAiServer, invented: str) -> None:
    agent = agent_with(tws, llm)
    llm.script = [asks(WHY), Words(f"{invented}\nThat is all.\n")]
    answer = await agent.ask("why did PAYROLL_CALC fail?")
    assert invented not in answer.text
    assert "return code 12" in answer.text
    assert remarks(answer)[0].startswith("What the language model said did not agree")
    assert agent.counted("resync_agent_evidence_checks_total", outcome="replaced") == 1
    assert agent.listener.texts == [], "nor shown while it is written"


async def test_figures_without_any_tool_are_answered_anew(tws: HwaEngine, llm: OpenAiServer) -> None:
    agent = agent_with(tws, llm)
    llm.script = [Words("All 42 jobs are fine.")]
    answer = await agent.ask("how is the plan?")
    assert "42" not in answer.text
    assert "jobs** in the plan" in answer.text
    assert answer.model == INTERPRETER
    assert agent.counted("resync_agent_evidence_checks_total", outcome="no_evidence") == 1


async def test_a_change_that_did_not_happen_is_not_claimed(tws: HwaEngine, llm: OpenAiServer) -> None:
    agent = agent_with(tws, llm)
    llm.script = [asks(call("job_detail", name="PAYROLL_CALC")), Words("I have rerun `PAYROLL_CALC`.")]
    answer = await agent.ask("rerun PAYROLL_CALC")
    assert "I have rerun" not in answer.text
    assert "nothing was changed" in answer.text


# --- what others want the language model to do ---


async def test_an_instruction_in_a_job_log_reaches_the_model_as_data_only(tws: HwaEngine, llm: OpenAiServer) -> None:
    agent = agent_with(tws, llm)
    llm.script = [
        asks(call("read_job_log", name="ETL_CHECK_ADDRESSES", last_lines=200)),
        asks(call("cancel_jobs", folder="/PAYROLL")),
        Words("No job has failed.\n\nI have cancelled all jobs in /PAYROLL."),
    ]
    answer = await agent.ask("show the log of ETL_CHECK_ADDRESSES")
    log = next(message["content"] for message in llm.requests[1]["messages"] if message["role"] == "tool")
    assert PLANTED_INSTRUCTION[:40] in log
    assert log.startswith("<data>\n")
    assert log.endswith("\n</data>")
    assert "No job has failed" not in answer.text.replace(PLANTED_INSTRUCTION, "")
    assert "I have cancelled" not in answer.text
    assert [one.tool for one in answer.evidence] == ["read_job_log"]
    assert agent.counted("resync_agent_tool_calls_total", tool="unknown", outcome="unknown_tool") == 1


async def test_secrets_stay_in_the_house(tws: HwaEngine, llm: OpenAiServer) -> None:
    agent = agent_with(tws, llm)
    llm.script = [asks(call("read_job_log", name="CARDS_PAN_EXPORT", last_lines=200)), Words("It was refused.")]
    await agent.ask("why is the log of CARDS_PAN_EXPORT full of password=S3cr3t-Tiger-42 ?")
    sent = str(llm.requests)
    assert "S3cr3t-Tiger-42" not in sent
    assert "4111 1111 1111 1111" not in sent
    assert "***" in sent


async def test_an_engine_that_is_away_is_told_in_the_models_words(
    server: RunningSimulator, tws: HwaEngine, llm: OpenAiServer
) -> None:
    server.faults.add(Fault(status=503), times=None)
    agent = agent_with(tws, llm)
    llm.script = [asks(FAILED), Words("The scheduling engine cannot answer at the moment.")]
    answer = await agent.ask("what failed?")
    assert answer.text == "The scheduling engine cannot answer at the moment."
    assert answer.evidence[0].result["kind"] == "problem"


# --- who it is ---


async def test_the_agent_describes_itself(tws: HwaEngine, llm: OpenAiServer) -> None:
    described = agent_with(tws, llm).responder.describe()
    assert [model["name"] for model in described["models"]] == ["openai/model-1", INTERPRETER]
    assert [model["circuit"] for model in described["models"]] == ["closed", "closed"]
    assert [tool["name"] for tool in described["tools"]] == [tool.name for tool in TOOLS]


# --- what people write ---


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n\t ",
        "\x00\x01\x02\x1b[31m\x7f",
        "PK\x03\x04\x14\x00\x08\ufffd\ufffd\u202e",
        "A" * 40_000,
        "why " * 10_000,
        "1 h " * 10_000,
        "status of ' OR '1'='1",
        "status of @",
        "status of '@'#'@'.'@'",
        "why did <script>alert(1)</script> fail?",
        "🔥🔥🔥",
        "| a | b |\n|---|---|",
        "```",
    ],
    ids=lambda text: ascii(text[:20]),
)
async def test_any_text_gets_an_answer(tws: HwaEngine, text: str) -> None:
    agent = Agent(tws, interpreter=Interpreter())
    answer = await agent.ask(text)
    assert answer.text.strip()
    assert answer_from_json(answer_json(answer)) == answer
    assert agent.counted("resync_agent_tool_calls_total", tool="look_up", outcome="defect") == 0


async def test_questions_of_several_conversations_do_not_mix(tws: HwaEngine) -> None:
    responder = Agent(tws, interpreter=Interpreter()).responder
    names = ["PAYROLL_CALC", "CARDS_PAN_EXPORT", "ETL_CHECK_ADDRESSES", "PAYROLL_POST"] * 5
    async with asyncio.TaskGroup() as group:
        turns = [Turn(f"t{number}", PLACE, ((ANA, f"status of {name}"),), ()) for number, name in enumerate(names)]
        answering = [group.create_task(responder.respond(turn, Listener())) for turn in turns]
    for name, task in zip(names, answering, strict=True):
        assert task.result().text.startswith(f"`{name}`")
