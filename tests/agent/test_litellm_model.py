"""litellm for real, against a local server that speaks the protocol and has every fault."""

import subprocess
import sys
from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from resync_bot.agent.chat import (
    AssistantMessage,
    ModelFailureError,
    ModelFailureKind,
    Piece,
    SystemMessage,
    TextDelta,
    ToolCall,
    ToolMessage,
    ToolSpec,
    Usage,
    UserMessage,
)
from resync_bot.agent.litellm_model import LitellmModel
from resync_bot.runtime.sections import ModelSettings
from tests.agent.conversation import call
from tests.agent.openai_server import (
    Calls,
    Cut,
    Failure,
    Garbage,
    OpenAiServer,
    Reply,
    Silence,
    Words,
    openai_server,
)

# litellm 1.106.2 reads pydantic's fields in a way that pydantic 2.11 deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:Accessing the 'model_:DeprecationWarning")

TOOLS = (ToolSpec("find_jobs", "Finds jobs.", {"type": "object", "properties": {}}),)
QUESTION = (SystemMessage("Be short."), UserMessage("which jobs failed?"))
TWO_CALLS = [call("find_jobs", "a", name="PAY@"), call("job_detail", "b", name="PAYROLL_POST")]


@pytest.fixture
async def server() -> AsyncIterator[OpenAiServer]:
    async with openai_server() as running:
        yield running


def model(server: OpenAiServer, timeout: float = 10.0) -> LitellmModel:
    settings = ModelSettings(model="openai/stand-in", endpoint=server.url, api_key=SecretStr("sk-key"))
    return LitellmModel(settings, timeout=timeout)


async def step(server: OpenAiServer, reply: Reply, timeout: float = 10.0) -> list[Piece]:
    server.script = [reply]
    return [piece async for piece in model(server, timeout).step(QUESTION, TOOLS)]


async def test_words_come_in_pieces_and_then_what_they_took(server: OpenAiServer) -> None:
    pieces = await step(server, Words("Ten jobs failed tonight."))
    texts = [piece.text for piece in pieces if isinstance(piece, TextDelta)]
    assert "".join(texts) == "Ten jobs failed tonight."
    assert len(texts) > 1
    assert pieces[-1] == Usage(100, 20)


@pytest.mark.parametrize(
    ("sent", "heard"),
    [
        ("<think>Is it 10? Or 11?</think>\n\nTen jobs failed.", "Ten jobs failed."),
        ("\n<think></think>Ten.", "Ten."),
        ("<thinking is hard>", "<thinking is hard>"),
        ("A <think>b</think>", "A <think>b</think>"),
    ],
)
async def test_what_a_model_thinks_is_not_what_it_says(server: OpenAiServer, sent: str, heard: str) -> None:
    pieces = await step(server, Words(sent))
    assert "".join(piece.text for piece in pieces if isinstance(piece, TextDelta)) == heard


async def test_only_thoughts_are_an_empty_answer(server: OpenAiServer) -> None:
    with pytest.raises(ModelFailureError) as failed:
        await step(server, Words("<think>Hm, let me see"))
    assert failed.value.kind is ModelFailureKind.EMPTY


@pytest.mark.parametrize("is_interleaved", [False, True])
async def test_tool_calls_are_put_together_from_their_deltas(server: OpenAiServer, is_interleaved: bool) -> None:
    pieces = await step(server, Calls(TWO_CALLS, text="Let me look.", is_interleaved=is_interleaved))
    assert [piece for piece in pieces if isinstance(piece, ToolCall)] == TWO_CALLS


async def test_the_request_is_the_protocols(server: OpenAiServer) -> None:
    await step(server, Words("Hello."))
    request = server.requests[0]
    assert request["model"] == "stand-in"
    assert request["messages"] == [
        {"role": "system", "content": "Be short."},
        {"role": "user", "content": "which jobs failed?"},
    ]
    assert request["tools"][0]["function"]["name"] == "find_jobs"
    assert request["stream"] is True
    assert server.keys == ["sk-key"]


