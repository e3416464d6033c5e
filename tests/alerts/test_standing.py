"""The rules that the settings make, and what `resync-bot check` says of them."""

from pathlib import Path

import pytest

from resync_bot.alerts.model import Origin
from resync_bot.alerts.standing import fallback_place, standing_rules
from resync_bot.check import _alerts
from resync_bot.errors import ConfigurationError
from resync_bot.runtime.alerts_settings import AlertsSettings
from resync_bot.runtime.settings import Environment, Settings

OPS = "slack/T0123ABCD/C0456EFGH"
RULE = f'[[rule]]\nname = "payroll"\nfolder = "/PAYROLL@"\nto = ["{OPS}"]\n'


@pytest.fixture
def rules_file(tmp_path: Path) -> Path:
    path = tmp_path / "alerts.toml"
    path.write_text(RULE)
    return path


def test_the_default_comes_after_the_rules_of_the_file(rules_file: Path) -> None:
    rules = standing_rules(AlertsSettings(rules_file=rules_file, to=(OPS,)), engines=("PROD",))
    assert [rule.origin for rule in rules] == [Origin.FILE, Origin.DEFAULT]
    assert rules[1].to == (f"{OPS}/",)


def test_what_goes_nowhere_goes_where_it_is_seen() -> None:
    [rule] = standing_rules(AlertsSettings(), engines=(), otherwise=("web//alerts/",))
    assert rule.to == ("web//alerts/",)
    assert standing_rules(AlertsSettings(), engines=()) == ()


def test_a_place_that_is_none_stops_the_start() -> None:
    with pytest.raises(ConfigurationError, match=r"APP_ALERTS__TO: 'C0456' is no place.*for example"):
        standing_rules(AlertsSettings(to=("C0456",)), engines=())
    with pytest.raises(ConfigurationError, match=r"APP_ALERTS__FALLBACK: 'C0456' is no place.*for example"):
        fallback_place(AlertsSettings(fallback="C0456"))


@pytest.mark.parametrize(
    ("why", "alerts", "environment", "state", "words"),
    [
        ("off", AlertsSettings(enabled=False), Environment.PRODUCTION, "off", "switched off"),
        ("nobody is told", AlertsSettings(), Environment.PRODUCTION, "warning", "all else to nowhere"),
        ("the chat page is", AlertsSettings(), Environment.DEVELOPMENT, "ok", "webhook off"),
        ("written wrong", AlertsSettings(to=("C0456",)), Environment.PRODUCTION, "failed", "is no place"),
        ("a channel is", AlertsSettings(to=(OPS,)), Environment.PRODUCTION, "ok", f"all else to {OPS}"),
    ],
)
async def test_what_check_says(
    why: str, alerts: AlertsSettings, environment: Environment, state: str, words: str
) -> None:
    settings = Settings().model_copy(update={"alerts": alerts, "environment": environment})
    [row] = await _alerts(settings)
    assert row.state == state, why
    assert words in row.detail, why
