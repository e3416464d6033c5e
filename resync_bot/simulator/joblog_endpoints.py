"""The operations that answer with a job log, as text."""

import asyncio

from aiohttp import web

from resync_bot.simulator import parameters
from resync_bot.simulator.catalogue import JOBS
from resync_bot.simulator.facts import has_log
from resync_bot.simulator.joblog import job_log
from resync_bot.simulator.parameters import PLAN, SIMULATOR
from resync_bot.simulator.plan import Run
from resync_bot.simulator.refusals import agent_unreachable, bad_parameter, no_such_run
from resync_bot.simulator.states import ACTIVE

# How often a followed log is looked at, in real seconds.
_FOLLOW_EVERY = 0.2


async def job_log_of_query(request: web.Request) -> web.StreamResponse:
    """GET /plan/job/joblog: of the selected job's last run; of several jobs, of the first in order that has a log."""
    if not request.query.get("oql") and not request.query.get("plan_filter"):
        raise bad_parameter("oql or plan_filter is required.")
    parameters.check_plan(request)
    runs = [job.run for job in parameters.selected(request, JOBS) if has_log(job.run)]
    if not runs:
        raise no_such_run("match the provided key")
    return await _answer(request, runs[0])


async def job_log_of_run(request: web.Request) -> web.StreamResponse:
    """GET /plan/job/run/{id}/joblog."""
    identity = request.match_info["id"]
    run = request[PLAN].runs_by_id.get(identity)
    if run is None or not has_log(run) or request.query.get("plan_id", "current") != "current":
        raise no_such_run("were found with the provided run ID")
    parameters.allow(request, run.job.stream.folder, f"job run {identity}")
    return await _answer(request, run)


async def _answer(request: web.Request, run: Run) -> web.StreamResponse:
    """Lines `from_line` to `to_line`, counted from 1, both included."""
    if not run.workstation.takes_jobs:
        raise agent_unreachable(run.workstation.key)  # logs lie on the agent
    first = max(1, parameters.integer(request, "from_line", 1))
    last = parameters.integer(request, "to_line", 10**9)
    if last < first:
        raise bad_parameter("to_line must not be less than from_line.")
    lines = _lines(request, run)[first - 1 : last]
    if parameters.flag(request, "follow") and run.state in ACTIVE and request.app[SIMULATOR].clock.speed > 0:
        return await _follow(request, run, first, last)
    return web.Response(text="".join(f"{line}\n" for line in lines), content_type="text/plain", charset="utf-8")


def _lines(request: web.Request, run: Run) -> list[str]:
    simulator = request.app[SIMULATOR]
    return job_log(run, simulator.now(), simulator.zone, content_only=parameters.flag(request, "contentOnly"))


async def _follow(request: web.Request, run: Run, first: int, last: int) -> web.StreamResponse:
    """Sends lines as the running job prints them, until it ends or the client goes."""
    response = web.StreamResponse(headers={"Content-Type": "text/plain; charset=utf-8"})
    await response.prepare(request)
    sent = first - 1
    while True:
        request.app[SIMULATOR].moment()
        running = run.state in ACTIVE
        lines = _lines(request, run)[sent:last]
        if lines:
            await response.write("".join(f"{line}\n" for line in lines).encode())
            sent += len(lines)
        if not running or sent >= last:
            return response
        await asyncio.sleep(_FOLLOW_EVERY)
