"""Talking with the bot at a prompt: what the keys do, what is printed."""

import asyncio
import io
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput

from adapters.terminal import factory
from adapters.terminal.adapter import TerminalAdapter
from adapters.terminal.chat import GREETING
from resync_bot.conversation.model import Answer, ButtonPress, Place, Question
from resync_bot.conversation.ports import Host, ReplyStream
from resync_bot.runtime.settings import Environment
from tests.adapters.conftest import MakeHost
from tests.adapters.night import FAILED, STREAMED, Night
from tests.adapters.paper import Paper
from tests.adapters.small_bot import SmallBot

CTRL_C, CTRL_D, UP, ENTER = "\x03", "\x04", "\x1b[A", "\r"


@pytest.fixture
def keys() -> Iterator[PipeInput]:
    """The keyboard."""
    with create_pipe_input() as keys:
        yield keys


class Desk:
    """Somebody before a terminal in which the bot runs."""

    def __init__(self, host: Host, bot: SmallBot, keys: PipeInput, paper: Paper) -> None:
        self.paper = paper
        self.has_left = asyncio.Event()
        self._bot = bot
        self._keys = keys
        self.adapter = TerminalAdapter(host, console=paper, keys=keys, display=DummyOutput(), leave=self.has_left.set)

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Desk"]:
        async with self._bot.working(self.adapter):
            await self.sees(GREETING)
            yield self

    def types(self, text: str) -> None:
        self._keys.send_text(text)

    async def sees(self, text: str) -> None:
        await self.paper.until(lambda printed: text in printed)

    async def leaves(self) -> None:
        async with asyncio.timeout(10):
            await self.has_left.wait()


@pytest.fixture
async def desk(make_host: MakeHost, bot: SmallBot, keys: PipeInput) -> AsyncIterator[Desk]:
    """A plain console, as of a log or an old terminal."""
    async with Desk(make_host(), bot, keys, Paper()).running() as desk:
        yield desk


async def test_a_question_and_its_answer(desk: Desk, bot: SmallBot) -> None:
    bot.script = Night()
    desk.types("what failed tonight?" + ENTER)
    await desk.sees("built-in interpreter")
    assert "(finding jobs in error)" in desk.paper.text
    for part in ("8 jobs failed", "PAYROLL_POST   PAYROLL_DAILY", "4 more", "First cause", "[1] Show its log"):
        assert part in desk.paper.text
    (question,) = bot.accepted
    assert isinstance(question, Question)
    assert question.text == "what failed tonight?"


async def test_a_number_presses_the_button_of_the_newest_answer(desk: Desk, bot: SmallBot) -> None:
    bot.script = Night()
    desk.types("what failed tonight?" + ENTER)
    await desk.sees("[3] Not helpful")
    desk.types("1" + ENTER)
    await desk.sees("ORA-01653")
    press = bot.accepted[1]
    assert isinstance(press, ButtonPress)
    assert (press.action, press.value) == ("ask", "show the log of PAYROLL_POST")
    desk.types("9" + ENTER)  # no such button any more: a question like any other
    await desk.sees("You said: 9")


@pytest.mark.parametrize("keys_pressed", ["exit" + ENTER, "Sair" + ENTER, CTRL_D, CTRL_C], ids=repr)
async def test_ways_to_leave(desk: Desk, bot: SmallBot, keys_pressed: str) -> None:
    desk.types(keys_pressed)
    await desk.leaves()
    assert not bot.accepted


async def test_ctrl_c_empties_the_line_first(desk: Desk, bot: SmallBot) -> None:
    desk.types("a question that nobody sen" + CTRL_C + "hello" + ENTER)
    await desk.sees("You said: hello")
    assert len(bot.accepted) == 1
    assert not desk.has_left.is_set()


async def test_empty_lines_ask_nothing(desk: Desk, bot: SmallBot) -> None:
    desk.types(ENTER + "   " + ENTER + "hello" + ENTER)
    await desk.sees("You said: hello")
    assert len(bot.accepted) == 1


