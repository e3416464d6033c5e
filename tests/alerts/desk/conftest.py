"""A desk over a frozen night of the simulated engine and a real Redis, in a channel where people type."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from prometheus_client import CollectorRegistry
from redis.asyncio import Redis

from resync_bot.alerts.desk.asked import Desk, here
from resync_bot.alerts.desk.desk import AlertDesk
from resync_bot.alerts.model import AlertGroup, Member, Membership, Posted, Rule, Subject, Told, Trouble, TroubleKind
from resync_bot.alerts.store import AlertStore, posted_key
from resync_bot.conversation.model import Answer, Buttons, Person, Place
from resync_bot.conversation.ports import Progress, Turn
from resync_bot.runtime.tws_settings import TwsSettings
from resync_bot.simulator.server import RunningSimulator, running_simulator
from resync_bot.simulator.settings import SimulatorSettings
from resync_bot.simulator.simulator import Simulator
from resync_bot.tws.connecting import connect_engine
from resync_bot.tws.engine import HwaEngine
from resync_bot.tws.queries import Engines

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
TWO_IN_THE_NIGHT = datetime(2026, 11, 23, 2, 0, tzinfo=SAO_PAULO)
ANA = Person("slack", "U0ANA", "Ana")
BRUNO = Person("slack", "U0BRUNO", "Bruno")
NIGHT = Place("slack", "T1", "C0NIGHT", "1700000000.000100")  # a thread of the channel of the night shift
OTHER = Place("slack", "T1", "C0OTHER")


class Silent:
    """Progress that nobody watches."""

    def status(self, text: str) -> None:
        """Shows nothing."""

    def text(self, markdown: str) -> None:
        """Shows nothing."""


class EchoAgent:
    """Stands for the agent: repeats what it was given, so that a test sees what reached it."""

    async def respond(self, turn: Turn, progress: Progress) -> Answer:
        return Answer.plain(f"agent: {' | '.join(text for _, text in turn.texts)}")


@dataclass
class Channel:
    """A channel in which people talk to the bot, one turn after another."""

    desk: Desk
    store: AlertStore
    place: Place = NIGHT
    now: datetime = TWO_IN_THE_NIGHT
    turns: int = 0
    answers: list[Answer] = field(default_factory=list)

    async def says(self, *texts: str, by: Person = ANA, at: Place | None = None, turn: str = "") -> str:
        """The text of the answer."""
        self.turns += 1
        said = Turn(turn or f"turn{self.turns}", at or self.place, tuple((by, text) for text in texts), ())
        answer = await AlertDesk(EchoAgent(), self.desk, metrics=CollectorRegistry()).respond(said, Silent())
        self.answers.append(answer)
        return answer.text

    @property
    def buttons(self) -> list[str]:
        """The words under the buttons of the last answer."""
        rows = [block for block in self.answers[-1].blocks if isinstance(block, Buttons)]
        return [button.value for row in rows for button in row.buttons]

    async def was_told_of(self, group: AlertGroup, *, at: Place | None = None) -> None:
        """As the replica that watches writes it."""
        watch = await self.store.take_lease(60)
        assert watch
        where = here(at or self.place)
        posted = Posted(place=where, message="m1", at=self.now)
        await watch.write(
            [
                *self.store.putting("groups", {group.id: group}),
                *self.store.putting("posted", {posted_key(group.id, where): posted}),
            ]
        )
        await watch.give_back()

    async def is_recorded(self, *decisions: Told) -> None:
        """The oldest first."""
        watch = await self.store.take_lease(60)
        assert watch
        for told in decisions:
            await watch.write(self.store.telling(told.name.rpartition(".")[2], told))
        await watch.give_back()


def group_of(job: str, group_id: str = "1a2b3c4d", *, minutes_ago: int = 10) -> AlertGroup:
    """A failed job of the night."""
    since = TWO_IN_THE_NIGHT - timedelta(minutes=minutes_ago)
    subject = Subject(engine="PROD", workstation="FTA_PAY01", folder="/PAYROLL", stream="PAYROLL_DAILY", job=job)
    trouble = Trouble(kind=TroubleKind.JOB_FAILED, subject=subject, since=since, status="ABEND", return_code=12)
    return AlertGroup(
        id=group_id,
        engine="PROD",
        members=(Member(trouble=trouble, why=Membership.ROOT),),
        opened=since.astimezone(UTC),
        changed=since.astimezone(UTC),
    )


@pytest.fixture(scope="session")
def night() -> Simulator:
    """One for all tests: it is frozen, and nothing here changes it."""
    return Simulator(SimulatorSettings(seed=7, speed=0, start=TWO_IN_THE_NIGHT, port=0))


@pytest.fixture
async def server(night: Simulator) -> AsyncIterator[RunningSimulator]:
    async with running_simulator(simulator=night) as running:
        yield running


@pytest.fixture
async def engine(server: RunningSimulator) -> AsyncIterator[HwaEngine]:
    settings = TwsSettings(host=server.url, user="demo", password="demo", cache_seconds=0.0, start_of_day="18:00")
    async with connect_engine(settings) as connected:
        yield connected


@pytest.fixture
def channel(engine: HwaEngine, redis: Redis) -> Channel:
    store = AlertStore(redis, namespace="desk")
    made = Channel(Desk(store, Engines({"PROD": engine}, "PROD"), lambda: made.now), store)
    return made


def with_standing(channel: Channel, *rules: Rule) -> None:
    """Rules that are not made in chats."""
    channel.desk = replace(channel.desk, standing=rules)
