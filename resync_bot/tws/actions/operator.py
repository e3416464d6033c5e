"""Carries out a change as a careful operator does: look first, ask once, then watch whether it happens."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol, TypeVar, assert_never

import structlog

from resync_bot.errors import EngineError, EngineErrorKind
from resync_bot.runtime.resilience import RetryPolicy, retry_with_backoff
from resync_bot.tws.actions.effect import has_happened
from resync_bot.tws.actions.legal import Illegal, Subject, illegal
from resync_bot.tws.actions.model import (
    Action,
    Cancel,
    Confirm,
    Hold,
    Justification,
    Kill,
    Kind,
    Release,
    ReplyToPrompt,
    Rerun,
    SetFence,
    SetLimit,
    SetPriority,
    SetResourceQuantity,
    SubmitCommand,
    SubmitJob,
    SubmitStream,
    SwitchWorkstation,
    Target,
)
from resync_bot.tws.models import Job, JobStream, Prompt, Resource, Workstation
from resync_bot.tws.problems import problem
from resync_bot.tws.queries import JobQuery, Tws

T = TypeVar("T")
Identified = TypeVar("Identified", Prompt, Resource, Workstation)

log = structlog.get_logger(__name__)

WATCHED_FOR: Final = 60.0  # seconds: an engine applies a change within a few, a busy one takes longer
WATCHED_EVERY: Final = 2.0

# The id of a job stream instance, which stands where the name of a stream would: names begin with a letter.
_INSTANCE: Final = re.compile(r"0[A-Z0-9]{15}")

# After these it is not known whether the engine got the change.
_UNKNOWN = frozenset(
    {EngineErrorKind.TIMED_OUT, EngineErrorKind.UNREACHABLE, EngineErrorKind.UNAVAILABLE, EngineErrorKind.GARBLED}
)


class _NotSeenError(Exception):
    """The plan does not show it yet."""


class Changeable(Tws, Protocol):
    """An engine that also takes changes, and whose reads can be told to be fresh."""

    async def change(self, action: Action, justification: Justification) -> tuple[str, ...]:
        """Asks for the change, once; returns the ids that the engine gave. Raises EngineError."""
        ...

    def forget(self) -> None:
        """What was read before is not to be trusted any more: the next read of anything asks the engine."""
        ...


class Ending(StrEnum):
    """How carrying out a change ended; counted."""

    DONE = "done"  # the plan shows it
    ACCEPTED = "accepted"  # the engine took it, and does not show it yet
    ILLEGAL = "illegal"  # not asked: it is not possible now
    UNKNOWN = "unknown"  # no answer came, and the plan does not show it: it must not be asked for again blindly


@dataclass(frozen=True, slots=True)
class Outcome:
    """`subject` is what the change was about, as it was read last; `ids` are those of what was submitted."""

    ending: Ending
    subject: Subject | None = None
    reason: Illegal | None = None
    ids: tuple[str, ...] = ()


class Operator:
    """Carries out changes at one engine. Who may ask for them is decided before."""

    def __init__(
        self,
        engine: Changeable,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
        watched_for: float = WATCHED_FOR,
    ) -> None:
        """`watched_for` is in seconds of `clock`."""
        self._engine = engine
        self._sleep = sleep
        self._clock = clock
        self._watched_for = watched_for

    async def carry_out(self, action: Action, justification: Justification) -> Outcome:
        """Raises EngineError if the engine said no, or could not be asked: then nothing was changed."""
        self._engine.forget()
        before = await self._subject(action)
        reason = illegal(action, before, await self._successors(action))
        if reason is not None:
            return Outcome(Ending.ILLEGAL, before, reason)
        try:
            ids = await self._engine.change(action, justification)
        except EngineError as error:
            if error.kind not in _UNKNOWN:
                raise
            log.warning("action_unknown", action=type(action).__name__, error=str(error))
            seen = await self._effect(action, before) if before is not None else None
            return seen or Outcome(Ending.UNKNOWN, before)
        if before is None:
            is_there = await self._watched(lambda: self._found(ids[0])) if ids else None
            return Outcome(Ending.DONE if is_there else Ending.ACCEPTED, ids=ids)
        return await self._effect(action, before) or Outcome(Ending.ACCEPTED, before)

    async def _effect(self, action: Action, before: Subject) -> Outcome | None:
        """DONE as soon as the plan shows it; None if it does not in time."""

        async def look() -> Outcome | None:
            now = await self._subject(action)
            return Outcome(Ending.DONE, now) if now is not None and has_happened(action, before, now) else None

        return await self._watched(look)

    async def _watched(self, look: Callable[[], Awaitable[T | None]]) -> T | None:
        """What `look` sees as soon as it sees something; None if it does not in time, or cannot look."""

        async def attempt() -> T:
            self._engine.forget()
            seen = await look()
            if seen is None:
                raise _NotSeenError
            return seen

        try:
            return await retry_with_backoff(
                attempt,
                policy=RetryPolicy(attempts=None, first=0, longest=0, deadline=self._watched_for),
                retry_on=lambda error: isinstance(error, _NotSeenError | EngineError),
                retry_after=lambda _: WATCHED_EVERY,
                sleep=self._sleep,
                clock=self._clock,
            )
        except (_NotSeenError, EngineError) as error:
            log.info("action_not_seen", why=str(error) or "no effect in time")
            return None

    async def _found(self, identifier: str) -> bool | None:
        """True once it is in the plan. A key of names, such as `CPUA;JOBS;SLEEP`, is looked up by them."""
        workstation, *rest = identifier.split(";")
        match rest:
            case [stream, name] if not _INSTANCE.fullmatch(stream):
                query = JobQuery(name=name, stream=stream, workstation=workstation.strip("/"))
                return (await self._engine.jobs(query, limit=1)).total > 0 or None
            case _:
                by_id = await self._engine.jobs(JobQuery(ids=(identifier,)), limit=1)
                return by_id.total > 0 or bool((await self._engine.stream(identifier)).id) or None

    async def _successors(self, action: Action) -> tuple[Job, ...]:
        if not isinstance(action, Rerun) or not action.successor_ids:
            return ()
        ids = action.successor_ids
        return (await self._engine.jobs(JobQuery(ids=ids), limit=len(ids))).items

    async def _subject(self, action: Action) -> Subject | None:
        """What the action is about, as it is now; None for a submit. Raises EngineError, also if it is gone."""
        match action:
            case Rerun(job_id=job_id) | Confirm(job_id=job_id) | Kill(job_id=job_id) | SetPriority(job_id=job_id):
                return await self._engine.job(job_id)
            case Cancel(target=target) | Hold(target=target) | Release(target=target):
                return await self._node(target)
            case ReplyToPrompt(prompt_id=prompt_id):
                return _by_id(await self._engine.prompts(), prompt_id)
            case SetResourceQuantity(resource_id=resource_id):
                return _by_id(await self._engine.resources(), resource_id)
            case SetLimit() | SetFence() | SwitchWorkstation():
                return _by_id(await self._engine.workstations(), action.workstation_id)
            case SubmitStream() | SubmitJob() | SubmitCommand():
                return None
            case _:
                assert_never(action)

    async def _node(self, target: Target) -> Job | JobStream:
        match target.kind:
            case Kind.JOB:
                return await self._engine.job(target.id)
            case Kind.STREAM:
                return await self._engine.stream(target.id)
            case _:
                assert_never(target.kind)


def _by_id(found: Iterable[Identified], identifier: str) -> Identified:
    for one in found:
        if one.id == identifier:
            return one
    raise problem(EngineErrorKind.NOT_FOUND, "it is not in the plan any more")
