"""The keys by which V1 names one object inside of another."""

from resync_bot.simulator.plan import Run, Stream, Workstation
from resync_bot.simulator.rendering import Json
from resync_bot.simulator.rendering.formats import instant
from resync_bot.simulator.v1.ids import IdEncoding, run_id, stream_id


def workstation_key(workstation: Workstation) -> Json:
    """A WorkstationInPlanKey."""
    return {"name": workstation.name, "folderKey": {"name": workstation.spec.folder}}


def stream_key(stream: Stream, encode: IdEncoding) -> Json:
    """A JobStreamInPlanKey; `startTime` is the scheduled time."""
    return {
        "id": encode(stream_id(stream)),
        "name": stream.name,
        "startTime": instant(stream.scheduled),
        "folderKey": {"name": stream.folder},
        "workstationKey": workstation_key(stream.workstation),
    }


def job_key(run: Run, encode: IdEncoding) -> Json:
    """A JobInPlanKey."""
    return {
        "id": encode(run_id(run)),
        "name": run.name,
        "jobStreamInPlanKey": stream_key(run.job.stream, encode),
    }


def milliseconds(seconds: float | None) -> int | None:
    """A duration of V1."""
    return None if seconds is None else round(seconds * 1000)
