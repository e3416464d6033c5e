"""The streams of one company: each business goes through the phases of its day, then the company closes its books."""

from collections.abc import Iterator
from dataclasses import replace

from resync_bot.simulator.bank.group.business import PHASES, Business, Company, Phase
from resync_bot.simulator.bank.group.oddities import minutes_of, wall
from resync_bot.simulator.bank.group.shapes import LARGEST, SHAPES, SMALLEST, Shape, chain, ladder
from resync_bot.simulator.bank.group.weaving import Cloth, weave
from resync_bot.simulator.draws import Lots
from resync_bot.simulator.specification import Follows, ResourceSpec, StreamSpec

# A business books by then; whoever closes looks at the last stream that began before.
_BOOKED_BY = minutes_of("03:00")


class CompanyDay:
    """Weaves what one company runs in a production day."""

    def __init__(self, company: Company, workstations: tuple[str, ...], resources: tuple[ResourceSpec, ...]) -> None:
        self.company = company
        self._workstations = workstations
        self._resources = resources
        self._lots = Lots("company", company.code)
        self._woven: list[tuple[int, StreamSpec]] = []  # with the minute at which each begins
        self._booked: list[Follows] = []  # the end of the books of each business

    def business(self, business: Business, most_jobs: int) -> list[StreamSpec]:
        """The streams of one business; none if they have more jobs than may still come."""
        streams = list(self._business(business))
        if sum(len(stream.jobs) for stream in streams) > most_jobs:
            return []
        by_day = [stream for stream in streams if minutes_of(stream.at) <= _BOOKED_BY and "_INTRA" not in stream.name]
        if by_day:
            self._booked.append(Follows(f"{by_day[-1].name}.{by_day[-1].jobs[-1].name}"))
        return streams

    def _business(self, business: Business) -> Iterator[StreamSpec]:
        """Those that are followed come before those that follow them."""
        before: StreamSpec | None = None
        number = 0
        for word in business.phases.split():
            phase = PHASES[word]
            if word == "INTRA":
                yield from self._intraday(business, phase, number)
                continue
            if before is not None and self._lots.happens(0.15):
                continue  # this company does not do that
            streams = 2 if self._lots.happens(0.2) else 1
            leader = before
            for one in range(streams):
                stream = self._stream(business, phase, number, str(one + 1) if streams > 1 else "", leader)
                number += 1
                before = stream
                yield stream

    def closing(self) -> StreamSpec:
        """The books of the day: what every business has booked is checked, then closed."""
        opened = self._booked
        ends = tuple(range(len(opened)))
        shape: Shape = [*[()] * len(opened), ends]
        shape += [(len(shape) + number - 1,) for number in range(self._lots.integer(3, 6))]
        cloth = Cloth(
            name=f"GLX{self.company.code}_CLOSE",
            number=35,
            folder=f"{self.company.folder}/LEDGER",
            login="ledger",
            begins=minutes_of("03:30") + self._lots.integer(0, 45),
            workstations=self._workstations[:1],
            resources=self._resources,
            steps=("CHECK", "AGGREGATE", "POST", "BALANCE", "REPORT"),
            subjects=tuple(follow.target[:3] for follow in opened),
            priority=30,
        )
        return weave(
            cloth,
            shape,
            self._lots,
            after={number: (follow,) for number, follow in enumerate(opened)},
            last={"deadline": wall(minutes_of("05:30") + self._lots.integer(0, 120))},
            critical=True,
        )

    def upkeep(self, number: int, jobs: int) -> StreamSpec:
        """A stream of so many small jobs that keep the machines clean."""
        cloth = Cloth(
            name=f"LOG{self.company.code}_ROT{number:02}",
            number=number,
            folder=f"{self.company.folder}/OPERATIONS",
            login="opsadm",
            begins=minutes_of("20:00") + 7 * number,
            workstations=self._workstations,
            resources=self._resources,
            steps=("COLLECT", "COMPRESS", "PURGE"),
            subjects=("SYSLOG", "BATCH", "AUDIT", "TRACE"),
        )
        return weave(cloth, (chain if jobs < 12 else ladder)(jobs, self._lots), self._lots)

    def _stream(
        self, business: Business, phase: Phase, number: int, suffix: str, leader: StreamSpec | None
    ) -> StreamSpec:
        lots = self._lots
        opens, closes = minutes_of(phase.opens), minutes_of(phase.closes)
        begins = opens + int(lots.fraction() * (closes - opens))
        size = SMALLEST + int((LARGEST - SMALLEST) * lots.fraction() ** 1.5)
        shape = lots.choice(SHAPES)(size, lots)
        after: dict[int, tuple[Follows, ...]] = {}
        follows: tuple[Follows, ...] = ()
        if leader is not None:
            match lots.integer(0, 9):
                case 0 | 1 | 2:
                    follows = (Follows(f"{leader.name}.@"),)
                case 3 | 4 | 5:
                    follows = (Follows(f"{leader.name}.{leader.jobs[-1].name}"),)
                case _:
                    after[0] = (Follows(f"{leader.name}.{leader.jobs[-1].name}"),)
        for _ in range(lots.integer(0, 2)):
            self._follow_another(begins, leader, after, lots.integer(0, len(shape) - 1))
        important = phase.name in ("EXPORT", "SETTLE") and lots.happens(0.12)
        cloth = self._cloth(business, phase, number, f"{phase.name}{suffix}", begins)
        stream = weave(
            cloth,
            shape,
            lots,
            after=after,
            follows=follows,
            last={"deadline": wall(begins + lots.integer(100, 300))} if important else None,
            critical=important,
        )
        self._woven.append((begins, stream))
        return stream

    def _follow_another(
        self, begins: int, leader: StreamSpec | None, after: dict[int, tuple[Follows, ...]], number: int
    ) -> None:
        """Lets a job of the stream to come wait for a job of another that begins no later, if there is one."""
        if not self._woven:
            return
        starts, other = self._lots.choice(self._woven)
        if starts > begins or other is leader:
            return
        job = self._lots.choice(other.jobs)
        after[number] = (*after.get(number, ()), Follows(f"{other.name}.{job.name}"))

    def _intraday(self, business: Business, phase: Phase, number: int) -> Iterator[StreamSpec]:
        lots = self._lots
        every = lots.choice((120, 180, 240, 360))
        size = lots.integer(SMALLEST, SMALLEST + 3)
        begins = minutes_of(phase.opens) + lots.integer(0, 40)
        shape = lots.choice((chain, ladder))(size, lots)
        woven = weave(self._cloth(business, phase, number, phase.name, begins), shape, lots)
        while begins < minutes_of(phase.closes):
            yield replace(woven, at=wall(begins))
            begins += every

    def _cloth(self, business: Business, phase: Phase, number: int, word: str, begins: int) -> Cloth:
        company = self.company
        return Cloth(
            name=f"{business.code}{company.code}_{word}",
            number=number,
            folder=f"{company.folder}/{business.folder}",
            login=business.code.lower(),
            begins=begins,
            workstations=self._workstations,
            resources=self._resources,
            steps=phase.steps,
            subjects=business.subjects,
            priority=self._lots.choice((5, 10, 10, 10, 20, 30)),
        )