async def test_earlier_questions_come_back_also_after_a_restart(
    make_host: MakeHost, bot: SmallBot, keys: PipeInput
) -> None:
    async with Desk(make_host(), bot, keys, Paper()).running() as desk:
        desk.types("what failed tonight?" + ENTER)
        await desk.sees("You said: what failed tonight?")
    async with Desk(make_host(), bot, keys, Paper()).running() as desk:
        desk.types(UP + ENTER)
        await desk.sees("You said: what failed tonight?")
    first, second = bot.accepted
    assert first.place != second.place  # another day, another conversation


async def test_a_text_is_shown_while_it_is_written_and_then_once_as_a_whole(
    make_host: MakeHost, bot: SmallBot, keys: PipeInput
) -> None:
    bot.script = Night()
    async with Desk(make_host(), bot, keys, Paper(is_terminal=True)).running() as desk:
        desk.types("what should I do about it?" + ENTER)
        await desk.sees("gpt-4o")
    assert len(desk.paper.answers) == 1
    assert "on call until 06:00" in desk.paper.answers[0]
    assert STREAMED.count("PAY_REPORTS") == desk.paper.answers[0].count("PAY_REPORTS")


async def test_an_alert_appears_above_the_prompt_and_again_when_it_changes(desk: Desk, bot: SmallBot) -> None:
    place = Place("terminal", "host", "ana", "session")
    for text in ("PAY failed", "PAY recovered"):
        await desk.adapter.reply(place, "alert", (), resume=None).finish(Answer.plain(text))
    assert "PAY failed" in desk.paper.text
    assert "Update:\nPAY recovered" in desk.paper.text
    assert "The answer to" not in desk.paper.text
    desk.types("hello" + ENTER)
    await desk.sees("You said: hello")


async def test_an_answer_to_an_earlier_question_says_so(desk: Desk, bot: SmallBot) -> None:
    desk.types("hello" + ENTER)
    await desk.sees("You said: hello")
    reply = desk.adapter.reply(bot.accepted[0].place, "turn-9", bot.accepted, resume=None)
    await reply.finish(Answer.plain("612 jobs"))
    assert "The answer to: hello\n612 jobs" in desk.paper.text


async def test_a_console_with_few_characters_still_shows_everything(
    make_host: MakeHost, bot: SmallBot, keys: PipeInput
) -> None:
    async def answer(questions: tuple[str, ...], reply: ReplyStream) -> Answer:
        return Answer(FAILED.text, FAILED.blocks, FAILED.evidence, "模型 ✓")

    bot.script = answer
    async with Desk(make_host(), bot, keys, Paper(encoding="cp1252")).running() as desk:
        desk.types("what failed tonight?" + ENTER)
        await desk.sees("find_jobs, blocked_by · ?? ?")
        assert "PAYROLL_POST" in desk.paper.text


async def test_no_answer_can_send_an_escape_sequence(desk: Desk, bot: SmallBot) -> None:
    async def answer(questions: tuple[str, ...], reply: ReplyStream) -> Answer:
        await reply.status("\x1b]0;owned\x07")
        return Answer.plain("`\x1b[2J\x9b31m` [bold]x[/bold]")

    bot.script = answer
    desk.types("hello" + ENTER)
    await desk.sees("[bold]x[/bold]")
    assert "\x1b" not in desk.paper.text
    assert "\x9b" not in desk.paper.text


class _Stream(io.StringIO):
    def __init__(self, is_terminal: bool) -> None:
        super().__init__()
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal


@pytest.mark.parametrize(
    ("environment", "reads", "writes", "chats"),
    [
        (Environment.DEVELOPMENT, True, True, True),
        (Environment.DEVELOPMENT, False, True, False),
        (Environment.DEVELOPMENT, True, False, False),
        (Environment.PRODUCTION, True, True, False),
    ],
)
def test_there_is_a_prompt_only_in_a_terminal_and_not_in_production(
    make_host: MakeHost,
    monkeypatch: pytest.MonkeyPatch,
    environment: Environment,
    reads: bool,
    writes: bool,
    chats: bool,
) -> None:
    production = {
        "secret_key": "k" * 43,
        "redis": {"url": "redis://redis"},
        "tws": {"host": "https://master", "api_key": "key"},
    }
    host = make_host(environment=environment, **production)
    monkeypatch.setattr("sys.stdin", _Stream(reads))
    monkeypatch.setattr("sys.stdout", _Stream(writes))
    assert (factory(host) is not None) == chats
