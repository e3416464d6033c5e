"""Sends a change to an engine, in the API that its host speaks."""

from resync_bot.tws.actions import v1, v2
from resync_bot.tws.actions.model import Action, Justification
from resync_bot.tws.actions.steps import Do, Look, Steps
from resync_bot.tws.asking import Answer, Ask, Request
from resync_bot.tws.client import EngineClient
from resync_bot.tws.shape import Json
from resync_bot.tws.v1.dialect import V1

_ANYTHING = Json(dict, list, str, int, float, bool)  # an id, ids, or nothing, which reads as {}


async def send(
    client: EngineClient, action: Action, justification: Justification, *, by_older: bool = False
) -> tuple[str, ...]:
    """Asks for the change, once; returns the ids that the engine gave. `by_older`: in V1, where both are spoken.

    Raises EngineError, see `EngineClient.change`.
    """
    spoken = await client.spoken()
    is_v1 = by_older or isinstance(spoken.dialect, V1)
    steps = v1.steps(action) if is_v1 else v2.steps(action, justification)
    return await _exchanged(client, steps)


async def _exchanged(client: EngineClient, steps: Steps) -> tuple[str, ...]:
    try:
        exchange = next(steps)
        while True:
            exchange = steps.send(await _answer(client, exchange))
    except StopIteration as end:
        ids: tuple[str, ...] = end.value
        return ids


async def _answer(client: EngineClient, exchange: Look | Do) -> Answer:
    match exchange:
        case Look(request):
            return await client.ask(lambda _: _as_it_is(request))
        case Do(request):
            return await client.change(lambda _: _as_it_is(request))


def _as_it_is(request: Request) -> Ask[Answer]:
    return Ask(request, lambda answer: answer, shape=_ANYTHING)
