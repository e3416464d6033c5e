"""What is found out about a failure, over HTTP: the bank's simulated night."""

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from resync_bot.alerts.explaining import findings_of, impact_of
from resync_bot.alerts.model import Trouble
from resync_bot.runtime.sections import HistorySettings
from resync_bot.tws.history.runs import finished_runs
from resync_bot.tws.history.store import RunHistory
from tests.alerts.rendering.samples import failure, group
from tests.alerts.test_poller import failed_in_truth, look_at
from tests.tws.graph.night import Night, night


@pytest.fixture
async def bank() -> AsyncIterator[Night]:
    async with night() as started:
        yield started


async def failed(bank: Night) -> list[Trouble]:
    found = await look_at(bank)
    return [one for one in found.observation.troubles if one.run]


async def test_each_failure_has_a_line_that_says_why(bank: Night) -> None:
    view = await bank.view()
    assert failed_in_truth(bank)
    for trouble in await failed(bank):
        found = await findings_of(group(trouble), bank.tws, None, view)
        assert found.lines or found.meaning_id or found.log_problem, trouble.subject.name
        assert not any(line.strip().upper() in {"ERROR", "ERROR:", "ERROR AT LINE 1:"} for line in found.lines[:1])


async def test_what_it_holds_up_is_what_the_graph_says(bank: Night) -> None:
    view = await bank.view()
    impacts = [await impact_of(group(trouble), bank.tws, view) for trouble in await failed(bank)]
    assert max(impact.jobs for impact in impacts if impact is not None) > 0


async def test_the_same_failure_is_counted_once_whether_it_is_recorded_yet_or_not(bank: Night, redis: Redis) -> None:
    history = RunHistory(redis, namespace="test", engine="PROD", settings=HistorySettings())
    trouble = (await failed(bank))[0]
    before = await findings_of(group(trouble), bank.tws, history, None)
    job = await bank.tws.job(trouble.object_id)
    await history.record(list(finished_runs(job)), await bank.tws.engine())
    after = await findings_of(group(trouble), bank.tws, history, None)
    assert before.failures_this_week == 1
    assert after.failures_this_week == sum(not run.succeeded for run in finished_runs(job))


async def test_what_is_gone_is_told_without_an_explanation(bank: Night) -> None:
    found = await findings_of(group(failure(object_id="nowhere")), bank.tws, None, None)
    assert (found.lines, found.impact) == ((), None)
