"""The tool that tells what a message id of the engine means: from our own list, the engine is not asked."""

from resync_bot.agent.arguments import Message
from resync_bot.agent.results import MessageResult
from resync_bot.agent.tools.registry import Inquiry
from resync_bot.tws.messages import meaning_of


async def explain_message(_inquiry: Inquiry, arguments: Message) -> MessageResult:
    """Explains a message id of the engine, such as AWSBHT001E, in one sentence; `meaning` is missing if unknown."""
    message_id = arguments.message_id.upper()
    return MessageResult(message_id=message_id, meaning=meaning_of(message_id))
