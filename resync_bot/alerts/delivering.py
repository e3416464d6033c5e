"""Hands what alerting says to the outbox, as long as the lease lasts, and says in the end what became of it."""

import hashlib
from collections.abc import Callable
from dataclasses import replace

from resync_bot.conversation.model import Answer, Place, answer_json
from resync_bot.conversation.outbox import Outbox
from resync_bot.conversation.ports import MessageRef


class Delivery:
    """Of one lease."""

    def __init__(self, outbox: Outbox, *, is_ours: Callable[[], None]) -> None:
        """`is_ours` raises LeaseLostError if the lease may be over."""
        self._outbox = outbox
        self._hold = _Hold(is_ours)

    async def send(self, place: Place, marker: str, answer: Answer, *, message: str = "") -> str:
        """Posts `answer`, or edits `message`; returns the id of what stands there now.

        The same `marker` names the same message also after a crash between a post and its record: platforms that can
        look it up find it. Raises DeliveryError, or LeaseLostError.
        """
        resume = MessageRef(place, message) if message else None
        async with self._outbox.reply(place, marker, (), resume=resume, hold=self._hold) as reply:
            return (await reply.finish(answer)).id

    def thread_under(self, place: Place, message: str = "0") -> Place | None:
        """Where replies to a message go; None where there are no threads."""
        return self._outbox.thread_under(MessageRef(place, message))


class _Hold:
    """See `outbox.Hold`. What was posted is kept by whoever sends, after it was."""

    def __init__(self, is_ours: Callable[[], None]) -> None:
        self._is_ours = is_ours

    async def hold(self) -> None:
        self._is_ours()

    async def is_stopped(self) -> bool:
        return False

    async def remember(self, ref: MessageRef) -> None:
        pass


def marker_of(what: str, place: str) -> str:
    """The marker of a message about `what` in an encoded place."""
    return f"alert-{what}-{hashlib.sha256(place.encode()).hexdigest()[:12]}"


def digest_of_text(answer: Answer) -> str:
    """Short, and another one if the answer says something else."""
    return hashlib.sha256(answer_json(replace(answer, evidence=()))).hexdigest()[:24]
