"""Settings of alerts."""

from pydantic import SecretStr

from resync_bot.runtime.alerts_settings import AlertsSettings

NEW, OLD = "n" * 32, "o" * 32


def test_without_a_secret_the_webhook_is_off() -> None:
    assert AlertsSettings().webhook_secrets == ()
    assert AlertsSettings(webhook_secret=SecretStr("")).webhook_secrets == ()


def test_two_secrets_are_accepted_while_one_replaces_the_other() -> None:
    settings = AlertsSettings(webhook_secret=SecretStr(NEW), webhook_secret_previous=SecretStr(OLD))
    assert settings.webhook_secrets == (NEW, OLD)
    assert NEW not in repr(settings)
