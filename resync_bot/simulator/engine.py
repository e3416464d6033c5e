"""The engine: moves the plan through virtual time, event by event.

A discrete-event simulation. A job goes HOLD -> READY (dependencies resolved) -> INTRO (given to its workstation)
-> EXEC -> SUCC, ABEND or PEND, or from INTRO to FAIL when it could not be launched. What stands at a moment depends
on the seed, the first production day and that moment alone, never on when anybody looked.
"""

import heapq
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from itertools import takewhile

from resync_bot.simulator import draws
from resync_bot.simulator.fates import Fate, Fates
from resync_bot.simulator.nights import Night, NightBuilder, add_run
from resync_bot.simulator.plan import Job, Plan, Prompt, Run, Stream, Workstation
from resync_bot.simulator.ready_runs import ReadyRuns
from resync_bot.simulator.reasons import (
    PriorityZero,
    WaitsForFile,
    WaitsForPrompt,
    hold_reasons,
    may_be_held,
)
from resync_bot.simulator.specification import Blueprint, LateStartAction, RecoveryOption
from resync_bot.simulator.states import ENDED, FAILED, PromptState, RerunType, RunState, Verdict
from resync_bot.simulator.switching import carry_forward, take_apart

# How many plans are kept after they were replaced, and how large a plan may be for that.
ARCHIVED_PLANS = 7
ARCHIVED_JOBS = 5_000

_BY_RECOVERY = frozenset({RerunType.RECOVERY, RerunType.RECOVERY_RERUN})

# The operator of the night reruns a job at most this often.
_OPERATOR_RERUNS = 2

# When a workstation is up again after a plan switch: the first, and the last.
_RESTART_SECONDS = (20, 150)


