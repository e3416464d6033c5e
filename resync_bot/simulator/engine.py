"""The engine: moves the plan through virtual time, event by event.

A discrete-event simulation. A job goes HOLD -> READY (dependencies resolved) -> INTRO (given to its workstation)
-> EXEC -> SUCC, ABEND or PEND, or from INTRO to FAIL when it could not be launched. What stands at a moment depends
on the seed, the first production day and that moment alone, never on when anybody looked.
"""

import heapq
from bisect import insort
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from resync_bot.simulator import draws
from resync_bot.simulator.fates import Fate, Fates
from resync_bot.simulator.nights import Night, NightBuilder, add_run
from resync_bot.simulator.plan import (
    ACTIVE,
    FAILED,
    Job,
    Plan,
    Prompt,
    PromptState,
    RerunType,
    Resource,
    Run,
    RunState,
    Stream,
    Verdict,
)
from resync_bot.simulator.reasons import WaitsForFile, WaitsForPrompt, hold_reasons, ready_reasons
from resync_bot.simulator.specification import Blueprint, LateStartAction, RecoveryOption

# The operator of the night reruns a job at most this often.
_OPERATOR_RERUNS = 2


class PlanEngine:
    """Owns the plan. Call `advance` before reading it."""

    def __init__(self, blueprint: Blueprint, seed: int, night: Night) -> None:
        self._seed = seed
        self._builder = NightBuilder(blueprint, seed)
        self._events: list[tuple[datetime, int, Callable[[], None]]] = []
        self._scheduled = 0
        self._ready: dict[str, list[Run]] = {}
        self._needing: dict[Resource, dict[Run, None]] = {}  # the ready runs that need units of it
        self._stirred: dict[str, None] = {}  # workstations where something may now start; a dict keeps the order
        self.now = night.starts
        self.night = night
        workstations = self._builder.workstations(night)
        self._open(night, self._builder.plan(night, workstations, self._builder.resources(workstations)))

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

    def _open(self, night: Night, plan: Plan) -> None:
        self.night, self.plan = night, plan
        self._fates = Fates(self._seed, night, plan)
        for stream in plan.streams:
            if stream.run_number == night.run_number:
                self._foresee(stream)
        self._at(night.ends, self._switch)

    def _foresee(self, stream: Stream) -> None:
        self._at(stream.scheduled, partial(self._examine_all, stream))
        self._foresee_answer(stream.prompt)
        for job in stream.jobs:
            if job.start_time is not None:
                self._at(job.start_time, partial(self._examine, job))
            if job.latest_start is not None:
                self._at(job.latest_start, partial(self._miss_start, job))
            if job.file is not None and job.spec.file_arrives:
                self._at(self.night.at(job.spec.file_arrives), partial(self._file_arrives, job))
            if job.spec.canceled_at:
                self._at(self.night.at(job.spec.canceled_at), partial(self._cancel, job))
            self._foresee_answer(job.prompt)

    def _foresee_answer(self, prompt: Prompt | None) -> None:
        if prompt is not None and prompt.spec.answered_at is not None:
            self._at(self.night.at(prompt.spec.answered_at), partial(self._answer, prompt))

    def _switch(self) -> None:
        carried = []
        for stream in self.plan.streams:
            runs = any(run.state in ACTIVE for job in stream.jobs for run in job.runs)
            unfinished = not stream.succeeded and stream.spec.carry_forward and not stream.carried_forward
            if runs or unfinished:
                carried.append(stream)
            else:
                stream.in_plan = False
        for queue in self._ready.values():
            queue[:] = [run for run in queue if run.job.stream.in_plan]
        for needing in self._needing.values():
            for run in [run for run in needing if not run.job.stream.in_plan]:
                del needing[run]
        night = self.night.next()
        for workstation in self.plan.workstations:
            workstation.run_number = night.run_number
            workstation.started_at = night.starts
        self._open(night, self._builder.plan(night, self.plan.workstations, self.plan.resources, carried))

    # -- dependencies

    def _examine_all(self, stream: Stream) -> None:
        for job in stream.jobs:
            self._examine(job)

    def _examine(self, job: Job) -> None:
        """Moves a job on from HOLD if nothing holds it, and asks its prompt when only that is left."""
        if job.state is not RunState.HOLD or job.canceled or not job.stream.in_plan:
            return
        waits = False
        for dependency in job.predecessors:
            verdict = dependency.verdict()
            if verdict is Verdict.IMPOSSIBLE:
                self._end(job.run, RunState.SUPPR)
                return
            waits = waits or verdict is Verdict.WAITING
        if waits:
            return
        held = list(hold_reasons(job, self.now))
        if not held:
            self._release(job)
        elif all(isinstance(reason, WaitsForPrompt | WaitsForFile) for reason in held):
            for reason in held:
                if isinstance(reason, WaitsForPrompt):
                    self._ask(reason.prompt)

    def _ask(self, prompt: Prompt) -> None:
        if prompt.state is PromptState.NOT_ASKED:
            prompt.state, prompt.asked_at = PromptState.ASKED, self.now

    def _answer(self, prompt: Prompt) -> None:
        prompt.state, prompt.answered_at = PromptState.ANSWERED_YES, self.now
        if isinstance(prompt.owner, Stream):
            self._examine_all(prompt.owner)
        else:
            self._examine(prompt.owner)

    def _file_arrives(self, job: Job) -> None:
        if job.file is not None:
            job.file.exists = True
        self._examine(job)

    def _release(self, job: Job) -> None:
        if job.workstation.spec.ignored:
            self._end(job.run, RunState.SUPPR)
        elif job.spec.no_operation:
            job.run.return_code = 0
            self._end(job.run, RunState.SUCC)
        else:
            self._enqueue(job.run)

    def _miss_start(self, job: Job) -> None:
        if not job.stream.in_plan or job.run.state not in (RunState.HOLD, RunState.READY) or job.canceled:
            return
        match job.spec.until_action:
            case LateStartAction.DO_NOT_RUN:
                job.start_missed = True
            case LateStartAction.CANCEL:
                self._cancel(job)
            case LateStartAction.CONTINUE:
                pass

    def _cancel(self, job: Job) -> None:
        if not job.stream.in_plan or job.state not in (RunState.HOLD, RunState.READY):
            return
        self._unqueue(job.run)
        job.canceled = True
        self._changed(job)
        self._finished(job)

    # -- running

    def _enqueue(self, run: Run) -> None:
        run.state, run.ready_at = RunState.READY, self.now
        self._changed(run.job)
        queue = self._ready.setdefault(run.workstation.key, [])
        insort(queue, run, key=lambda one: -one.job.priority)
        for resource, _ in run.job.needs:
            self._needing.setdefault(resource, {})[run] = None
        self._stir(run.workstation.key)

    def _unqueue(self, run: Run) -> None:
        queue = self._ready.get(run.workstation.key, [])
        if run in queue:
            queue.remove(run)
        for resource, _ in run.job.needs:
            self._needing.get(resource, {}).pop(run, None)

    def _dispatch(self) -> None:
        while self._stirred:
            stirred, self._stirred = self._stirred, {}
            for key in stirred:
                self._start_ready(self._ready.get(key, []))

    def _start_ready(self, queue: list[Run]) -> None:
        for run in list(queue):
            workstation = run.workstation
            if not workstation.linked or len(workstation.running) >= workstation.limit:
                return  # it is the workstation of all of the queue
            if next(ready_reasons(run), None) is None:
                self._unqueue(run)
                self._introduce(run)

    def _stir(self, *workstations: str) -> None:
        self._stirred.update(dict.fromkeys(workstations))

    def _introduce(self, run: Run) -> None:
        job = run.job
        run.state, run.submitted_at = RunState.INTRO, self.now
        self._changed(job)
        run.workstation.running.add(run)
        job.stream.running += 1
        for resource, units in job.needs:
            resource.holders[job] = units
        self._at(self.now + timedelta(seconds=draws.integer(1, 4, "intro", run.id)), partial(self._launch, run))

    def _launch(self, run: Run) -> None:
        fate = self._fates.of(run)
        if fate.cause is not None and fate.cause.prevents_launch:
            run.cause = fate.cause
            self._end(run, RunState.FAIL)
            return
        run.state, run.started_at = RunState.EXEC, self.now
        run.cause, run.planned = fate.cause, fate.duration
        run.return_code = None
        self._changed(run.job)
        self._at(self.now + fate.duration, partial(self._complete, run, fate))

    def _complete(self, run: Run, fate: Fate) -> None:
        run.return_code = fate.return_code
        if fate.cause is not None:
            self._end(run, RunState.ABEND)
        elif run.job.spec.requires_confirmation:
            self._leave_workstation(run)
            run.state, run.ended_at = RunState.PEND, self.now
            self._changed(run.job)
        else:
            self._end(run, RunState.SUCC)

    def _leave_workstation(self, run: Run) -> None:
        if run not in run.workstation.running:
            return
        run.workstation.running.discard(run)
        run.job.stream.running -= 1
        self._stir(run.workstation.key)
        if run.job.stream.spec.limit >= 0:
            self._stir(*(waiting.run.workstation.key for waiting in run.job.stream.jobs))
        for resource, _ in run.job.needs:
            resource.holders.pop(run.job, None)
            self._stir(*(waiting.workstation.key for waiting in self._needing.get(resource, ())))

    def _end(self, run: Run, state: RunState) -> None:
        self._leave_workstation(run)
        run.state, run.ended_at = state, self.now
        job = run.job
        self._changed(job)
        if run.type is RerunType.RECOVERY:
            self._try_again(job, RerunType.RECOVERY_RERUN)
        elif state in FAILED:
            self._recover(job)
            self._finished(job)
        else:
            if state is RunState.SUCC and job.spec.every is not None:
                self._repeat(job, job.spec.every)
            self._finished(job)

    def _finished(self, job: Job) -> None:
        """Tells everybody who waits for the job, or for its stream, that it ended."""
        for successor in job.successors:
            if isinstance(successor, Stream):
                self._examine_all(successor)
            else:
                self._examine(successor)
        stream = job.stream
        if not stream.succeeded and all(one.releases_successors and not one.rerun_pending for one in stream.jobs):
            stream.succeeded = True
            for successor in stream.successors:
                if isinstance(successor, Stream):
                    self._examine_all(successor)
                else:
                    self._examine(successor)

    # -- trying again

    def _recover(self, job: Job) -> None:
        recovery = job.spec.recovery
        reruns = sum(1 for run in job.runs if run.type is RerunType.RECOVERY_RERUN)
        job.rerun_pending = False
        if recovery.option is RecoveryOption.RERUN and reruns < recovery.reruns:
            job.rerun_pending = True
            kind = RerunType.RECOVERY if recovery.job else RerunType.RECOVERY_RERUN
            self._at(self.now + timedelta(minutes=recovery.minutes), partial(self._try_again, job, kind))
            return
        minutes = self._fates.script(job).operator_after
        by_operator = sum(1 for run in job.runs if run.type is RerunType.RERUN)
        if minutes is not None and by_operator < _OPERATOR_RERUNS:
            self._at(self.now + timedelta(minutes=minutes), partial(self._try_again, job, RerunType.RERUN))

    def _repeat(self, job: Job, minutes: float) -> None:
        again = max(self.now, (job.run.started_at or self.now) + timedelta(minutes=minutes))
        if again < (job.latest_start or self.plan.ends):
            job.rerun_pending = True
            self._at(again, partial(self._try_again, job, RerunType.RERUN_EVERY))

    def _changed(self, job: Job) -> None:
        """Whatever changes how a job of the plan stands says so here, after the change."""
        self.plan.index.note(job)

    def _try_again(self, job: Job, kind: RerunType) -> None:
        if not job.stream.in_plan:
            return
        if kind is not RerunType.RECOVERY:
            job.rerun_pending = False
        self._enqueue(add_run(self.plan, job, kind))

    def _at(self, when: datetime, happen: Callable[[], None]) -> None:
        """What is to happen; at the same moment, in the order in which it was foreseen."""
        self._scheduled += 1
        heapq.heappush(self._events, (max(when, self.now), self._scheduled, happen))
