"""The app package that is uploaded to Teams: a zip of the manifest and two icons.

Schema 1.30, checked 2026-11-23. Since 1.25 an app for teams must say which channels it supports; scopes and the limits
of names and commands are the schema's.
"""

import io
import zipfile
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

import orjson

from adapters.teams.icons import ACCENT, color_icon, outline_icon
from resync_bot.errors import ConfigurationError

EXAMPLE_URL: Final = "https://resync.example.org"
EXAMPLE_APP_ID: Final = "00000000-0000-0000-0000-000000000000"
PACKAGE: Final = Path("resync-teams.zip")
SCHEMA_VERSION: Final = "1.30"
APP_VERSION: Final = "1.0.0"

_COMMANDS: Final = (
    ("what failed?", "The jobs that failed in this production day"),
    ("how is the plan?", "Jobs by status, what is late, what is stuck"),
    ("what is running?", "The jobs that run now, longest first"),
    ("what is late?", "Jobs past their deadline or their latest start"),
    ("why did JOB fail?", "Return code, message and log of a failed job"),
    ("show the log of JOB", "The end of a job's log, with what matters marked"),
    ("help", "What else can be asked"),
    ("forget", "Start the conversation afresh"),
)


def render(url: str = EXAMPLE_URL, *, app_id: str, output: Path = PACKAGE) -> str:
    """Writes the package for the bot `app_id` that Teams reaches at `url`; returns what to do with it.

    Raises ConfigurationError if `app_id` is none, `url` is not one that Teams can call, or the file cannot be written.
    """
    package = app_package(url, app_id=app_id)
    try:
        output.write_bytes(package)
    except OSError as error:
        raise ConfigurationError(f"{output}: cannot be written: {error.strerror or error}") from error
    return (
        f"{output} is written. Upload it in Teams: Apps > Manage your apps > Upload an app.\n"
        f"The messaging endpoint of the Azure Bot is {url.rstrip('/')}/api/messages\n"
    )


def app_package(url: str, *, app_id: str) -> bytes:
    """The zip. The same arguments give the same bytes. Raises ConfigurationError."""
    content = {
        "manifest.json": orjson.dumps(manifest(url, app_id=app_id), option=orjson.OPT_INDENT_2),
        "color.png": color_icon(),
        "outline.png": outline_icon(),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(zipfile.ZipInfo(name, date_time=(2026, 1, 1, 0, 0, 0)), data)
    return packed.getvalue()


def manifest(url: str, *, app_id: str) -> dict[str, Any]:
    """The manifest. Raises ConfigurationError."""
    try:
        bot = str(UUID(app_id))
    except ValueError:
        raise ConfigurationError(f"--app-id: must be the app (client) id, for example {EXAMPLE_APP_ID}") from None
    address = urlsplit(url)
    if address.scheme != "https" or not address.hostname:
        raise ConfigurationError("--url: must begin with https://, for example --url https://resync.example.org")
    home = f"https://{address.netloc}"
    return {
        "$schema": f"https://developer.microsoft.com/json-schemas/teams/v{SCHEMA_VERSION}/MicrosoftTeams.schema.json",
        "manifestVersion": SCHEMA_VERSION,
        "version": APP_VERSION,
        "id": bot,
        "developer": {
            "name": "Resync",
            "websiteUrl": home,
            "privacyUrl": home,
            "termsOfUseUrl": home,
        },
        "name": {"short": "Resync", "full": "Resync for HCL Workload Automation"},
        "description": {
            "short": "Ask the production plan of HCL Workload Automation a question",
            "full": (
                "Resync answers operators' questions about jobs, job streams and workstations of HCL Workload"
                " Automation, in English, in Portuguese or in conman. Every figure comes from the engine."
                " Write to it in a chat, or mention it in a group chat or a channel."
            ),
        },
        "icons": {"color": "color.png", "outline": "outline.png"},
        "accentColor": "#{:02X}{:02X}{:02X}".format(*ACCENT),
        "supportsChannelFeatures": "tier1",
        "defaultInstallScope": "personal",
        "defaultGroupCapability": {"team": "bot", "groupchat": "bot"},
        "bots": [
            {
                "botId": bot,
                "scopes": ["personal", "team", "groupChat"],
                "isNotificationOnly": False,
                "supportsCalling": False,
                "supportsVideo": False,
                "supportsFiles": False,
                "commandLists": [
                    {
                        "scopes": ["personal", "team", "groupChat"],
                        "commands": [{"title": title, "description": told} for title, told in _COMMANDS],
                    }
                ],
            }
        ],
        "permissions": ["identity", "messageTeamMembers"],
        "validDomains": [address.hostname],
    }
