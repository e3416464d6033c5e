"""What a look at an engine sees, over HTTP: the bank's simulated night, hour by hour."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from resync_bot.alerts.model import Ending, Seen, Trouble, TroubleKind
from resync_bot.alerts.sources.poller import AFTER_SWITCH, Look, look, switching
from resync_bot.alerts.sources.troubles import of_prompt
from resync_bot.tws.models import Prompt
from tests.alerts.rendering.samples import ENGINE
from tests.tws.graph.night import Night, night

HOUR = timedelta(hours=1)


@pytest.fixture
async def bank() -> AsyncIterator[Night]:
    async with night() as started:
        yield started


async def look_at(bank: Night, before: Look | None = None, *, first_look: timedelta = 12 * HOUR) -> Look:
    seen = before.seen if before else None
    standing = [] if before is None else list(before.observation.troubles)
    return await look(bank.tws, ENGINE, seen, standing, now=datetime.now().astimezone(), first_look=first_look)


def of_kind(found: Look, kind: TroubleKind) -> dict[str, Trouble]:
    return {one.subject.name: one for one in found.observation.troubles if one.kind is kind}


def failed_in_truth(bank: Night) -> list[str]:
    return sorted(job.name for job in bank.server.simulator.plan.jobs if job.failed and job.stream.in_plan)


def failed_as_seen(found: Look) -> list[str]:
    return sorted(one.subject.job for one in found.observation.troubles if one.kind is TroubleKind.JOB_FAILED)


async def test_the_first_look_sees_every_failure(bank: Night) -> None:
    found = await look_at(bank)
    assert failed_as_seen(found) == failed_in_truth(bank) != []


async def test_what_failed_before_the_first_look_is_no_news_then_nor_later(bank: Night) -> None:
    first = await look_at(bank, first_look=timedelta(minutes=1))
    assert first.observation.troubles == ()
    assert first.seen.old
    second = await look_at(bank, first)
    assert second.observation.troubles == ()


async def test_later_looks_see_what_has_failed_since(bank: Night) -> None:
    found = await look_at(bank)
    for _ in range(8):
        bank.later(minutes=15)
        before, found = found, await look_at(bank, found)
        ended = {key for key, ending in found.observation.endings.items() if ending is not Ending.RUNNING}
        gone = [one.subject.job for one in before.observation.troubles if one.key in ended]
        assert not set(failed_in_truth(bank)) - set(failed_as_seen(found)) - set(gone)


async def test_each_ending_is_true(bank: Night) -> None:
    """Whatever is said to have ended is no longer wrong in the plan, and whatever is wrong is still told."""
    found = await look_at(bank)
    seen: set[Ending] = set()
    for _ in range(12):
        bank.later(minutes=20)
        standing = {one.key: one for one in found.observation.troubles}
        found = await look_at(bank, found)
        truth = failed_in_truth(bank)
        for key, ending in found.observation.endings.items():
            seen.add(ending)
            if standing[key].kind is TroubleKind.JOB_FAILED and ending in {Ending.SUCCEEDED, Ending.CANCELED}:
                assert standing[key].subject.job not in truth
    assert Ending.SUCCEEDED in seen


async def test_the_same_failure_looks_the_same_each_time(bank: Night) -> None:
    """Or its alert would be edited for ever."""
    first = await look_at(bank)
    second = await look_at(bank, first)
    assert {one.key: one for one in first.observation.troubles} == {one.key: one for one in second.observation.troubles}


async def test_prompts_and_stuck_streams_are_seen(bank: Night) -> None:
    bank.later(hours=2)
    found = await look_at(bank)
    assert of_kind(found, TroubleKind.PROMPT_WAITING)
    assert of_kind(found, TroubleKind.STREAM_STUCK)


async def test_a_workstation_that_was_up_and_stops_is_news_until_it_is_back(bank: Night) -> None:
    first = await look_at(bank)
    down_before = of_kind(first, TroubleKind.WORKSTATION_DOWN)
    assert down_before == {}, "what was never seen to run is no news"
    operations = bank.server.simulator.orders.operations
    stopped = next(one for one in bank.server.simulator.plan.workstations if one.spec.kind == "FTA" and one.started)
    operations.start(stopped, started=False)
    second = await look_at(bank, first)
    [trouble] = of_kind(second, TroubleKind.WORKSTATION_DOWN).values()
    assert (trouble.subject.workstation, trouble.text) == (stopped.key.removeprefix("/"), "stopped")
    operations.start(stopped, started=True)
    third = await look_at(bank, second)
    assert third.observation.endings[trouble.key] is Ending.BACK


async def test_a_plan_switch_is_seen_as_one_and_ends_no_failure_that_is_carried_forward(bank: Night) -> None:
    first = await look_at(bank)
    bank.server.simulator.switch_plan()
    bank.later(minutes=3)
    second = await look_at(bank, first)
    assert second.observation.is_switching
    left = {one.subject.job for one in second.observation.troubles if one.kind is TroubleKind.JOB_FAILED}
    assert left >= set(failed_in_truth(bank)) & {one.subject.job for one in first.observation.troubles}
    bank.later(minutes=AFTER_SWITCH.seconds / 60 + 1)
    third = await look_at(bank, second)
    assert not third.observation.is_switching


async def test_while_the_plan_is_switched_nothing_is_known_to_end(bank: Night) -> None:
    first = await look_at(bank)
    during = switching(ENGINE, first.seen, now=datetime.now().astimezone())
    assert (during.observation.is_switching, during.observation.endings) == (True, {})
    assert isinstance(during.seen, Seen)


@pytest.mark.parametrize(
    ("waits", "names"),
    [
        ({"job": "FTA_PAY1#/PAYROLL/DAILY(2230 11/22/2026).POST"}, ("FTA_PAY1", "/PAYROLL", "DAILY", "POST")),
        ({"stream": "MDM#/LENDING/LOANS/ARREARS(0245 11/23/2026)"}, ("MDM", "/LENDING/LOANS", "ARREARS", "")),
        ({"stream": "/F/MDM#ARREARS"}, ("/F/MDM", "/", "ARREARS", "")),
        ({}, ("WS", "/", "", "")),
    ],
)
def test_a_prompt_is_about_what_waits_for_it(waits: dict[str, str], names: tuple[str, ...]) -> None:
    prompt = Prompt(id="7", number=7, text="go on?", status="ASKED", workstation="WS", **waits)
    about = of_prompt(ENGINE, prompt, datetime.now().astimezone()).subject
    assert (about.workstation, about.folder, about.stream, about.job, about.short_name) == (*names, "7")
