"""What is expected to start when, beside what then did."""

from datetime import timedelta

from resync_bot.tws.diagnosis import expected_starts
from tests.tws.graph.night import night

SPAN = timedelta(hours=2)


async def test_most_of_what_then_starts_was_expected_and_in_order() -> None:
    async with night() as it:
        view = await it.view()
        start, end = view.as_of, view.as_of + SPAN
        total, steps = await expected_starts(it.tws, view, start, end, limit=500)
        first_ten = await expected_starts(it.tws, view, start, end, limit=10)
        it.later(hours=3)
        began = {
            true.id
            for true in it.server.simulator.plan.jobs
            if (at := true.runs[0].started_at) is not None and start + SPAN / 10 <= at < end - SPAN / 10
        }
    expected = {step.job.id for step in steps}
    assert total == len(expected) > 50
    assert [step.starts for step in steps] == sorted(step.starts for step in steps)
    assert first_ten == (total, steps[:10])
    assert len(began & expected) / len(began) > 0.85
