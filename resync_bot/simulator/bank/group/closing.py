"""What is closed last: each region over its companies, and the whole group over its regions."""

from collections.abc import Iterable, Iterator, Mapping

from resync_bot.simulator.bank.group.business import Company
from resync_bot.simulator.bank.group.machines import GROUP
from resync_bot.simulator.bank.group.oddities import minutes_of
from resync_bot.simulator.bank.group.shapes import Shape
from resync_bot.simulator.bank.group.weaving import Cloth, weave
from resync_bot.simulator.draws import Lots
from resync_bot.simulator.specification import Follows, StreamSpec


def closings(closed: Mapping[Company, StreamSpec]) -> Iterator[StreamSpec]:
    """The streams of the regions and of the group, above those with which the companies close."""
    regions: dict[str, dict[str, list[Follows]]] = {}
    for company, stream in closed.items():
        countries = regions.setdefault(company.region, {})
        countries.setdefault(company.country, []).append(_end(stream))
    ends = {}
    for region, countries in regions.items():
        stream = _stream(f"GRP{region}_CLOSE", f"/{region}", f"FTA_{region}", "05:15", "08:00", countries)
        ends[region] = [_end(stream)]
        yield stream
    if ends:
        yield _stream("GRP_CONSOL", "/GROUP", f"FTA_{GROUP}", "06:00", "09:00", ends)


def _stream(
    name: str, folder: str, workstation: str, at: str, deadline: str, parts: Mapping[str, Iterable[Follows]]
) -> StreamSpec:
    """One job collects each part, then everything is consolidated step by step."""
    shape: Shape = [*[()] * len(parts), tuple(range(len(parts)))]
    shape += [(len(shape) + number - 1,) for number in range(6)]
    cloth = Cloth(
        name=name,
        number=0,
        folder=folder,
        login="ledger",
        begins=minutes_of(at),
        workstations=(workstation,),
        resources=(),
        steps=("COLLECT", "MERGE", "NETTING", "CALC", "BALANCE", "REPORT", "PUBLISH"),
        subjects=tuple(parts),
        priority=40,
        oddities=False,
    )
    after = {number: tuple(follows) for number, follows in enumerate(parts.values())}
    return weave(cloth, shape, Lots("closing", name), after=after, last={"deadline": deadline}, critical=True)


def _end(stream: StreamSpec) -> Follows:
    return Follows(f"{stream.name}.{stream.jobs[-1].name}")
