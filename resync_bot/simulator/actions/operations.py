"""Does to the plan what operators order, as batchman does: what is not possible any more has no effect.

Effects after the User's Guide 10.2.5 (conman commands, table 91 for confirm), checked 2026-11-23.
"""

from collections.abc import Sequence
from functools import partial

from resync_bot.simulator.actions.rerunning import AS_BEFORE, RerunDetails
from resync_bot.simulator.engine import PlanEngine
from resync_bot.simulator.nights import add_run
from resync_bot.simulator.plan import Job, Prompt, Resource, Stream, Workstation
from resync_bot.simulator.states import ACTIVE, ENDED, PromptState, RunState

KILLED = 137  # the return code of a process that got SIGKILL, as shells tell it


class Operations:
    """Each changes the plan of the engine now."""

    def __init__(self, engine: PlanEngine) -> None:
        self._engine = engine

    # -- jobs and streams

    def hold(self, node: Job | Stream) -> None:
        """Keeps what has not started from starting."""
        for job in _jobs(node):
            if job.state in (RunState.HOLD, RunState.READY) and job.held_priority is None:
                job.held_priority = job.priority
                self._set_priority(job, 0)
        if isinstance(node, Stream):
            node.priority = 0

    def release(self, node: Job | Stream) -> None:
        """Ends a hold."""
        if isinstance(node, Stream):
            node.priority = node.spec.priority
        for job in _jobs(node):
            if job.priority == 0:
                before, job.held_priority = job.held_priority, None
                self._set_priority(job, before or node.spec.priority or 10)

    def release_dependencies(self, node: Job | Stream) -> None:
        """Nothing that it depends on matters any more, but for times."""
        node.dependencies_released = True
        for job in _jobs(node):
            self._engine.examine(job)

    def set_priority(self, job: Job, priority: int) -> None:
        """Of what has not started."""
        job.held_priority = None
        if job.state in (RunState.HOLD, RunState.READY):
            self._set_priority(job, priority)

    def cancel(self, node: Job | Stream, *, pending: bool) -> None:
        """Now, or, `pending`, when nothing else holds it."""
        if isinstance(node, Stream):
            node.canceled, node.cancel_pending = node.canceled or not pending, pending
        for job in _jobs(node):
            if pending and job.state is RunState.HOLD:
                job.cancel_pending = True
                self._engine.examine(job)
            else:
                self._engine.cancel(job)

    def kill(self, job: Job) -> None:
        """What runs is in ABEND, and what follows a failure follows."""
        if job.state in ACTIVE:
            job.run.return_code, job.run.cause = KILLED, None
            self._engine.end(job.run, RunState.ABEND)

    def confirm(self, job: Job, *, succeeded: bool) -> None:
        """Table 91 of the User's Guide; what is missing there has no effect."""
        after = RunState.SUCC if succeeded else RunState.ABEND
        match job.state:
            case RunState.EXEC | RunState.PEND:
                self._engine.end(job.run, after)
            case RunState.ABEND | RunState.SUPPR if succeeded:
                job.run.state = RunState.SUCC
                job.rerun_pending = False
                self._engine.changed(job)
                self._engine.finished(job)
            case _:
                pass

    def rerun(self, job: Job, details: RerunDetails = AS_BEFORE, *, successors: Sequence[Job] = ()) -> None:
        """Runs it again, and with it what follows it; each waits for those before it."""
        again = [one for one in (job, *successors) if one.done or one is job]
        if job.state not in ENDED:
            return
        before = job.run
        for one in again:
            one.canceled = one.cancel_pending = one.rerun_pending = False
            one.stream.succeeded = one.stream.canceled = one.stream.cancel_pending = False
            details_of_one = details if one is job else AS_BEFORE
            run = add_run(self._engine.plan, one, details_of_one.type, spec=details_of_one.spec)
            run.step = details_of_one.step
            self._engine.changed(one)
        if details.same_workstation:
            job.run.workstation = before.workstation
        if details.at is not None and details.at > self._engine.now:
            job.start_time = details.at
            self._engine.at(details.at, partial(self._engine.examine, job))
        if details.priority is not None:
            self._set_priority(job, details.priority)
        for one in again:
            self._engine.examine(one)

    # -- what jobs depend on

    def reply(self, prompt: Prompt, *, yes: bool) -> None:
        """For good."""
        if yes:
            self._engine.answer(prompt)
        elif prompt.state in (PromptState.NOT_ASKED, PromptState.ASKED):
            prompt.state, prompt.answered_at = PromptState.ANSWERED_NO, self._engine.now

    def set_quantity(self, resource: Resource, quantity: int) -> None:
        """Units; fewer than are held means that none is free until some come back."""
        resource.quantity = quantity
        self._engine.stir(*(workstation.key for workstation in self._engine.plan.workstations))

    # -- workstations

    def set_limit(self, workstation: Workstation, limit: int) -> None:
        """How many jobs run there at once."""
        workstation.limit = limit
        self._engine.stir(workstation.key)

    def set_fence(self, workstation: Workstation, fence: int) -> None:
        """The priority that is not enough to start there."""
        workstation.fence = fence
        self._engine.stir(workstation.key)

    def link(self, workstation: Workstation, *, linked: bool) -> None:
        """What runs there runs on; nothing new starts while it is not linked."""
        workstation.linked = linked
        self._engine.stir(workstation.key)

    def start(self, workstation: Workstation, *, started: bool) -> None:
        """Its job manager up or down."""
        workstation.started = started
        self._engine.stir(workstation.key)

    def _set_priority(self, job: Job, priority: int) -> None:
        self._engine.unqueue(job.run)
        job.priority = priority
        if job.state is RunState.READY:
            job.run.state = RunState.HOLD
        self._engine.changed(job)
        self._engine.examine(job)


def _jobs(node: Job | Stream) -> Sequence[Job]:
    return (node,) if isinstance(node, Job) else node.jobs
