"""What the app asks a workspace for, and why: the manifest, the installation and the check all read this."""

from typing import Final

SCOPES: Final[dict[str, str]] = {
    "app_mentions:read": "hears when somebody mentions the bot",
    "assistant:write": "suggested prompts in the agent view",
    "channels:history": "reads the threads that it is in, in public channels",
    "chat:write": "answers, and shows what it is doing",
    "commands": "the slash command /tws",
    "files:write": "puts an answer that is too long for messages into its thread as a file",
    "groups:history": "reads the threads that it is in, in private channels",
    "im:history": "reads direct messages to it",
    "mpim:history": "reads the threads that it is in, in group messages",
    "users:read": "tells members from guests and strangers, and knows their time zone",
}

EVENTS: Final[dict[str, str]] = {
    "agent_session_stopped": "the stop button beside an answer that is being written",
    "app_home_opened": "shows the Home tab and the prompts of the agent view",
    "app_mention": "a question in a channel",
    "app_uninstalled": "forgets the workspace",
    "message.channels": "what is said in threads that it is in",
    "message.groups": "the same in private channels",
    "message.im": "a question in a direct message",
    "message.mpim": "the same in group messages",
    "tokens_revoked": "forgets the token",
}
