"""Nights for tests: the bank's, and small ones in which a single thing happens."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from resync_bot.simulator.bank import blueprint
from resync_bot.simulator.engine import PlanEngine
from resync_bot.simulator.nights import Night
from resync_bot.simulator.plan import Job, Plan
from resync_bot.simulator.settings import SimulatorSettings
from resync_bot.simulator.simulator import Simulator
from resync_bot.simulator.specification import (
    Blueprint,
    JobSpec,
    ResourceSpec,
    Script,
    StreamSpec,
    TaskKind,
    WorkstationSpec,
)
from resync_bot.simulator.status import JobStatus, job_status

ZONE = ZoneInfo("America/Sao_Paulo")
TONIGHT = date(2026, 11, 22)  # the day on which the production day begins, at 18:00


def at(time_of_day: str, *, days: int = 0) -> datetime:
    """That time in the first production day of these tests, or `days` later."""
    return Night(0, 1, TONIGHT + timedelta(days=days), ZONE).at(time_of_day)


def bank(seed: int, time_of_day: str = "02:00", *, days: int = 0) -> Plan:
    """The bank's plan at that moment."""
    engine = PlanEngine(blueprint(), seed, Night.containing(at("02:00"), ZONE))
    engine.advance(at(time_of_day, days=days))
    return engine.plan


def frozen(seed: int = 1, time_of_day: str = "02:00") -> Simulator:
    """The bank's simulator, standing still."""
    return Simulator(SimulatorSettings(seed=seed, speed=0, start=at(time_of_day), port=0))


WORKSTATION = WorkstationSpec(name="WS", kind="FTA", os="LINUX", node="ws.example", description="", limit=10)


def job(name: str, **changes: object) -> JobSpec:
    """A job of ten minutes that fails only if it is scripted to."""
    given: dict[str, object] = {
        "name": name,
        "task": TaskKind.SHELL,
        "command": f"/opt/{name.lower()}.sh",
        "login": "batch",
        "minutes": 10.0,
        "script": Script(stretch=1.0),
    }
    return JobSpec(**(given | changes))  # type: ignore[arg-type]  # the words of a test, checked when it runs


def stream(*jobs: JobSpec, name: str = "STREAM", **changes: object) -> StreamSpec:
    """A stream at 20:00."""
    given: dict[str, object] = {"name": name, "folder": "/", "workstation": "WS", "at": "20:00", "jobs": jobs}
    return StreamSpec(**(given | changes))  # type: ignore[arg-type]  # as above


class SmallNight:
    """An engine with nothing but what the test gives it; `at` brings it to a time of the night."""

    def __init__(
        self,
        *streams: StreamSpec,
        workstation: WorkstationSpec = WORKSTATION,
        more_workstations: tuple[WorkstationSpec, ...] = (),
        resources: tuple[ResourceSpec, ...] = (),
    ) -> None:
        plan = Blueprint(workstations=(workstation, *more_workstations), resources=resources, streams=streams)
        self.engine = PlanEngine(plan, 1, Night.containing(at("02:00"), ZONE))

    def at(self, time_of_day: str, *, days: int = 0) -> Plan:
        """The plan then; time does not go back."""
        self.engine.advance(at(time_of_day, days=days))
        return self.engine.plan

    def job(self, name: str) -> Job:
        """The job of that name."""
        return self.engine.plan.job(name)

    def status(self, name: str) -> JobStatus:
        """How the job stands."""
        return job_status(self.job(name), self.engine.now)

    def story(self, name: str) -> list[str]:
        """The runs of the job, as type and state."""
        return [f"{run.type} {run.state}" for run in self.job(name).runs]
