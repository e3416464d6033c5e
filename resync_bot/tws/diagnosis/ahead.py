"""Looks ahead in the plan with what the history knows: only of jobs that the pass meets it is asked how long they take.

Where there is no history, or it cannot be asked, the engine's estimates stand: a forecast is told all the same.
"""

from collections.abc import Collection, Iterable, Mapping

import structlog

from resync_bot.runtime.redis import STORE_ERRORS
from resync_bot.tws.diagnosis.walk import units_of_resources
from resync_bot.tws.graph import ForwardPass, PlanGraph
from resync_bot.tws.graph.capacity import resources_before, wait_for_places
from resync_bot.tws.history.days import ProductionDay
from resync_bot.tws.history.store import RunHistory
from resync_bot.tws.models import Engine, Workstation
from resync_bot.tws.queries import Tws

log = structlog.get_logger(__name__)


async def look_ahead(
    graph: PlanGraph,
    targets: Collection[int],
    engine: Engine,
    workstations: Mapping[str, Workstation],
    history: RunHistory | None,
) -> ForwardPass:
    """The forward pass from the present time of `engine`, which has reached `targets`."""
    ahead = ForwardPass(graph, engine.now.timestamp(), workstations)
    if history is not None:
        await _learn(ahead, await ahead.explore(targets), engine, history)
    await ahead.reach(targets)
    return ahead


async def make_room(
    tws: Tws, ahead: ForwardPass, targets: Collection[int], engine: Engine, history: RunHistory | None
) -> None:
    """Lets the pass wait for places on workstations and for units of resources. Raises EngineError."""

    async def learn(jobs: Iterable[int]) -> None:
        await _learn(ahead, jobs, engine, history)

    needs = resources_before(ahead.graph, ahead.inputs_of_all(targets))
    await wait_for_places(ahead, targets, await units_of_resources(tws) if needs else {}, learn)


async def _learn(ahead: ForwardPass, jobs: Iterable[int], engine: Engine, history: RunHistory | None) -> None:
    if history is None:
        return
    unknown = [job for job in jobs if job not in ahead.usual]
    try:
        found = await history.lasting(
            [ahead.graph.full_name(job) for job in unknown], ProductionDay.containing(engine.now, engine)
        )
    except STORE_ERRORS as error:
        log.info("forecast_history_away", error=type(error).__name__)
        return
    ahead.usual |= {job: one for job, one in zip(unknown, found, strict=True) if one is not None}
