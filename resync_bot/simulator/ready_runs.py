"""The runs that are ready to start, by workstation, and which of them may start now."""

from bisect import insort
from collections.abc import Iterator

from resync_bot.simulator.plan import Resource, Run
from resync_bot.simulator.reasons import ready_reasons


class ReadyRuns:
    """Looks at a workstation only after something has stirred it: a run that became ready, or a place that became free.

    Workstations and what needs a resource are kept in the order in which they came, so that the same night comes again.
    """

    def __init__(self) -> None:
        self._queues: dict[str, list[Run]] = {}  # by priority, the highest first
        self._needing: dict[Resource, dict[Run, None]] = {}
        self._stirred: dict[str, None] = {}

    def add(self, run: Run) -> None:
        """One that is ready from now on."""
        insort(self._queues.setdefault(run.workstation.key, []), run, key=lambda one: -one.job.priority)
        for resource, _ in run.job.needs:
            self._needing.setdefault(resource, {})[run] = None
        self.stir(run.workstation.key)

    def remove(self, run: Run) -> None:
        """One that starts, or will not; nothing if it was not ready."""
        queue = self._queues.get(run.workstation.key, [])
        if run in queue:
            queue.remove(run)
        for resource, _ in run.job.needs:
            self._needing.get(resource, {}).pop(run, None)

    def forget_replaced(self) -> None:
        """Those whose job streams are not in the plan any more."""
        for queue in self._queues.values():
            queue[:] = [run for run in queue if run.job.stream.in_plan]
        for needing in self._needing.values():
            for run in [run for run in needing if not run.job.stream.in_plan]:
                del needing[run]

    def stir(self, *workstations: str) -> None:
        """Something may start now on these workstations."""
        self._stirred.update(dict.fromkeys(workstations))

    def stir_needing(self, resource: Resource) -> None:
        """Units of it have come back."""
        self.stir(*(run.workstation.key for run in self._needing.get(resource, ())))

    def starting(self) -> Iterator[Run]:
        """Those that may start now, each taken out; whoever gets one has it start before asking for the next."""
        while self._stirred:
            stirred, self._stirred = self._stirred, {}
            for key in stirred:
                yield from self._starting_on(self._queues.get(key, []))

    def _starting_on(self, queue: list[Run]) -> Iterator[Run]:
        for run in list(queue):
            workstation = run.workstation
            if not workstation.takes_jobs or len(workstation.running) >= workstation.limit:
                return  # it is the workstation of all of the queue
            if next(ready_reasons(run), None) is None:
                self.remove(run)
                yield run
