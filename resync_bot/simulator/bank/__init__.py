"""The bank whose nights the simulated engine runs: workstations, resources and job streams."""

from resync_bot.simulator.bank import clients, data, finance, operations
from resync_bot.simulator.bank.machines import RESOURCES, WORKSTATIONS
from resync_bot.simulator.specification import Blueprint


def blueprint() -> Blueprint:
    """The whole of it."""
    return Blueprint(
        workstations=WORKSTATIONS,
        resources=RESOURCES,
        streams=(*finance.STREAMS, *clients.STREAMS, *data.STREAMS, *operations.STREAMS),
    )
