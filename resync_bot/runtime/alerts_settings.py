"""How alerts come about."""

from datetime import time
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, field_validator

from resync_bot.runtime.sections import Seconds, Section

SHORTEST_WEBHOOK_SECRET = 32  # characters: 128 bits even if written in hexadecimal


class AlertsSettings(Section):
    """Alerts. `/webhooks/tws` takes nothing without a secret.

    With `webhook_secret_previous` a secret is changed without a gap: both are accepted until it is taken away again.
    `to` names places that get every alert that no rule sends elsewhere, `fallback` one that is told of what could not
    be delivered, each as `platform/workspace or tenant/channel`. `group_wait` is for what belongs to a failure and
    comes a moment later, `group_interval` lies between two notes in its thread, and after `repeat_interval` people are
    called again for what nobody looks after. An engine that does not answer for `engine_away_after` is told of to all
    who wait for its alerts. More than `storm` first messages within two minutes make a place's board. At `digest_at`,
    by the engine's clock, shifts change and each place gets its digest. `rules_file` is the site's own file of rules,
    `alerts.toml`.
    """

    enabled: bool = True
    poll_every: Seconds = 15.0
    first_look: Annotated[float, Field(gt=0, description="seconds: what went wrong before is no news")] = 4 * 3600.0
    group_wait: Annotated[float, Field(ge=0)] = 5.0
    group_interval: Seconds = 300.0
    repeat_interval: Seconds = 4 * 3600.0
    engine_away_after: Seconds = 120.0
    storm: int = Field(15, ge=1)
    digest_at: tuple[time, ...] = (time(6), time(18))
    to: tuple[str, ...] = ()
    fallback: str | None = None
    rules_file: Path | None = None
    language: str = Field("en", pattern="^(en|pt)$")
    webhook_secret: SecretStr | None = None
    webhook_secret_previous: SecretStr | None = None

    @field_validator("webhook_secret", "webhook_secret_previous", mode="after")
    @classmethod
    def _is_strong(cls, secret: SecretStr | None) -> SecretStr | None:
        """An empty one is none."""
        if secret is None or not secret.get_secret_value():
            return None
        if len(secret.get_secret_value()) < SHORTEST_WEBHOOK_SECRET:
            raise ValueError(
                f"is shorter than {SHORTEST_WEBHOOK_SECRET} characters; make one with: openssl rand -hex 32"
            )
        return secret

    @property
    def webhook_secrets(self) -> tuple[str, ...]:
        """The secrets that are accepted, the one to be used first. Empty if the webhook is off."""
        secrets = (self.webhook_secret, self.webhook_secret_previous)
        return tuple(secret.get_secret_value() for secret in secrets if secret is not None)
