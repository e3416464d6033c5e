"""What the replica that watches has in its hands. Everything in it is in Redis too, and written there when it changes.

A change is made here first, without a pause, and then written: what waits to be written is always the newest.
"""

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo
from typing import Self

from resync_bot.alerts.digest import Deadline
from resync_bot.alerts.model import (
    Acknowledgement,
    AlertGroup,
    Board,
    Outcome,
    Posted,
    Rule,
    Seen,
    Silence,
    StoryEntry,
    StoryKind,
    Told,
    Trouble,
)
from resync_bot.alerts.store import RESOLVED_KEPT, Command, Watch, posted_key


class Book:
    """Of one lease. All writing methods raise redis.exceptions.RedisError, or LeaseLostError if it is over."""

    def __init__(self, watch: Watch, *, standing: tuple[Rule, ...]) -> None:
        """`standing` are the rules that are not made in chats."""
        self._watch = watch
        self._store = watch.store
        self._standing = standing
        self._writing = asyncio.Lock()
        self._decided: dict[tuple[str, str], tuple[Outcome, str]] = {}
        self.news = asyncio.Event()
        self.groups: dict[str, AlertGroup] = {}
        self.posted: dict[str, dict[str, Posted]] = {}  # by group and place
        self.boards: dict[str, Board] = {}
        self.seen: dict[str, Seen] = {}
        self.rules: tuple[Rule, ...] = standing
        self.silences: tuple[Silence, ...] = ()
        self.digested: dict[str, datetime] = {}
        # What the last looks told of the engines, by name: not kept, every lease looks for itself.
        self.switching: set[str] = set()  # those that change to a new plan
        self.zones: dict[str, tzinfo | None] = {}
        self.ahead: dict[str, timedelta] = {}  # by how much each engine's clock is ahead of ours
        self.deadlines: dict[str, tuple[Deadline, ...] | None] = {}  # those at risk

    @classmethod
    async def open(cls, watch: Watch, *, standing: tuple[Rule, ...]) -> Self:
        """All that an earlier watch has left."""
        book, store = cls(watch, standing=standing), watch.store
        book.groups = await store.groups()
        for key, posted in (await store.posted()).items():
            book.posted.setdefault(key.partition("|")[0], {})[posted.place] = posted
        book.boards = await store.boards()
        book.seen = await store.seen()
        book.digested = {place: datetime.fromisoformat(at) for place, at in (await store.digested()).items()}
        return book

    def of_engine(self, engine: str) -> list[AlertGroup]:
        """The open groups of an engine."""
        return [group for group in self.groups.values() if group.engine == engine and group.is_open]

    def standing_troubles(self, engine: str) -> list[Trouble]:
        """What was wrong in it at the last look."""
        return [member.trouble for group in self.of_engine(engine) for member in group.open_members]

    # --- what follows from the engine ---

    async def put_look(self, groups: Iterable[AlertGroup], seen: Seen, told: Iterable[tuple[str, Told]]) -> None:
        """What a look at an engine has changed; `told` are decisions, each with the short name it is kept under."""
        changed = {group.id: group for group in groups}
        self.groups |= changed
        self.seen[seen.engine] = seen
        commands = [*self._store.putting("groups", changed), *self._store.putting("seen", {seen.engine: seen})]
        for short_name, one in told:
            commands += self._store.telling(short_name, one)
        await self._write(commands)
        if changed:
            self.news.set()

    async def put_group(self, group: AlertGroup) -> None:
        """One group that is another now."""
        self.groups[group.id] = group
        await self._write(self._store.putting("groups", {group.id: group}))
        self.news.set()

    async def forget_old(self, *, now: datetime) -> None:
        """Groups that are over for long, and what stands about them."""
        old = {one.id for one in self.groups.values() if one.resolved and now - one.resolved > RESOLVED_KEPT}
        if not old:
            return
        keys = [posted_key(one, place) for one in old for place in self.posted.pop(one, {})]
        self.groups = {key: group for key, group in self.groups.items() if key not in old}
        self._decided = {key: decided for key, decided in self._decided.items() if key[0] not in old}
        removing = self._store.removing
        await self._write([*removing("groups", old), *removing("posted", keys), *removing("acknowledged", old)])

    # --- what people order ---

    async def take_orders(self, *, now: datetime) -> None:
        """Reads what was ordered in chats, on whichever replica."""
        self.rules = (*await self._store.rules(), *self._standing)
        self.silences = await self._store.silences()
        acknowledgements = await self._store.acknowledgements()
        changed = {
            group.id: self._acknowledged(group, acknowledgements.get(group.id), now)
            for group in self.groups.values()
            if group.is_open and group.acknowledged != acknowledgements.get(group.id)
        }
        if changed:
            self.groups |= changed
            await self._write(self._store.putting("groups", changed))
        self.news.set()

    async def end_silence(self, silence: Silence) -> None:
        """Its recap was told."""
        self.silences = tuple(one for one in self.silences if one.id != silence.id)
        await self._write(self._store.removing("silences", [silence.id]))

    # --- what was sent ---

    def first_posts(self, place: str) -> list[datetime]:
        """When first messages were posted there."""
        found = (posted.get(place) for posted in self.posted.values())
        return [one.first for one in found if one is not None and one.first is not None]

    async def put_posted(self, group: AlertGroup, posted: Posted, told: Told | None = None) -> None:
        """After it was sent, or could not be."""
        self.posted.setdefault(group.id, {})[posted.place] = posted
        commands = self._store.putting("posted", {posted_key(group.id, posted.place): posted})
        if told is not None:
            commands += self._store.telling(group.root.subject.short_name, told)
        await self._write(commands)

    async def put_board(self, board: Board, on_it: Iterable[tuple[AlertGroup, Posted]] = ()) -> None:
        """A place's board, and the groups that are told by it from now on."""
        self.boards[board.place] = board
        fresh = {}
        for group, posted in on_it:
            self.posted.setdefault(group.id, {})[posted.place] = posted
            fresh[posted_key(group.id, posted.place)] = posted
        await self._write([*self._store.putting("boards", {board.place: board}), *self._store.putting("posted", fresh)])

    async def remove_board(self, place: str) -> None:
        """It has nothing more to tell."""
        del self.boards[place]
        await self._write(self._store.removing("boards", [place]))

    async def put_digested(self, place: str, at: datetime) -> None:
        """The place got its digest."""
        self.digested[place] = at
        await self._write(self._store.digesting(place, at))

    async def decide(
        self, group: AlertGroup, place: str, outcome: Outcome, why: str, *, at: datetime, detail: str = ""
    ) -> bool:
        """Keeps for the record what became of a group in a place; whether it is not what was decided last."""
        if self._decided.get((group.id, place)) == (outcome, why):
            return False
        self._decided[group.id, place] = (outcome, why)
        told = told_of(group, group.root, place, outcome, why, at=at, detail=detail)
        await self._write(self._store.telling(group.root.subject.short_name, told))
        return True

    def engine_time(self, engine: str, moment: datetime) -> datetime:
        """A moment of our clock as the engine's shows it: the story of a group is told by that one."""
        return moment + self.ahead.get(engine, timedelta())

    def _acknowledged(self, group: AlertGroup, by: Acknowledgement | None, now: datetime) -> AlertGroup:
        kind, who = (StoryKind.RELEASED, "") if by is None else (StoryKind.ACKNOWLEDGED, by.by)
        entry = StoryEntry(at=self.engine_time(group.engine, by.at if by else now), kind=kind, by=who)
        return group.model_copy(update={"acknowledged": by, "story": (*group.story, entry), "changed": now})

    async def _write(self, commands: list[Command]) -> None:
        async with self._writing:
            await self._watch.write(commands)


def told_of(
    group: AlertGroup, trouble: Trouble, place: str, outcome: Outcome, why: str, *, at: datetime, detail: str = ""
) -> Told:
    """A decision about a trouble of a group."""
    return Told(
        at=at,
        group=group.id,
        trouble=trouble.key,
        name=trouble.subject.name,
        place=place,
        outcome=outcome,
        why=why,
        detail=detail,
    )
