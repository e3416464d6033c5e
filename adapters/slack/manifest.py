"""The app's manifest, as Slack takes it at api.slack.com/apps > Create New App > From a manifest.

Fields by docs.slack.dev/reference/app-manifest, checked 2026-11-23. `agent_view` is today's agent experience (S23).
"""

from collections.abc import Mapping, Sequence
from typing import Final

from adapters.slack.addresses import EVENTS_PATH, REDIRECT_PATH
from adapters.slack.scopes import EVENTS, SCOPES
from resync_bot.errors import ConfigurationError

EXAMPLE_URL: Final = "https://resync.example.org"

_PROMPTS: Final = (
    ("What failed?", "What failed tonight?"),
    ("What is late?", "What is late?"),
    ("What is running?", "What is running now?"),
    ("What can you do?", "help"),
)


def render(url: str = EXAMPLE_URL, *, transport: str = "http") -> str:
    """YAML for the app that Slack reaches at `url`; with Socket Mode the address is of no use.

    Raises ConfigurationError if `url` is not one that Slack can call, or there is no such transport.
    """
    if transport not in ("http", "socket"):
        raise ConfigurationError("--transport: must be http or socket")
    url = url.rstrip("/")
    is_http = transport == "http"
    if is_http and not url.startswith("https://"):
        raise ConfigurationError("--url: must begin with https://, for example --url https://resync.example.org")
    lines = [
        "display_information:",
        "  name: Resync",
        "  description: Ask the production plan of HCL Workload Automation a question",
        '  background_color: "#1f2937"',
        "features:",
        "  app_home:",
        "    home_tab_enabled: true",
        "    messages_tab_enabled: true",
        "    messages_tab_read_only_enabled: false",
        "  agent_view:",
        "    agent_description: Answers questions about jobs, job streams and workstations, with facts from the engine",
        "    suggested_prompts:",
        *(line for title, message in _PROMPTS for line in (f"      - title: {title}", f"        message: {message}")),
        "  bot_user:",
        "    display_name: resync",
        "    always_online: true",
        "  slash_commands:",
        "    - command: /tws",
        "      description: Ask the production plan",
        '      usage_hint: "what failed tonight?"',
        "      should_escape: true",
        *((f"      url: {url}{EVENTS_PATH}",) if is_http else ()),
        "oauth_config:",
        *(("  redirect_urls:", f"    - {url}{REDIRECT_PATH}") if is_http else ()),
        "  scopes:",
        "    bot:",
        *_explained(SCOPES, "      "),
        "settings:",
        "  event_subscriptions:",
        *((f"    request_url: {url}{EVENTS_PATH}",) if is_http else ()),
        "    bot_events:",
        *_explained(EVENTS, "      "),
        "  interactivity:",
        "    is_enabled: true",
        *((f"    request_url: {url}{EVENTS_PATH}",) if is_http else ()),
        "  org_deploy_enabled: true  # an organisation may install it once for all its workspaces",
        f"  socket_mode_enabled: {str(not is_http).lower()}",
        "  token_rotation_enabled: false",
    ]
    return "\n".join(lines) + "\n"


def _explained(names: Mapping[str, str], indent: str) -> Sequence[str]:
    widest = max(map(len, names))
    return [f"{indent}- {name:<{widest}}  # {why}" for name, why in names.items()]
