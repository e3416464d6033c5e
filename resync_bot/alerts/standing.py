"""The rules that are not made in chats, and the places that the settings name."""

from collections.abc import Sequence

from resync_bot.alerts.model import Rule
from resync_bot.alerts.routing import default_rule
from resync_bot.alerts.rules import load_rules, place_of
from resync_bot.errors import ConfigurationError
from resync_bot.runtime.alerts_settings import AlertsSettings


def standing_rules(
    settings: AlertsSettings, *, engines: Sequence[str], otherwise: tuple[str, ...] = ()
) -> tuple[Rule, ...]:
    """Those of the file, then the default: what no rule means goes to `to`, or to the places `otherwise`.

    Raises ConfigurationError for a place or a rule that is written wrong, with one line per mistake.
    """
    to = tuple(_place(one, "APP_ALERTS__TO") for one in settings.to) or otherwise
    default = default_rule(to, language=settings.language)
    own = load_rules(settings.rules_file, engines=engines) if settings.rules_file else ()
    return (*own, *((default,) if default else ()))


def fallback_place(settings: AlertsSettings) -> str | None:
    """Where it is told what could not be delivered, encoded. Raises ConfigurationError."""
    return _place(settings.fallback, "APP_ALERTS__FALLBACK") if settings.fallback else None


def _place(text: str, setting: str) -> str:
    try:
        return place_of(text).encode()
    except ValueError as error:
        raise ConfigurationError(f"{setting}: {error}") from None
