"""Tools that take conman's own language: for conditions that have no argument of their own elsewhere."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Generic

from resync_bot.agent.arguments import SelectJobs, SelectStreams
from resync_bot.agent.conman.choosing import Chosen, Node, NotSelectableError, Query, jobs_of, streams_of
from resync_bot.agent.conman.selection import Selection, parse
from resync_bot.agent.problems import no_selection, not_selectable, too_many_to_read
from resync_bot.agent.results import JobsResult, NoMatch, Problem, StreamsResult
from resync_bot.agent.tools.filters import Filters, existing
from resync_bot.agent.tools.find import MOST_LOOKED_AT
from resync_bot.agent.tools.registry import Inquiry
from resync_bot.runtime.together import together
from resync_bot.tws.queries import Page

# What no list tells is looked for in the details of so many objects at most.
MOST_READ = 60
# Options that show what only the details of an object hold, and for how many of a list they are read.
_DETAILED = frozenset({"deps", "info", "logon", "props"})
_DETAILS_SHOWN = 10


@dataclass(frozen=True, slots=True)
class _Sifted(Generic[Node]):
    """What passed the sieves; `looked_at` says of how many, where there were more than are looked at."""

    found: list[Node]
    looked_at: int | None


async def select_jobs(inquiry: Inquiry, arguments: SelectJobs) -> JobsResult | NoMatch | Problem:
    """Lists jobs by a selection in conman's language, as after `sj`: `@#/PAYROLL/@.@+priority=0~state=succ;deps`.

    Use it for conditions that find_jobs has not: +priority=lo,hi +at= +until= +deadline= +started= +finished=
    (hhmm[,hhmm]) +every +confirmed +critical +logon=user +recovery=stop|continue|rerun +scriptname= +follows= +needs=
    +opens= +prompt= +state=; ~ instead of + means without. Options: ;deps ;info ;logon.
    """
    tws = inquiry.tws
    try:
        selection = parse(arguments.selection)
        engine = await tws.engine()
        chosen = jobs_of(selection, engine)
    except ValueError:
        return no_selection(inquiry.language)
    except NotSelectableError as error:
        return not_selectable(error, inquiry.language)
    query = chosen.query
    looked_at = None
    if chosen.sieves or chosen.of_details:
        sifted = await _sift(chosen, tws.job_pages(query, dependencies=chosen.reads_dependencies))
        if chosen.of_details and len(sifted.found) > MOST_READ:
            return too_many_to_read(len(sifted.found), MOST_READ, inquiry.language)
        found = sorted(sifted.found, key=lambda job: job.name)
        if chosen.of_details:
            async with together() as group:
                read = [group.create_task(tws.job(job.id)) for job in found]
            found = [job for job in (one.result() for one in read) if chosen.fits_in_detail(job)]
        page, looked_at = Page(len(found), tuple(found[: arguments.limit])), sifted.looked_at
    else:
        page = await tws.jobs(query, limit=arguments.limit)
    if not page.total:
        known = await existing(tws, Filters(query.name, query.stream, query.folder, query.workstation))
        if isinstance(known, NoMatch):
            return known
    jobs = page.items
    if selection.options & _DETAILED:
        async with together() as group:
            details = [group.create_task(tws.job(job.id)) for job in jobs[:_DETAILS_SHOWN]]
        jobs = tuple(one.result() for one in details)
    return JobsResult(engine=engine, total=page.total, jobs=jobs, looked_at=looked_at)


async def select_streams(inquiry: Inquiry, arguments: SelectStreams) -> StreamsResult | NoMatch | Problem:
    """Lists job streams by a selection in conman's language, as after `ss`: `@#/PAYROLL/@+carriedforward~state=succ`.

    Use it for conditions that find_streams has not: +priority= +limit= +at= +until= +deadline= +started= +finished=
    +carriedforward +follows= +needs= +opens= +prompt=; ~ instead of + means without. Option: ;deps.
    """
    tws = inquiry.tws
    try:
        selection = parse(arguments.selection)
        engine = await tws.engine()
        chosen = streams_of(selection, engine)
    except ValueError:
        return no_selection(inquiry.language)
    except NotSelectableError as error:
        return not_selectable(error, inquiry.language)
    query = chosen.query
    looked_at = None
    if chosen.sieves:
        sifted = await _sift(chosen, tws.stream_pages(query, dependencies=chosen.reads_dependencies))
        found = sorted(sifted.found, key=lambda stream: stream.name)
        page, looked_at = Page(len(found), tuple(found[: arguments.limit])), sifted.looked_at
    else:
        page = await tws.streams(query, limit=arguments.limit)
    if not page.total:
        known = await existing(tws, Filters(stream=query.name, folder=query.folder, workstation=query.workstation))
        if isinstance(known, NoMatch):
            return known
    streams = page.items
    if _shows_details(selection):
        async with together() as group:
            details = [group.create_task(tws.stream(stream.id)) for stream in streams[:_DETAILS_SHOWN]]
        streams = tuple(one.result() for one in details)
    return StreamsResult(engine=engine, total=page.total, streams=streams, looked_at=looked_at)


def _shows_details(selection: Selection) -> bool:
    return "deps" in selection.options


async def _sift(chosen: Chosen[Query, Node], pages: AsyncIterator[Page[Node]]) -> _Sifted[Node]:
    found: dict[str, Node] = {}
    looked_at = 0
    async for page in pages:
        found |= {node.id: node for node in page.items if chosen.fits(node)}
        looked_at += len(page.items)
        if looked_at >= MOST_LOOKED_AT and looked_at < page.total:
            return _Sifted(list(found.values()), looked_at)
    return _Sifted(list(found.values()), None)
