"""A local stand-in for Slack: its Web API, its Events API with real signatures, and Socket Mode over a real WebSocket.

It knows only what Slack's own documentation says (docs.slack.dev, checked 2026-11-23) and shares no line with the
adapter, so that a limit that both got wrong the same way is the only one that can slip through.
"""

from tests.adapters.slack.standin.deliveries import Deliveries, signed_headers
from tests.adapters.slack.standin.faults import Fault
from tests.adapters.slack.standin.server import StandIn, serving_standin
from tests.adapters.slack.standin.state import Message, Workspace

__all__ = ["Deliveries", "Fault", "Message", "StandIn", "Workspace", "serving_standin", "signed_headers"]
