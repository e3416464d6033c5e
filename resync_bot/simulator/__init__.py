"""A simulated HWA engine: the living plan of a bank's night behind the REST API V2.

    async with running_simulator(SimulatorSettings(seed=7, speed=0, port=0)) as server:
        ...  # server.url answers as a real engine does; server.simulator.plan is the truth

The `Date` header of every answer carries the virtual time of the engine, from which clients take its clock.
"""

from resync_bot.simulator.faults import HTML_PAGE, Fault, FaultSwitch, wrapped_refusal
from resync_bot.simulator.server import RunningSimulator, running_simulator
from resync_bot.simulator.settings import (
    DEFAULT_PORT,
    DEFAULT_SEED,
    DEFAULT_SPEED,
    ApiKey,
    SimulatorSettings,
    UserAccount,
)
from resync_bot.simulator.simulator import Simulator

__all__ = [
    "DEFAULT_PORT",
    "DEFAULT_SEED",
    "DEFAULT_SPEED",
    "HTML_PAGE",
    "ApiKey",
    "Fault",
    "FaultSwitch",
    "RunningSimulator",
    "Simulator",
    "SimulatorSettings",
    "UserAccount",
    "running_simulator",
    "wrapped_refusal",
]