async def test_the_last_step_has_no_tools_and_says_so(server: OpenAiServer) -> None:
    server.script = [Words("Nothing.")]
    conversation = (*QUESTION, AssistantMessage(calls=(TWO_CALLS[0],)), ToolMessage("a", "find_jobs", '{"total": 0}'))
    assert [piece async for piece in model(server).step(conversation, ())]
    request = server.requests[0]
    assert not [tool for tool in request.get("tools") or [] if tool["function"]["name"] == "find_jobs"]
    assert request["messages"][-2] == {
        "role": "tool",
        "tool_call_id": "a",
        "content": '<data>\n{"total":0}\n</data>',
    }
    assert "no more tools" in request["messages"][-1]["content"]


async def test_an_endpoint_of_ones_own_needs_neither_provider_nor_key(
    server: OpenAiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-somebody-elses")
    server.script = [Words("Hello.")]
    bare = LitellmModel(ModelSettings(model="llama3", endpoint=server.url), timeout=10)
    assert [piece async for piece in bare.step(QUESTION, TOOLS)]
    assert server.requests[0]["model"] == "llama3"
    assert server.keys == ["none"]
    assert bare.name == "llama3"


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Failure(429, {"Retry-After": "7"}), ModelFailureKind.RATE_LIMITED),
        (Failure(500), ModelFailureKind.UNAVAILABLE),
        (Failure(502), ModelFailureKind.UNAVAILABLE),
        (Failure(503), ModelFailureKind.UNAVAILABLE),
        (Failure(401), ModelFailureKind.UNAUTHORISED),
        (Failure(403), ModelFailureKind.UNAUTHORISED),
        (Failure(404), ModelFailureKind.BAD_REQUEST),
        (Failure(400), ModelFailureKind.BAD_REQUEST),
        (
            Failure(400, body='{"error": {"message": "This model\'s maximum context length is 8192 tokens."}}'),
            ModelFailureKind.TOO_LONG,
        ),
        (Cut("Ten jobs"), ModelFailureKind.CUT),
        (Cut("Ten jobs", closes_connection=False), ModelFailureKind.CUT),
        (Cut(""), ModelFailureKind.CUT),
        (Words(""), ModelFailureKind.EMPTY),
        (Garbage("<html>Gateway</html>", "text/html"), ModelFailureKind.CUT),
        (Garbage("data: {not json}\n\n"), ModelFailureKind.CUT),
    ],
    ids=str,
)
async def test_faults(server: OpenAiServer, reply: Reply, kind: ModelFailureKind) -> None:
    with pytest.raises(ModelFailureError) as failed:
        await step(server, reply)
    assert failed.value.kind is kind
    assert "sk-" not in str(failed.value)
    assert len(server.requests) == 1, "litellm must not retry by itself"


async def test_when_to_come_again_is_passed_on(server: OpenAiServer) -> None:
    with pytest.raises(ModelFailureError) as failed:
        await step(server, Failure(429, {"Retry-After": "7"}))
    assert failed.value.retry_after == 7.0


async def test_a_silent_server_times_out(server: OpenAiServer) -> None:
    with pytest.raises(ModelFailureError) as failed:
        await step(server, Silence(), timeout=0.05)
    assert failed.value.kind is ModelFailureKind.TIMED_OUT


async def test_nobody_listens() -> None:
    gone = LitellmModel(ModelSettings(model="x", endpoint="http://127.0.0.1:9/v1"), timeout=5)
    with pytest.raises(ModelFailureError) as failed:
        assert not [piece async for piece in gone.step(QUESTION, TOOLS)]
    assert failed.value.kind in {ModelFailureKind.UNREACHABLE, ModelFailureKind.UNAVAILABLE}


def test_without_a_model_litellm_is_never_imported() -> None:
    """Importing the agent and putting it together with no model costs neither five seconds nor 180 MB."""
    code = (
        "import sys\n"
        "import resync_bot.agent.responder, resync_bot.agent.litellm_model, resync_bot.agent.tools\n"
        "from tests.agent.conversation import Agent\n"
        "Agent(tws=None).responder.describe()\n"
        "assert 'litellm' not in sys.modules and 'openai' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
