"""Serves a simulated engine inside of the running process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from resync_bot.errors import ConfigurationError
from resync_bot.simulator.collector import collector_spared
from resync_bot.simulator.faults import FaultSwitch
from resync_bot.simulator.oql.syntax import MAX_LENGTH
from resync_bot.simulator.rest import create_app
from resync_bot.simulator.settings import SimulatorSettings
from resync_bot.simulator.simulator import Simulator
from resync_bot.simulator.tls import https_context

# Room for the longest filter that OQL takes, quoted for a URL: what is too long is then refused in JSON.
MAX_LINE = 4 * MAX_LENGTH


@dataclass(frozen=True, slots=True)
class RunningSimulator:
    """A simulated engine that listens at `url`."""

    url: str
    simulator: Simulator
    faults: FaultSwitch


class _Pulse:
    """Keeps the plan up with its clock while nobody asks, so that no request has to catch up on a whole night."""

    _SECONDS = 1.0

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._next: asyncio.TimerHandle | None = None
        self._switch: asyncio.Future[None] | None = None
        simulator.let_others_switch()

    def beat(self) -> None:
        """Brings the plan up to date, now and from now on; a large one is replaced while the loop goes on."""
        loop = asyncio.get_running_loop()
        if self._simulator.is_to_be_switched:
            self._switch = loop.run_in_executor(None, self._simulator.switch_aside)
            self._switch.add_done_callback(lambda _: self._beat_later())
        else:
            self._simulator.moment()
            self._beat_later()

    def _beat_later(self) -> None:
        self._next = asyncio.get_running_loop().call_later(self._SECONDS, self.beat)

    async def stop(self) -> None:
        """Ends it, when a plan that is being replaced is there."""
        if self._switch is not None:
            await self._switch
        if self._next is not None:
            self._next.cancel()


@asynccontextmanager
async def running_simulator(
    settings: SimulatorSettings | None = None,
    *,
    simulator: Simulator | None = None,
    tls: Path | None = None,
    switchboard: bool = False,
    only_v1: bool = False,
) -> AsyncIterator[RunningSimulator]:
    """Serves a simulated engine until the block is left; `simulator` serves that one instead of a new one.

    With `tls` it speaks HTTPS, and writes the certificate of its CA to that directory. With `switchboard` faults can be
    ordered over HTTP. With `only_v1` it is an engine of 9.5, which has no V2. Raises ConfigurationError when the port
    is taken or the directory cannot be written to.
    """
    simulator = simulator or Simulator(settings)
    pulse = _Pulse(simulator)
    context = None if tls is None else https_context(tls)
    faults = FaultSwitch(simulator.settings.seed)
    app = create_app(simulator, faults, switchboard=switchboard, only_v1=only_v1)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0, max_line_size=MAX_LINE)
    await runner.setup()
    try:
        host, port = simulator.settings.host, simulator.settings.port
        try:
            await web.TCPSite(runner, host, port, ssl_context=context).start()
        except OSError as error:
            raise ConfigurationError(
                f"the simulated engine cannot listen on {host}:{port}: {error.strerror}",
                hint="choose another port with SIMULATOR_PORT",
            ) from error
        port = runner.addresses[0][1]
        pulse.beat()
        simulator.plan.index.ready().prepare()
        with collector_spared():
            yield RunningSimulator(f"{'http' if context is None else 'https'}://{host}:{port}", simulator, faults)
    finally:
        await pulse.stop()
        await runner.cleanup()
