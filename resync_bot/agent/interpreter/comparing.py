"""How `compare A and B` is answered: each looked up, then one table of them."""

from resync_bot.agent.arguments import FindJobs, FindStreams
from resync_bot.agent.interpreter.intents import ShowStatus, Target
from resync_bot.agent.interpreter.one_target import answer_about
from resync_bot.agent.interpreter.script import Reply, Script, Shown, side_by_side
from resync_bot.agent.results import JobResult, JobsResult, StreamResult, StreamsResult
from resync_bot.conversation.language import Language
from resync_bot.tws.queries import JobOrder


def compare(targets: tuple[Target, ...], language: Language) -> Script:
    """Jobs in one table, job streams in one; where one of them is not found, or is several, what is known of each."""
    answers = yield from side_by_side([answer_about(ShowStatus(), target, language) for target in targets])
    results = tuple(result for answered in answers for result in answered.results)
    jobs = tuple(result.job for result in results if isinstance(result, JobResult))
    streams = tuple(result.stream for result in results if isinstance(result, StreamResult))
    first = results[0] if results else None
    if len(jobs) == len(targets) and isinstance(first, JobResult):
        together = JobsResult(engine=first.engine, engines=first.engines, total=len(jobs), jobs=jobs)
        return Reply((Shown(together, FindJobs(order=JobOrder.LONGEST)),), results)
    if len(streams) == len(targets) and isinstance(first, StreamResult):
        side = StreamsResult(engine=first.engine, engines=first.engines, total=len(streams), streams=streams)
        return Reply((Shown(side, FindStreams()),), results)
    return Reply(tuple(part for answered in answers for part in answered.parts), results)
