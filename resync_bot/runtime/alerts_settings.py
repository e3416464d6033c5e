"""How alerts come about."""

from pydantic import SecretStr, field_validator

from resync_bot.runtime.sections import Section

SHORTEST_WEBHOOK_SECRET = 32  # characters: 128 bits even if written in hexadecimal


class AlertsSettings(Section):
    """Alerts. `/webhooks/tws` takes nothing without a secret.

    With `webhook_secret_previous` a secret is changed without a gap: both are accepted until it is taken away again.
    """

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
