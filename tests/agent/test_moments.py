"""Which texts of an answer are moments."""

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from resync_bot.agent.interpreter import Interpreter
from resync_bot.agent.moments import moments_in
from resync_bot.conversation.language import Language
from resync_bot.tws.engine import HwaEngine
from tests.agent.conversation import Agent
from tests.agent.rendering.samples import ENGINE, at

JOB = {"name": "PAY_POST", "started": at(1, 45).isoformat(), "ended": at(2, 4, day=23).isoformat()}
EARLIER = {"runs": [{"ended": at(18, 0, day=22).isoformat()}, {"ended": None, "note": "2026-11-23"}]}


def found(*texts: str, language: Language = Language.EN) -> dict[str, datetime]:
    return dict(moments_in(texts, [(ENGINE, as_json(JOB)), (ENGINE, as_json(EARLIER))], language))


def as_json(result: dict[str, Any]) -> str:
    return orjson.dumps(result).decode()


@pytest.mark.parametrize(
    ("text", "moments"),
    [
        ("`PAY_POST` ended at 02:04 after it began at 01:45.", {"02:04": at(2, 4), "01:45": at(1, 45)}),
        ("It ended on 22 Nov 18:00.", {"22 Nov 18:00": at(18, day=22)}),
        ("It ended at 03:33.", {}),  # nothing that was found
        ("812 jobs", {}),
        ("Between 22 Nov 18:00 and 02:04, America/Sao_Paulo.", {}),  # the zone is said: the line stays true
        ("On 21 Nov 02:04, and today at 01:45.", {"01:45": at(1, 45)}),  # another day's 02:04
    ],
)
def test_times_of_the_evidence(text: str, moments: dict[str, datetime]) -> None:
    assert found(text) == moments


def test_in_portuguese() -> None:
    assert found("Terminou em 22/11 18:00.", language=Language.PT) == {"22/11 18:00": at(18, day=22)}
    assert found("Em 21/11 02:04.", language=Language.PT) == {}


def test_small_print_that_names_the_zone_keeps_its_times() -> None:
    assert found("It began at 01:45.", "22 Nov 18:00 – 23 Nov 02:10, America/Sao_Paulo") == {"01:45": at(1, 45)}


def test_what_stands_for_two_moments_stays_as_it_is() -> None:
    elsewhere = ENGINE.model_copy(update={"zone": "UTC", "production_day_start": datetime(2026, 11, 23, tzinfo=UTC)})
    other = {"ended": "2026-11-23T02:04:00+00:00"}
    assert moments_in(["at 02:04"], [(ENGINE, as_json(JOB)), (elsewhere, as_json(other))], Language.EN) == ()


async def test_an_answer_of_the_agent_says_which_of_its_texts_are_moments(tws: HwaEngine) -> None:
    agent = Agent(tws, interpreter=Interpreter())
    answer = await agent.ask("what failed tonight?")
    assert answer.times
    for text, moment in answer.times:
        assert text in answer.text
        assert moment.tzinfo
    assert (await agent.ask("help")).times == ()
