"""Slack: channels, threads, direct messages, the agent view and App Home, over HTTP or Socket Mode."""

from resync_bot.conversation.ports import Adapter, Host
from resync_bot.errors import ConfigurationError

__all__ = ["factory"]


def factory(host: Host) -> Adapter | None:
    """The entry point: None if Slack is not configured. Raises ConfigurationError if what is set does not suffice."""
    settings = host.settings.slack
    if settings.bot_token is None and not settings.has_oauth:
        return None
    if settings.effective_transport == "http" and settings.signing_secret is None:
        raise ConfigurationError(
            "SLACK_SIGNING_SECRET: is not set, and neither is SLACK_APP_TOKEN",
            hint="Take one of them from the app's page at api.slack.com/apps: Basic Information.",
        )
    if settings.effective_transport == "socket" and settings.app_token is None:
        raise ConfigurationError("SLACK_APP_TOKEN: is not set, for example xapp-1-A012-3456-abcdef")
    if settings.bot_token is None and not host.settings.secret_key.get_secret_value():
        raise ConfigurationError("SECRET_KEY: must be set with SLACK_CLIENT_ID: it encrypts the workspaces' tokens")
    # Bolt takes most of a second to import: who does not use Slack does not pay for it.
    from adapters.slack.adapter import SlackAdapter  # noqa: PLC0415

    return SlackAdapter(host)
