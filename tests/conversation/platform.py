"""A messaging platform for tests: an Adapter whose posts are kept in a store that outlives the bot."""

import asyncio
import json
import os
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from aiohttp import web

from resync_bot.conversation.model import Answer, Incoming, Place
from resync_bot.conversation.ports import Mark, MessageRef, Pace


@dataclass(slots=True)
class Message:
    """What people see. `versions` holds every text that it ever had."""

    id: str
    place: Place
    turn_id: str
    versions: list[str]
    is_final: bool = False

    @property
    def text(self) -> str:
        """What it says now."""
        return self.versions[-1]


class Store(Protocol):
    """The platform's own memory."""

    def post(self, place: Place, turn_id: str, text: str, *, final: bool) -> str:
        """Returns the new message's id."""
        ...

    def edit(self, message_id: str, text: str, *, final: bool) -> None:
        """Changes a message in place."""
        ...

    def messages(self) -> list[Message]:
        """All of them, in the order of posting."""
        ...


class MemoryStore:
    """For tests in one process."""

    def __init__(self) -> None:
        self._messages: dict[str, Message] = {}

    def post(self, place: Place, turn_id: str, text: str, *, final: bool) -> str:
        """See Store."""
        message = Message(f"message-{len(self._messages)}", place, turn_id, [text], final)
        self._messages[message.id] = message
        return message.id

    def edit(self, message_id: str, text: str, *, final: bool) -> None:
        """See Store."""
        message = self._messages[message_id]
        message.versions.append(text)
        message.is_final = message.is_final or final

    def messages(self) -> list[Message]:
        """See Store."""
        return list(self._messages.values())


class FileStore:
    """A line per call, each written whole by the system: a process that is killed loses none that it has written."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND)
        self._path = path

    def post(self, place: Place, turn_id: str, text: str, *, final: bool) -> str:
        """See Store."""
        message_id = f"{turn_id}-{os.getpid()}-{len(self.messages())}"
        self._write({"post": message_id, "place": place.encode(), "turn": turn_id, "text": text, "final": final})
        return message_id

    def edit(self, message_id: str, text: str, *, final: bool) -> None:
        """See Store."""
        self._write({"edit": message_id, "text": text, "final": final})

    def messages(self) -> list[Message]:
        """See Store."""
        known: dict[str, Message] = {}
        for line in self._path.read_text().splitlines():
            call = json.loads(line)
            if "post" in call:
                place = Place.decode(call["place"])
                known[call["post"]] = Message(call["post"], place, call["turn"], [call["text"]], call["final"])
            else:
                message = known[call["edit"]]
                message.versions.append(call["text"])
                message.is_final = message.is_final or call["final"]
        return list(known.values())

    def _write(self, call: dict[str, object]) -> None:
        os.write(self._file, json.dumps(call).encode() + b"\n")


class FakePlatform:
    """An Adapter. What is in `faults` is raised by the calls to come, one each; `hooks` are told what was just done."""

    def __init__(self, store: Store | None = None, *, platform: str = "fake", pace: Pace | None = None) -> None:
        self.platform = platform
        self.pace = pace or Pace()
        self.store = store or MemoryStore()
        self.faults: deque[Exception] = deque()
        self.hooks: dict[str, Callable[[], Awaitable[None]]] = {}
        self.statuses: list[str] = []
        self.has_status_lines = True
        self.mark: Mark | None = None
        self.admitting: Callable[[Incoming], Awaitable[Incoming | None]] | None = None
        self.calls: list[str] = []
        self.incoming: list[Sequence[Incoming]] = []
        self._happened = asyncio.Condition()

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """None: nobody calls it."""
        return ()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Needs nothing."""
        yield

    async def admit(self, incoming: Incoming) -> Incoming | None:
        """As the script of the test says."""
        return await self.admitting(incoming) if self.admitting else incoming

    def reply(
        self, place: Place, turn_id: str, incoming: Sequence[Incoming], *, resume: MessageRef | None
    ) -> "FakeStream":
        """Looks the message up by the turn's id if it is not told where it is, as Slack's metadata allows."""
        self.incoming.append(incoming)
        known = resume.id if resume else next((m.id for m in self.store.messages() if m.turn_id == turn_id), None)
        return FakeStream(self, place, turn_id, known)

    def thread_under(self, ref: MessageRef) -> Place | None:
        """As in Slack: a thread is named by its first message."""
        return ref.place if ref.place.thread else replace(ref.place, thread=ref.id)

    @property
    def answers(self) -> list[str]:
        """The final texts, in the order in which their messages were posted."""
        return [message.text for message in self.store.messages() if message.is_final]

    async def wait_for(self, is_so: Callable[[], bool]) -> None:
        """Returns when `is_so`, which is asked after every call to the platform."""
        async with self._happened:
            await self._happened.wait_for(is_so)

    async def answered(self, count: int) -> list[str]:
        """The answers, when there are `count` of them."""
        await self.wait_for(lambda: len(self.answers) >= count)
        return self.answers

    async def did(self, call: str) -> None:
        """Notes a call, tells the hook and those who wait."""
        self.calls.append(call)
        if hook := self.hooks.get(call):
            await hook()
        async with self._happened:
            self._happened.notify_all()


class FakeStream:
    """A ReplyStream."""

    def __init__(self, platform: FakePlatform, place: Place, turn_id: str, message_id: str | None) -> None:
        self._platform = platform
        self._place = place
        self._turn_id = turn_id
        self._message_id = message_id
        self.mark = platform.mark

    async def status(self, text: str) -> bool:
        """See ReplyStream."""
        self._platform.statuses.append(text)
        await self._platform.did("status")
        return self._platform.has_status_lines

    async def placeholder(self, text: str) -> MessageRef | None:
        """See ReplyStream."""
        await self._fail()
        return await self._put("placeholder", text)

    async def show(self, markdown: str) -> MessageRef | None:
        """See ReplyStream."""
        await self._fail()
        return await self._put("show", markdown)

    async def finish(self, answer: Answer) -> MessageRef:
        """See ReplyStream."""
        await self._fail()
        return await self._put("finish", answer.text)

    async def _fail(self) -> None:
        if self._platform.faults:
            fault = self._platform.faults.popleft()
            await self._platform.did("fault")
            raise fault

    async def _put(self, call: str, text: str) -> MessageRef:
        """Who posts knows the message's id only when the platform has replied; who does not wait posts again."""
        message_id, final = self._message_id, call == "finish"
        if message_id is None:
            message_id = self._platform.store.post(self._place, self._turn_id, text, final=final)
        else:
            self._platform.store.edit(message_id, text, final=final)
        await self._platform.did(call)
        self._message_id = message_id
        return MessageRef(self._place, message_id)
