"""The bank whose nights the simulated engine runs: workstations, resources and job streams."""

from resync_bot.simulator.bank import clients, data, finance, operations
from resync_bot.simulator.bank.group import group
from resync_bot.simulator.bank.machines import RESOURCES, WORKSTATIONS
from resync_bot.simulator.specification import Blueprint

_STREAMS = (*finance.STREAMS, *clients.STREAMS, *data.STREAMS, *operations.STREAMS)
_JOBS = sum(len(stream.jobs) for stream in _STREAMS)


def blueprint(jobs: int = 0) -> Blueprint:
    """The whole of it; with more `jobs` than the bank itself has, within a group that makes up the difference."""
    if jobs <= _JOBS:
        return Blueprint(workstations=WORKSTATIONS, resources=RESOURCES, streams=_STREAMS)
    around = group(jobs - _JOBS)
    return Blueprint(
        workstations=WORKSTATIONS + around.workstations,
        resources=RESOURCES + around.resources,
        streams=_STREAMS + around.streams,
    )
