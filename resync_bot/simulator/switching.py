"""What goes over from one plan into the next.

Facts (User's Guide 10.2.5 on JnextPlan and enCarryForward, read 2026-11-23): unfinished streams are carried forward
with their name and id, and where nobody changed enCarryForward that is so for all of them; dependencies that are
satisfied are left behind; old failures are taken out in the end (untilDays), here a day after they were scheduled.
"""

from datetime import datetime, timedelta

from resync_bot.simulator.plan import Dependency, Job, Plan, Stream
from resync_bot.simulator.states import ACTIVE, Verdict

_KEPT = timedelta(days=1)
_AT_ONCE = 1000


def carry_forward(plan: Plan, now: datetime) -> list[Stream]:
    """Takes all other streams out of the plan, and from those that go over what pointed at them."""
    carried = [stream for stream in plan.streams if _goes_over(stream, now)]
    for stream in plan.streams:
        stream.in_plan = False
    for stream in carried:
        stream.in_plan = True
    for stream in plan.streams:
        nodes: list[Job | Stream] = [stream, *stream.jobs]
        for node in nodes:
            node.predecessors = [one for one in node.predecessors if stream.in_plan and _still_counts(one)]
            node.successors = [one for one in node.successors if stream.in_plan and _stream_of(one).in_plan]
    return carried


def take_apart(plan: Plan) -> None:
    """Gives the memory of a plan back that was replaced and is not kept, without a search for what is garbage.

    Objects of a plan refer to each other in circles. What still refers to one of its jobs finds it as it was, but not
    its streams' jobs, and nothing through its runs.
    """
    for stream in plan.streams:
        if not stream.in_plan:
            for job in stream.jobs:
                for run in job.runs:
                    del run.job
            stream.jobs.clear()
    for known in (plan.jobs_by_id, plan.streams_by_id, plan.runs_by_id):
        known.clear()
    plan.index.forget()
    plan.prompts.clear()
    plan.streams.clear()
    while plan.jobs:
        del plan.jobs[-_AT_ONCE:]  # some at a time: in between other threads have their turn


def _goes_over(stream: Stream, now: datetime) -> bool:
    """It runs, or it is unfinished and not too old."""
    if any(run.state in ACTIVE for job in stream.jobs for run in job.runs):
        return True
    return not stream.succeeded and now - stream.scheduled <= _KEPT


def _still_counts(dependency: Dependency) -> bool:
    return _stream_of(dependency.predecessor).in_plan or dependency.verdict() is not Verdict.SATISFIED


def _stream_of(node: Job | Stream) -> Stream:
    return node if isinstance(node, Stream) else node.stream
