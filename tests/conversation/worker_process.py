"""A worker in a process of its own that kills itself with SIGKILL at a chosen moment of its first turn.

    python -m tests.conversation.worker_process REDIS_URL PLATFORM_FILE LEASE_SECONDS PHASE

It prints "ready" when it is about to read its first ticket.
"""

import asyncio
import os
import signal
import sys
from enum import StrEnum
from pathlib import Path

import structlog

from resync_bot.conversation.lanes import Claim, Lanes, Ticket
from resync_bot.conversation.model import Exchange
from resync_bot.conversation.ports import MessageRef, Progress, Turn
from resync_bot.runtime.redis import redis_client
from resync_bot.runtime.sections import RedisSettings, WorkSettings
from tests.conversation.house import NAMESPACE, House
from tests.conversation.platform import FakePlatform, FileStore


class Phase(StrEnum):
    """The moment at which the process dies."""

    AFTER_TAKE = "after_take"
    WHILE_RESPONDING = "while_responding"
    AFTER_FIRST_POST = "after_first_post"  # and before it is remembered
    AFTER_REMEMBER = "after_remember"
    BEFORE_FINISH = "before_finish"
    AFTER_FINISH = "after_finish"  # and before the turn is completed
    AFTER_COMPLETE = "after_complete"
    NEVER = "never"


class MortalLanes(Lanes):
    """Dies in the phases that lie between a script and what follows it."""

    phase = Phase.NEVER

    async def take(self, ticket: Ticket, token: str) -> Claim | None:
        """See Lanes."""
        claim = await super().take(ticket, token)
        die_in(Phase.AFTER_TAKE, self.phase)
        return claim

    async def remember(self, claim: Claim, ref: MessageRef) -> bool:
        """See Lanes."""
        is_held = await super().remember(claim, ref)
        die_in(Phase.AFTER_REMEMBER, self.phase)
        return is_held

    async def complete(self, claim: Claim, exchange: Exchange | None, *, go_on: bool) -> Claim | None:
        """See Lanes."""
        following = await super().complete(claim, exchange, go_on=go_on)
        die_in(Phase.AFTER_COMPLETE, self.phase)
        return following


def die_in(phase: Phase, wanted: Phase) -> None:
    """SIGKILL: no handler runs, nothing is written."""
    if phase is wanted:
        os.kill(os.getpid(), signal.SIGKILL)


async def main(url: str, file: Path, lease: float, phase: Phase) -> None:
    """Works until it dies."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    platform = FakePlatform(FileStore(file))

    async def respond(turn: Turn, progress: Progress) -> None:
        die_in(Phase.WHILE_RESPONDING, phase)
        if phase in {Phase.AFTER_FIRST_POST, Phase.AFTER_REMEMBER, Phase.BEFORE_FINISH}:
            progress.text("looking")
            await platform.wait_for(lambda: "show" in platform.calls)
        if phase is Phase.AFTER_REMEMBER:
            await asyncio.Event().wait()
        die_in(Phase.BEFORE_FINISH, phase)

    async def after_show() -> None:
        die_in(Phase.AFTER_FIRST_POST, phase)

    async def after_finish() -> None:
        die_in(Phase.AFTER_FINISH, phase)

    platform.hooks = {"show": after_show, "finish": after_finish}
    work = WorkSettings(lease=lease, attempts=100)
    async with redis_client(url, RedisSettings()) as redis:
        house = House(redis, platform, work=work)
        house.responder.before = respond
        lanes = MortalLanes(redis, namespace=NAMESPACE, settings=work, consumer=f"process-{os.getpid()}")
        lanes.phase = phase
        os.write(sys.stdout.fileno(), b"ready\n")
        await house.worker(lanes).run(asyncio.Event())


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), float(sys.argv[3]), Phase(sys.argv[4])))
