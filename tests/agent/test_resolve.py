"""Names in a plan that is too large to be read for a misspelling."""

from datetime import UTC, datetime

import pytest

from resync_bot.agent.arguments import JobTarget
from resync_bot.agent.names import matches
from resync_bot.agent.resolve import resolve_job
from resync_bot.agent.results import NoMatch
from resync_bot.tws.models import Engine, Job, JobStream, Status
from resync_bot.tws.queries import JobQuery, Page, StreamQuery, Tws
from resync_bot.tws.similar import NAMES_COMPARED, most_similar

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)


class LargePlan:
    """The part of an engine that resolving needs, with 40 000 jobs."""

    def __init__(self) -> None:
        self.jobs_read = 0
        names = [f"{area}_JOB_{number:05}" for area in ("PAY", "TAX", "EOD", "FX") for number in range(9_900)]
        self.names = [*names, "PAYROLL_POST", *(f"PAYROLL_{number}" for number in range(400))]

    async def engine(self) -> Engine:
        return Engine(name="PROD", version="10.2.5", zone="UTC", now=NOW, production_day_start=NOW)

    async def jobs(self, query: JobQuery, *, limit: int = 50, offset: int = 0) -> Page[Job]:
        found = [name for name in self.names if query.name is None or matches(query.name, name)]
        shown = found[offset : offset + limit]
        self.jobs_read += len(shown)
        return Page(len(found), tuple(Job(name=name, status=Status.READY, internal_status="READY") for name in shown))

    async def streams(self, query: StreamQuery, *, limit: int = 50, offset: int = 0) -> Page[JobStream]:
        return Page(0, ())


async def test_a_large_plan_is_not_read_for_a_misspelling() -> None:
    plan = LargePlan()
    tws: Tws = plan  # type: ignore[assignment]  # the part of it that is needed
    found = await resolve_job(tws, JobTarget(name="FX_JOB_0000I"))
    assert isinstance(found, NoMatch)
    assert found.similar
    assert all(name.startswith("FX_JOB_0000") for name in found.similar)
    assert plan.jobs_read <= NAMES_COMPARED + 500


def test_the_most_similar_come_first_and_the_unlike_not_at_all() -> None:
    known = ["PAYROLL_POST", "PAYROLL_POST_TAX", "CARDS_EXPORT", "PAYROLL_POST"]
    assert most_similar("payrol_post", known)[0] == "PAYROLL_POST"
    assert "CARDS_EXPORT" not in most_similar("payrol_post", known)
    assert most_similar("zzz", known) == ()
    assert most_similar("", known) == ()


@pytest.mark.parametrize("typed", ["RAYROLL_POST", "PAYROL_POST", "PAYROLL_PSOT", "PAYROLL_POSTT"])
async def test_a_name_with_one_mistake_is_found_wherever_the_mistake_is(typed: str) -> None:
    tws: Tws = LargePlan()  # type: ignore[assignment]  # the part of it that is needed
    found = await resolve_job(tws, JobTarget(name=typed))
    assert isinstance(found, NoMatch)
    assert found.similar == ("PAYROLL_POST",)
