"""What a site installs so that its engine tells the bot at once: HWA event rules, and the script that they run.

The rules follow the vendor's EventRules.xsd as the User's Guide and help.hcl-software.com (pages awsrgeruledef,
awsrggenericaction, awsrgtwsobjectsmonitor) describe it, checked 2026-11-23:
* A rule of type `filter` has one event; RunCommand runs on the machine of the event processor, as TWS_user.
* The three names of a job are the filters that every event about jobs requires; `*` means any.
* composer refuses an XML declaration that names an encoding other than that of its locale: it names none here.

Only names, numbers and words of the engine are put on the command line, never a message: whether a shell reads the
line is the engine's affair, and what a job writes must not become a command.
"""

import re
from collections.abc import Sequence
from enum import StrEnum
from importlib.resources import files
from typing import Final
from xml.etree import ElementTree as ET

from resync_bot.alerts.sources.webhook import PATH
from resync_bot.errors import ConfigurationError

NAMESPACE: Final = "http://www.ibm.com/xmlns/prod/tws/1.0/event-management/rules"
_INSTANCE: Final = "http://www.w3.org/2001/XMLSchema-instance"
EXAMPLE_URL: Final = "https://resync.example.org"
RULES_FILE: Final = "resync-rules.xml"

_URL: Final = re.compile(r"https?://[A-Za-z0-9.:\[\]_-]+(?:/[A-Za-z0-9._~/-]*)?")
_ENGINE: Final = re.compile(r"[A-Za-z0-9_.-]{1,40}")
_SCRIPT_PATH: Final = re.compile(r"[A-Za-z0-9_.:/\\-]+")

_JOB_NAMES: Final = ("JobStreamWorkstation", "JobStreamName", "JobName")
_COMMON_KEYS: Final = ("Workstation", *_JOB_NAMES)
_STATUS_KEYS: Final = ("Status", "InternalStatus", "ReturnCode", "JobNumber", "JobStreamSchedTime", "TimeStamp")


class RuleEvent(StrEnum):
    """What the bot is told of. Each is a rule of its own."""

    ABEND = "abend"  # also a job that could not be started
    LATE = "late"
    LONG = "long"
    RISK = "risk"

    @property
    def event_type(self) -> str:
        """The name of TWSObjectsMonitor."""
        return {
            RuleEvent.ABEND: "JobStatusChanged",
            RuleEvent.LATE: "JobLate",
            RuleEvent.LONG: "JobExceededMaximumDuration",
            RuleEvent.RISK: "JobRiskLevelChanged",
        }[self]

    @property
    def description(self) -> str:
        """For the one who reads the rule in the console; at most 120 characters."""
        what = {
            RuleEvent.ABEND: "a job ends in error",
            RuleEvent.LATE: "a job is late",
            RuleEvent.LONG: "a job runs longer than its maximum duration",
            RuleEvent.RISK: "the risk of a critical job changes",
        }[self]
        return f"Tells Resync at once that {what}"


class Platform(StrEnum):
    """Where the event processor runs, which is the master unless it was switched."""

    UNIX = "unix"
    WINDOWS = "windows"

    @property
    def script(self) -> str:
        """The name of its notify script."""
        return "resync-notify.sh" if self is Platform.UNIX else "resync-notify.ps1"

    @property
    def usual_place(self) -> str:
        """Where the script is put unless somebody says otherwise."""
        return f"/opt/resync/{self.script}" if self is Platform.UNIX else f"C:\\resync\\{self.script}"


def read_events(words: str) -> tuple[RuleEvent, ...]:
    """The events of a list with commas. Raises ConfigurationError if one is not known, or there is none."""
    names = dict.fromkeys(word.strip().lower() for word in words.split(",") if word.strip())
    known = {event.value for event in RuleEvent}
    if not names or not names.keys() <= known:
        raise ConfigurationError(f"--events: must be some of {','.join(RuleEvent)}, for example --events abend,late")
    return tuple(RuleEvent(name) for name in names)