class PlanEngine:
    """Owns the plan. Call `advance` before reading it."""

    def __init__(self, blueprint: Blueprint, seed: int, night: Night) -> None:
        self._seed = seed
        self.builder = NightBuilder(blueprint, seed)
        self._events: list[tuple[datetime, int, Callable[[], None]]] = []
        self._scheduled = 0
        self._ready = ReadyRuns()
        self.switched_at: datetime | None = None
        self.now = night.starts
        self.night = night
        self.replaced: deque[tuple[Night, Plan]] = deque(maxlen=ARCHIVED_PLANS)
        workstations = self.builder.workstations(night)
        self._open(night, self.builder.plan(night, workstations, self.builder.resources(workstations)))

    plan: Plan

    def advance(self, to: datetime) -> None:
        """Lets everything happen that happens up to and including `to`; a moment in the past changes nothing."""
        while self._events and self._events[0][0] <= to:
            self.now, _, happen = heapq.heappop(self._events)
            happen()
            if not (self._events and self._events[0][0] == self.now):
                self._dispatch()
        self.now = max(self.now, to)

    # -- the plan itself

    def _open(self, night: Night, plan: Plan, before: Fates | None = None) -> None:
        self.night, self.plan = night, plan
        self._fates = Fates(self._seed, night, plan, before)
        for stream in plan.streams:
            if stream.run_number == night.run_number:
                self.foresee(stream)
        self.at(night.ends, partial(self._end_day, night))

    def foresee(self, stream: Stream) -> None:
        """Takes in all that the definition of a stream says will happen to it."""
        self.at(stream.scheduled, partial(self.examine_all, stream))
        self._foresee_answer(stream.prompt)
        for job in stream.jobs:
            if job.start_time is not None:
                self.at(job.start_time, partial(self.examine, job))
            if job.latest_start is not None:
                self.at(job.latest_start, partial(self._miss_start, job))
            if job.file is not None and job.spec.file_arrives:
                self.at(self.night.at(job.spec.file_arrives), partial(self._file_arrives, job))
            if job.spec.canceled_at:
                self.at(self.night.at(job.spec.canceled_at), partial(self.cancel, job))
            self._foresee_answer(job.prompt)

    def _foresee_answer(self, prompt: Prompt | None) -> None:
        if prompt is not None and prompt.spec.answered_at is not None:
            self.at(self.night.at(prompt.spec.answered_at), partial(self.answer, prompt))

    def switch(self) -> None:
        """Replaces the plan by that of the next production day: what is unfinished is carried forward.

        All workstations stop, and are restarted one after the other.
        """
        before = self.plan
        carried = carry_forward(before, self.now)
        if is_kept := len(before.jobs) <= ARCHIVED_JOBS:
            self.replaced.append((self.night, before))
        self._ready.forget_replaced()
        night = self.night.next()
        self.switched_at = self.now
        for workstation in self.plan.workstations:
            workstation.run_number = night.run_number
            workstation.started = False
            seconds = draws.integer(*_RESTART_SECONDS, "restart", workstation.id, night.run_number)
            self.at(self.now + timedelta(seconds=seconds), partial(self._restart, workstation))
        plan = self.builder.plan(night, before.workstations, before.resources, carried)
        self._open(night, plan, self._fates)
        if not is_kept:
            take_apart(before)

    def _end_day(self, night: Night) -> None:
        if self.night is night:  # otherwise the plan was switched before its time
            self.switch()

    def _restart(self, workstation: Workstation) -> None:
        workstation.started, workstation.started_at = True, self.now
        self.stir(workstation.key)

    # -- dependencies

    def examine_all(self, stream: Stream) -> None:
        """Examines the jobs of a stream."""
        for job in stream.jobs:
            self.examine(job)

    def examine(self, job: Job) -> None:
        """Moves a job on from HOLD if nothing holds it, and asks its prompt when only that is left."""
        if job.state is not RunState.HOLD or job.canceled or not job.stream.in_plan:
            return
        match _joined_verdict(job):
            case Verdict.IMPOSSIBLE:
                self.end(job.run, RunState.SUPPR)
                return
            case Verdict.WAITING:
                return
            case _:
                pass
        held = list(hold_reasons(job, self.now)) if may_be_held(job, self.now) else []
        if job.cancel_pending and all(isinstance(reason, PriorityZero) for reason in held):
            self.cancel(job)
        elif not held:
            self._release(job)
        elif all(isinstance(reason, WaitsForPrompt | WaitsForFile) for reason in held):
            for reason in held:
                if isinstance(reason, WaitsForPrompt):
                    self._ask(reason.prompt)

    def _ask(self, prompt: Prompt) -> None:
        if prompt.state is PromptState.NOT_ASKED:
            prompt.state, prompt.asked_at = PromptState.ASKED, self.now

    def answer(self, prompt: Prompt) -> None:
        """Yes; somebody may have answered before."""
        if prompt.state in (PromptState.ANSWERED_YES, PromptState.ANSWERED_NO):
            return
        prompt.state, prompt.answered_at = PromptState.ANSWERED_YES, self.now
        if isinstance(prompt.owner, Stream):
            self.examine_all(prompt.owner)
        else:
            self.examine(prompt.owner)

    def _file_arrives(self, job: Job) -> None:
        if job.file is not None:
            job.file.exists = True
        self.examine(job)

    def _release(self, job: Job) -> None:
        if job.workstation.spec.ignored:
            self.end(job.run, RunState.SUPPR)
        elif job.spec.no_operation:
            job.run.return_code = 0
            self.end(job.run, RunState.SUCC)
        else:
            self.enqueue(job.run)

    def _miss_start(self, job: Job) -> None:
        if not job.stream.in_plan or job.run.state not in (RunState.HOLD, RunState.READY) or job.canceled:
            return
        match job.spec.until_action:
            case LateStartAction.DO_NOT_RUN:
                job.start_missed = True
            case LateStartAction.CANCEL:
                self.cancel(job)
            case LateStartAction.CONTINUE:
                pass

    def cancel(self, job: Job) -> None:
        """What has not started will not; what runs goes on. Those who wait for the job may go."""
        if not job.stream.in_plan or job.canceled or job.state in ENDED:
            return
        self.unqueue(job.run)
        job.canceled = True
        self.changed(job)
        self.finished(job)

    # -- running

    def enqueue(self, run: Run) -> None:
        """Makes a run ready to start."""
        run.state, run.ready_at = RunState.READY, self.now
        self.changed(run.job)
        self._ready.add(run)

    def unqueue(self, run: Run) -> None:
        """Takes a run out of what is ready."""
        self._ready.remove(run)

    def _dispatch(self) -> None:
        for run in self._ready.starting():
            self._introduce(run)

    def stir(self, *workstations: str) -> None:
        """Something may start now on these workstations."""
        self._ready.stir(*workstations)

    def _introduce(self, run: Run) -> None:
        job = run.job
        run.state, run.submitted_at = RunState.INTRO, self.now
        self.changed(job)
        run.workstation.running.add(run)
        job.stream.running += 1
        for resource, units in job.needs:
            resource.holders[job] = units
        self.at(self.now + timedelta(seconds=draws.integer(1, 4, "intro", run.id)), partial(self._launch, run))

    def _launch(self, run: Run) -> None:
        if run.state is not RunState.INTRO:
            return  # it was killed
        fate = self._fates.of(run)
        if fate.cause is not None and fate.cause.prevents_launch:
            run.cause = fate.cause
            self.end(run, RunState.FAIL)
            return
        run.state, run.started_at = RunState.EXEC, self.now
        run.cause, run.planned = fate.cause, fate.duration
        run.return_code = None
        self.changed(run.job)
        self.at(self.now + fate.duration, partial(self._complete, run, fate))

    def _complete(self, run: Run, fate: Fate) -> None:
        if run.state is not RunState.EXEC:
            return  # it was killed or confirmed
        run.return_code = fate.return_code
        if fate.cause is not None:
            self.end(run, RunState.ABEND)
        elif run.job.spec.requires_confirmation:
            self.leave_workstation(run)
            run.state, run.ended_at = RunState.PEND, self.now
            self.changed(run.job)
        else:
            self.end(run, RunState.SUCC)

    def leave_workstation(self, run: Run) -> None:
        """Gives back what the run holds while it runs."""
        if run not in run.workstation.running:
            return
        run.workstation.running.discard(run)
        run.job.stream.running -= 1
        self.stir(run.workstation.key)
        if run.job.stream.spec.limit >= 0:
            self.stir(*(waiting.run.workstation.key for waiting in run.job.stream.jobs))
        for resource, _ in run.job.needs:
            resource.holders.pop(run.job, None)
            self._ready.stir_needing(resource)

    def end(self, run: Run, state: RunState) -> None:
        """Ends a run now; what follows from that happens."""
        self.leave_workstation(run)
        run.state, run.ended_at = state, self.now
        job = run.job
        self.changed(job)
        if run.type is RerunType.RECOVERY:
            self._try_again(job, RerunType.RECOVERY_RERUN)
        elif state in FAILED:
            if not job.canceled:
                self._recover(job)
            self.finished(job)
        else:
            if state is RunState.SUCC and job.spec.every is not None:
                self._repeat(job, job.spec.every)
            self.finished(job)

    def finished(self, job: Job) -> None:
        """Tells everybody who waits for the job, or for its stream, that it ended."""
        for successor in job.successors:
            if isinstance(successor, Stream):
                self.examine_all(successor)
            else:
                self.examine(successor)
        stream = job.stream
        # the last jobs of a stream are mostly the last to end
        if not stream.succeeded and all(
            one.releases_successors and not one.rerun_pending for one in reversed(stream.jobs)
        ):
            stream.succeeded = True
            for successor in stream.successors:
                if isinstance(successor, Stream):
                    self.examine_all(successor)
                else:
                    self.examine(successor)

    # -- trying again

    def _recover(self, job: Job) -> None:
        recovery = job.spec.recovery
        chain = takewhile(lambda run: run.type in _BY_RECOVERY, reversed(job.runs))  # since it was started last
        reruns = sum(1 for run in chain if run.type is RerunType.RECOVERY_RERUN)
        job.rerun_pending = False
        if recovery.option is RecoveryOption.RERUN and reruns < recovery.reruns:
            job.rerun_pending = True
            kind = RerunType.RECOVERY if recovery.job else RerunType.RECOVERY_RERUN
            self.at(self.now + timedelta(minutes=recovery.minutes), partial(self._try_again, job, kind))
            return
        minutes = self._fates.script(job).operator_after
        by_operator = sum(1 for run in job.runs if run.type is RerunType.RERUN)
        if minutes is not None and by_operator < _OPERATOR_RERUNS:
            self.at(self.now + timedelta(minutes=minutes), partial(self._try_again, job, RerunType.RERUN))

    def _repeat(self, job: Job, minutes: float) -> None:
        again = max(self.now, (job.run.started_at or self.now) + timedelta(minutes=minutes))
        if again < (job.latest_start or self.plan.ends):
            job.rerun_pending = True
            self.at(again, partial(self._try_again, job, RerunType.RERUN_EVERY))

    def changed(self, job: Job) -> None:
        """Whatever changes how a job of the plan stands says so here, after the change."""
        job.stream.standing = None
        self.plan.index.note(job)

    def _try_again(self, job: Job, kind: RerunType) -> None:
        if not job.stream.in_plan:
            return
        if kind is not RerunType.RECOVERY:
            job.rerun_pending = False
        self.enqueue(add_run(self.plan, job, kind))

    def at(self, when: datetime, happen: Callable[[], None]) -> None:
        """What is to happen; at the same moment, in the order in which it was foreseen."""
        self._scheduled += 1
        heapq.heappush(self._events, (max(when, self.now), self._scheduled, happen))


def _joined_verdict(job: Job) -> Verdict:
    """Of all its own predecessors: a single one that makes it impossible does, else a single one that is to end."""
    joined = Verdict.SATISFIED
    if not job.dependencies_released:
        for dependency in job.predecessors:
            if joined is Verdict.WAITING and not dependency.conditions:
                continue  # without conditions nothing is impossible
            verdict = dependency.verdict()
            if verdict is Verdict.IMPOSSIBLE:
                return verdict
            if verdict is Verdict.WAITING:
                joined = verdict
    return joined
