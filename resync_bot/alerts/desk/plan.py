"""How much of the present plan a pattern means: so that whoever gave an order sees what was understood."""

from collections import Counter
from collections.abc import Sequence

from resync_bot.alerts.desk import phrases
from resync_bot.alerts.matching import means_engine
from resync_bot.alerts.model import Pattern, TroubleKind
from resync_bot.conversation.language import Language
from resync_bot.conversation.markdown import code
from resync_bot.conversation.said import Counted, enumeration
from resync_bot.errors import EngineError
from resync_bot.runtime.together import together
from resync_bot.tws.queries import Engines, JobQuery, StreamQuery, Tws
from resync_bot.tws.sieve import name_fits, workstation_fits
from resync_bot.tws.similar import similar_names

_WILDCARDS = frozenset("@?*")


async def meant_in_plan(patterns: Sequence[Pattern], engines: Engines, language: Language) -> str:
    """One or two sentences: how many objects, or that there are none and which names look like it.

    Empty for a pattern that names nothing. Raises nothing but cancellation.
    """
    named = [pattern for pattern in patterns if _names(pattern)]
    if not named:
        return ""
    try:
        counts: Counter[Counted] = Counter()
        for pattern in named:
            for engine, tws in engines.items():
                if means_engine(pattern, engine):
                    counts.update(await _counted(pattern, tws))
        found = [kind.in_(language, count) for kind, count in counts.items() if count]
        if found:
            return phrases.MATCHES.in_(language, what=enumeration(found, language))
        similar = await _similar(named, engines)
    except EngineError:
        return phrases.NOT_COUNTED.in_(language)
    nothing = phrases.MATCHES_NOTHING.in_(language)
    if not similar:
        return nothing
    names = enumeration([code(name) for name in similar], language)
    return f"{nothing} {phrases.DID_YOU_MEAN.in_(language, names=names)}"


async def _counted(pattern: Pattern, tws: Tws) -> dict[Counted, int]:
    if pattern.kinds == (TroubleKind.WORKSTATION_DOWN,):
        return {phrases.MATCH_WORKSTATIONS: await _workstations(tws, pattern.name or pattern.workstation)}
    if pattern.kinds == (TroubleKind.PROMPT_WAITING,):
        return {phrases.MATCH_PROMPTS: await _prompts(tws, pattern.name)}
    counts: Counter[Counted] = Counter()
    for folder in _folders(pattern.folder):
        counts.update(await _in_folder(pattern, folder, tws))
    if pattern.name and not any(counts.values()):
        return {
            phrases.MATCH_WORKSTATIONS: await _workstations(tws, pattern.name),
            phrases.MATCH_PROMPTS: await _prompts(tws, pattern.name),
        }
    return counts


async def _in_folder(pattern: Pattern, folder: str | None, tws: Tws) -> dict[Counted, int]:
    jobs = JobQuery(
        name=pattern.name or pattern.job,
        stream=pattern.stream,
        folder=folder,
        workstation=pattern.workstation,
        critical=True if pattern.critical else None,
    )
    stream = pattern.name or pattern.stream
    streams = StreamQuery(name=stream, folder=folder, workstation=pattern.workstation)
    async with together() as group:
        found = group.create_task(tws.jobs(jobs, limit=1))
        if stream and pattern.job is None and not pattern.critical:
            found_streams = (await tws.streams(streams, limit=1)).total
        else:
            found_streams = 0
    return {phrases.MATCH_JOBS: found.result().total, phrases.MATCH_STREAMS: found_streams}


def _folders(folder: str | None) -> tuple[str | None, ...]:
    """What to ask for: `/PAYROLL/@` is the folder itself too, and an engine takes it for what is below."""
    return (folder, folder.removesuffix("/@") or "/") if folder and folder.endswith("/@") else (folder,)


async def _workstations(tws: Tws, name: str | None) -> int:
    return sum(workstation_fits(name, one.name.upper()) for one in await tws.workstations())


async def _prompts(tws: Tws, name: str | None) -> int:
    return sum(name_fits(name, (one.name or str(one.number)).upper()) for one in await tws.prompts())


async def _similar(patterns: Sequence[Pattern], engines: Engines) -> tuple[str, ...]:
    wanted = [name for pattern in patterns for name in (pattern.name, pattern.job, pattern.stream) if name]
    exact = [name for name in wanted if not _WILDCARDS.intersection(name)]
    found = [name for one in exact[:2] for tws in engines.values() for name in await similar_names(tws, one)]
    return tuple(dict.fromkeys(name for name in found if name not in wanted))


def _names(pattern: Pattern) -> bool:
    named = (pattern.name, pattern.job, pattern.stream, pattern.folder, pattern.workstation)
    return any(name is not None for name in named)