def render_rules(
    events: Sequence[RuleEvent], *, engine: str = "", platform: Platform = Platform.UNIX, script: str = ""
) -> str:
    """The XML for `composer add`, one rule for each event.

    `engine` is the engine's name in the bot's settings, needed where the bot knows several; `script` is where the
    notify script lies on the machine of the event processor. Raises ConfigurationError if one of them cannot be written
    into a command.
    """
    if engine and not _ENGINE.fullmatch(engine):
        raise ConfigurationError("--engine: must be the name of an engine in the settings, for example --engine PROD")
    script = script or platform.usual_place
    if not _SCRIPT_PATH.fullmatch(script):
        raise ConfigurationError(f"--script: must be a path without blanks, for example {platform.usual_place}")
    call = _call(platform, script)
    rules = ET.Element(
        "eventRuleSet",
        {
            "xmlns:xsi": _INSTANCE,
            "xmlns": NAMESPACE,
            "xsi:schemaLocation": f"{NAMESPACE} {NAMESPACE}/EventRules.xsd",
        },
    )
    for event in events:
        rules.append(_rule(event, engine, call))
    ET.indent(rules)
    return f'<?xml version="1.0"?>\n{ET.tostring(rules, encoding="unicode")}\n'


def render_script(platform: Platform, url: str = EXAMPLE_URL) -> str:
    """The notify script, which posts to the bot at `url`. Raises ConfigurationError if that is not an address."""
    if not _URL.fullmatch(url):
        raise ConfigurationError("--url: must be an address, for example --url https://resync.example.org")
    template = (files(__package__) / "site" / platform.script).read_text()
    return template.replace("@URL@", f"{url.rstrip('/')}{PATH}")


def render_steps(platform: Platform, script: str = "") -> str:
    """What is left to do by hand, for the one who reads this on a terminal."""
    place = script or platform.usual_place
    private = f"chmod 700 {place}" if platform is Platform.UNIX else "readable by the engine's user alone"
    return f"""\
On the machine of the event processor (the master, and its backup):
1. Put {platform.script} at {place}: {private}.
2. Put the secret beside it, alone in a file webhook.secret that only the engine's user may read. It is the bot's
   APP_ALERTS__WEBHOOK_SECRET; make one with: openssl rand -hex 32
3. As the engine's user: {_call(platform, place)} JobStatusChanged JobName=TEST
   It says nothing if the bot was told.
4. composer add {RULES_FILE}; the rules are active after the next deployment, at once with: planman deploy
"""


def _call(platform: Platform, script: str) -> str:
    return script if platform is Platform.UNIX else f"powershell.exe -NoProfile -NonInteractive -File {script}"


def _rule(event: RuleEvent, engine: str, call: str) -> ET.Element:
    rule = ET.Element("eventRule", name=f"RESYNC_{event.name}", ruleType="filter", isDraft="no")
    ET.SubElement(rule, "description").text = event.description
    condition = ET.SubElement(
        rule, "eventCondition", name="event1", eventProvider="TWSObjectsMonitor", eventType=event.event_type
    )
    predicate = ET.SubElement(condition, "filteringPredicate")
    filters = dict.fromkeys(_JOB_NAMES, "*")
    if event is RuleEvent.ABEND:
        filters["Status"] = "Error"
    for name, value in filters.items():
        attribute = ET.SubElement(predicate, "attributeFilter", name=name, operator="eq")
        ET.SubElement(attribute, "value").text = value
    action = ET.SubElement(
        rule, "action", actionProvider="GenericAction", actionType="RunCommand", responseType="onDetection"
    )
    parameter = ET.SubElement(action, "parameter", name="Command")
    ET.SubElement(parameter, "value").text = _command(event, engine, call)
    return rule


def _command(event: RuleEvent, engine: str, call: str) -> str:
    keys = (*_COMMON_KEYS, *_STATUS_KEYS) if event is RuleEvent.ABEND else _COMMON_KEYS
    words = [call, event.event_type, *([f"Engine={engine}"] if engine else [])]
    return " ".join((*words, *(f"{key}=${{event1.{key}}}" for key in keys)))
