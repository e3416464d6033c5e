"""`resync-bot ask`: one question, one answer, without a store."""

import asyncio
from contextlib import AsyncExitStack
from uuid import uuid4

from prometheus_client import CollectorRegistry
from rich.console import Console

from resync_bot.app import make_agent, make_graphs
from resync_bot.conversation.model import Person, Place, State
from resync_bot.conversation.ports import Turn
from resync_bot.conversation.terminal_text import terminal_text
from resync_bot.embedded_engine import embedded_engine, pointed_at_embedded
from resync_bot.runtime.circuit import CircuitBreakerManager
from resync_bot.runtime.logs import logging_to
from resync_bot.runtime.sections import LogLevel
from resync_bot.runtime.settings import load_settings
from resync_bot.tws.connecting import connect_engines
from resync_bot.tws.metrics import TwsMetrics


async def ask(question: str) -> bool:
    """Asks one question and prints the answer; tells whether it could be answered.

    Without TWS_HOST it asks the engine of a running demo, else one of its own.
    """
    settings = load_settings()
    metrics = CollectorRegistry()
    breakers = CircuitBreakerManager(registry=metrics)
    with logging_to(settings.log, console_level=LogLevel.ERROR):
        async with AsyncExitStack() as stack:
            tws_settings = settings.tws
            if not tws_settings.every_engine:
                url = f"http://127.0.0.1:{settings.simulator.port}"
                if not await _listens(settings.simulator.port):
                    engine = await stack.enter_async_context(embedded_engine(settings.simulator, port=0))
                    url = await engine.url()
                tws_settings = pointed_at_embedded(tws_settings, url)
            engines = await stack.enter_async_context(
                connect_engines(tws_settings, breakers=breakers, metrics=TwsMetrics(metrics))
            )
            graphs = make_graphs(engines, metrics)
            agent = make_agent(settings.llm, engines, breakers=breakers, metrics=metrics, graphs=graphs)
            texts = ((Person("terminal", "local"), question),)
            turn = Turn(uuid4().hex, Place("terminal", "local", "ask"), texts, history=())
            answer = await agent.respond(turn, _Unseen())
    Console().print(terminal_text(answer))
    could_not = any(evidence.result.get("kind") == "problem" for evidence in answer.evidence)
    return answer.state is State.ANSWERED and not could_not


class _Unseen:
    """Progress that nobody watches."""

    def status(self, text: str) -> None:
        """Shows nothing."""

    def text(self, markdown: str) -> None:
        """Shows nothing."""


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    await writer.wait_closed()
    return True
