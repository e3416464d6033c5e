"""The least of a bot around an adapter: an intake that joins what is waiting into turns, and a script that answers."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from itertools import count

from redis.asyncio import Redis

from resync_bot.conversation.model import Answer, ButtonPress, Incoming, Place, Question
from resync_bot.conversation.ports import Accepted, Adapter, Duplicate, Note, ReplyStream, Verdict

Script = Callable[[tuple[str, ...], ReplyStream], Awaitable[Answer]]


async def echo(questions: tuple[str, ...], reply: ReplyStream) -> Answer:
    """Says what it was asked."""
    return Answer.plain("You said: " + " / ".join(questions))


class SmallBot:
    """An Intake. `verdicts`, when filled, are returned first, one per message."""

    def __init__(self, script: Script = echo) -> None:
        self.script = script
        self.redis: Redis | None = None  # where notes are kept
        self.accepted: list[Incoming] = []
        self.answered: list[Incoming] = []  # of those, whose person the adapter admitted
        self.verdicts: list[Verdict | Exception] = []
        self._numbers = count(1)
        self._seen: set[str] = set()
        self._waiting: defaultdict[Place, list[Incoming]] = defaultdict(list)
        self._unfinished: dict[str, tuple[Place, tuple[Incoming, ...]]] = {}
        self._news = asyncio.Event()
        self._more = asyncio.Event()

    async def accept(self, incoming: Incoming, *, note: Note | None = None) -> Verdict:
        """See Intake."""
        if self.verdicts:
            verdict = self.verdicts.pop(0)
            if isinstance(verdict, Exception):
                raise verdict
            if not isinstance(verdict, Accepted):
                return verdict
        if incoming.message_id in self._seen:
            return Duplicate()
        self._seen.add(incoming.message_id)
        if note and self.redis:
            await self.redis.set(note.key, note.text, ex=note.seconds)
        self.accepted.append(incoming)
        self._more.set()
        self._waiting[incoming.place].append(incoming)
        self._news.set()
        return Accepted()

    async def has_accepted(self, count: int) -> None:
        """Returns when that many messages were accepted."""
        while len(self.accepted) < count:
            self._more.clear()
            await self._more.wait()

    @asynccontextmanager
    async def working(self, adapter: Adapter) -> AsyncIterator[None]:
        """Answers through `adapter`, place by place, one turn at a time."""
        async with adapter.running(), asyncio.TaskGroup() as tasks:
            worker = tasks.create_task(self._work(adapter))
            try:
                yield
            finally:
                # More than once: before Python 3.12 redis-py loses a cancellation that comes while it sends.
                while not worker.done():
                    worker.cancel()
                    await asyncio.wait({worker}, timeout=0.1)

    async def _work(self, adapter: Adapter) -> None:
        while True:
            while self._unfinished or self._waiting:
                if not self._unfinished:
                    place = next(iter(self._waiting))
                    self._unfinished[f"turn-{next(self._numbers)}"] = (place, tuple(self._waiting.pop(place)))
                await self._answer(adapter)
            await self._news.wait()
            self._news.clear()

    async def _answer(self, adapter: Adapter) -> None:
        """Also a turn that a worker before left unfinished: it is begun anew, under its id."""
        turn_id, (place, arrived) = next(iter(self._unfinished.items()))
        turn = [one for each in arrived if (one := await adapter.admit(each))]
        self.answered += turn
        if turn:
            await self._reply(adapter, place, turn_id, turn)
        del self._unfinished[turn_id]

    async def _reply(self, adapter: Adapter, place: Place, turn_id: str, turn: Sequence[Incoming]) -> None:
        reply = adapter.reply(place, turn_id, turn, resume=None)
        answer = await self.script(tuple(_text(one) for one in turn), reply)
        await reply.finish(answer)


def _text(incoming: Incoming) -> str:
    match incoming:
        case Question(text=text):
            return text
        case ButtonPress(action=action, value=value):
            return value if action == "ask" else f"{action} {value}"
        case _:
            raise AssertionError(f"nothing to answer: {incoming}")
