"""Every kind of result in both languages, to the letter.

`UPDATE_GOLDEN=1 pytest tests/agent/rendering` writes the files.
"""

import os
from pathlib import Path
from typing import get_args

import pytest

from resync_bot.agent.evidence import facts_of, unsupported
from resync_bot.agent.rendering import render_result
from resync_bot.agent.results import ToolResult, result_from_json
from resync_bot.conversation.language import Language
from resync_bot.tws.findings import CauseKind
from tests.agent.rendering import samples
from tests.agent.rendering.forecast_samples import FORECAST_SAMPLES
from tests.agent.rendering.history_samples import HISTORY_SAMPLES
from tests.agent.rendering.language_samples import LANGUAGE_SAMPLES

SAMPLES = samples.SAMPLES | HISTORY_SAMPLES | FORECAST_SAMPLES | LANGUAGE_SAMPLES
GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("name", SAMPLES)
def test_text_is_the_golden_one(name: str, language: Language) -> None:
    result, asked = SAMPLES[name]
    text = render_result(result, language, asked=asked)
    golden = GOLDEN / f"{name}.{language}.md"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(f"{text}\n", encoding="utf-8")
    assert f"{text}\n" == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("name", SAMPLES)
def test_text_is_the_same_from_the_json_of_the_result(name: str, language: Language) -> None:
    result, asked = SAMPLES[name]
    again = result_from_json(result.model_dump_json())
    assert render_result(again, language, asked=asked) == render_result(result, language, asked=asked)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("name", SAMPLES)
def test_every_figure_name_and_time_comes_from_the_result(name: str, language: Language) -> None:
    result, asked = SAMPLES[name]
    evidence = [result.model_dump(mode="json"), *([asked.model_dump(mode="json")] if asked else [])]
    assert unsupported(render_result(result, language, asked=asked), facts_of(evidence)) == ()


def test_there_is_a_sample_of_every_kind() -> None:
    union, _discriminator = get_args(ToolResult)
    assert {type(result) for result, _asked in SAMPLES.values()} == set(get_args(union))
    for kind in CauseKind:
        assert any(f'"kind":"{kind.value}"' in result.model_dump_json() for result, _asked in SAMPLES.values()), (
            f"no sample waits for {kind}"
        )


def test_there_is_no_golden_file_without_a_sample() -> None:
    assert {path.name.split(".")[0] for path in GOLDEN.iterdir()} == set(SAMPLES)
