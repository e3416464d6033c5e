"""The prompt: reads a question, hands it in, waits for its answer, and again."""

import asyncio
import math
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.history import FileHistory
from prompt_toolkit.input import Input
from prompt_toolkit.output import Output
from prompt_toolkit.patch_stdout import patch_stdout

from adapters.terminal.screen import Screen
from resync_bot.conversation.language import detect
from resync_bot.conversation.model import ButtonPress, Incoming, Person, Place, Question
from resync_bot.conversation.ports import Accepted, Duplicate, Host, RateLimited, Refused
from resync_bot.conversation.wording import Sentence
from resync_bot.errors import StoreUnavailableError

PROMPT = FormattedText([("ansicyan bold", "resync> ")])
GREETING = 'Ask something, for example: what failed tonight?  "exit" or Ctrl-D leaves.'
LATE = "The answer takes longer than usual; it will be shown when it is there."
WORDS_TO_LEAVE = {"exit", "quit", "sair"}
ANSWER_SECONDS = 180.0  # until the prompt comes back without an answer


class Chat:
    """One person's conversation in the terminal."""

    def __init__(
        self,
        host: Host,
        screen: Screen,
        *,
        person: Person,
        place: Place,
        keys: Input | None,
        display: Output | None,
    ) -> None:
        self._host = host
        self._screen = screen
        self._person = person
        self._place = place
        self._keys = keys
        self._display = display

    async def talk(self) -> None:
        """Returns when the person leaves."""
        session: PromptSession[str] = PromptSession(
            history=FileHistory(str(_history_file(self._host.settings.data_directory))),
            input=self._keys,
            output=self._display,
        )
        self._screen.say(GREETING)
        while True:
            try:
                with patch_stdout(raw=True):
                    line = await session.prompt_async(PROMPT, handle_sigint=False)
            except EOFError:
                return
            except KeyboardInterrupt:
                if session.default_buffer.text:  # the line is given up, not the conversation
                    continue
                return
            text = line.strip()
            if text.lower() in WORDS_TO_LEAVE:
                return
            if text:
                await self._ask(text)

    async def _ask(self, text: str) -> None:
        incoming = self._incoming(text)
        with self._screen.waiting_for(incoming.message_id) as settled:
            try:
                verdict = await self._host.intake.accept(incoming)
            except StoreUnavailableError as error:
                self._screen.say(error.told)
                return
            match verdict:
                case Accepted() | Duplicate():
                    self._screen.progress((incoming.message_id,), status=_working(text))
                    await self._wait(settled)
                case RateLimited(retry_after=wait):
                    self._screen.say(Sentence.WAIT.in_language(detect(text), math.ceil(wait)))
                case Refused(why=why):
                    self._screen.say(why)

    async def _wait(self, settled: asyncio.Event) -> None:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await settled.wait()
        except TimeoutError:
            self._screen.say(LATE)

    def _incoming(self, text: str) -> Incoming:
        """A bare number is a press of the newest answer's button of that number."""
        id_, now = self._host.new_id(), self._host.now()
        offered = self._screen.offered
        if text.isdecimal() and 1 <= int(text) <= len(offered):
            button = offered[int(text) - 1]
            return ButtonPress(id_, id_, self._person, self._place, button.action, button.value, now)
        return Question(id_, id_, self._person, self._place, text, now)


def _working(text: str) -> str:
    return Sentence.WORKING.in_language(detect(text))


def _history_file(directory: Path) -> Path:
    directory.mkdir(parents=True, exist_ok=True)
    return directory / "terminal-history"
