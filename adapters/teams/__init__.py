"""Microsoft Teams: direct messages, group chats and channels.

The Bot Framework SDK for Python is no longer developed. Only `sdk` imports it, behind the seam in `transport`: three
calls (receive, post, update) over plain Activity JSON. Its successor speaks the same Activity protocol and replaces
that module alone.
"""

from resync_bot.conversation.ports import Adapter, Host
from resync_bot.runtime.settings import Environment

__all__ = ["factory"]


def factory(host: Host) -> Adapter | None:
    """The entry point. Without an app id there is Teams in development only, for Microsoft's local test client."""
    if not host.settings.teams.app_id and host.settings.environment is not Environment.DEVELOPMENT:
        return None
    from adapters.teams.adapter import TeamsAdapter  # noqa: PLC0415  # not read where there is no Teams

    return TeamsAdapter(host)
