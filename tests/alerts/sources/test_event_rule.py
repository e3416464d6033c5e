"""What a site installs: rules that composer can read, and a script that the webhook understands."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from prometheus_client import CollectorRegistry
from redis.asyncio import Redis
from typer.testing import CliRunner

from resync_bot.alerts.sources.event_rule import (
    NAMESPACE,
    RULES_FILE,
    Platform,
    RuleEvent,
    read_events,
    render_rules,
    render_script,
)
from resync_bot.alerts.sources.notices import Notice, NoticeSource
from resync_bot.alerts.sources.waiting_notices import WaitingNotices
from resync_bot.alerts.sources.webhook import PATH, Webhook
from resync_bot.cli import cli
from resync_bot.errors import ConfigurationError
from resync_bot.runtime.sections import HttpSettings
from resync_bot.tws.models import Status
from resync_bot.web.server import create_app, serving
from tests.alerts.sources.bodies import ENGINES, SERVICENOW_INCIDENT, posted

SECRET = 'a secret with "quotes", a \\ and 100 % of the $ signs'  # shorter than the block of the hash
LONG_SECRET = "0123456789abcdef" * 5  # longer
NAMESPACE_OF_STORE = "event-rule-test"
SHELLS = [shell for shell in ("sh", "bash", "ksh", "busybox") if shutil.which(shell)]
MISSING = [tool for tool in ("sh", "curl", "openssl", "od") if not shutil.which(tool)]

needs_tools = pytest.mark.skipif(bool(MISSING), reason=f"not installed here: {', '.join(MISSING)}")
needs_powershell = pytest.mark.skipif(not shutil.which("pwsh"), reason="PowerShell (pwsh) is not installed here")


def _names(tag: str) -> str:
    return f"{{{NAMESPACE}}}{tag}"


def _rules(text: str) -> list[ET.Element]:
    return ET.fromstring(text).findall(_names("eventRule"))  # noqa: S314  # it is our own


def _filters(rule: ET.Element) -> dict[str, str | None]:
    found = rule.iter(_names("attributeFilter"))
    return {one.attrib["name"]: one.findtext(_names("value")) for one in found}


def _command(rule: ET.Element) -> str:
    (parameter,) = rule.iter(_names("parameter"))
    assert parameter.attrib == {"name": "Command"}
    return parameter.findtext(_names("value")) or ""


def test_a_rule_is_of_the_vendors_schema() -> None:
    (rule,) = _rules(render_rules([RuleEvent.ABEND], engine="PROD"))
    assert rule.attrib == {"name": "RESYNC_ABEND", "ruleType": "filter", "isDraft": "no"}
    assert [child.tag for child in rule] == [_names(tag) for tag in ("description", "eventCondition", "action")]
    condition, action = rule[1], rule[2]
    assert condition.attrib == {
        "name": "event1",
        "eventProvider": "TWSObjectsMonitor",
        "eventType": "JobStatusChanged",
    }
    assert _filters(rule) == {"JobStreamWorkstation": "*", "JobStreamName": "*", "JobName": "*", "Status": "Error"}
    assert action.attrib == {
        "actionProvider": "GenericAction",
        "actionType": "RunCommand",
        "responseType": "onDetection",
    }


def test_the_declaration_names_no_encoding() -> None:
    assert render_rules([RuleEvent.ABEND]).startswith('<?xml version="1.0"?>\n<eventRuleSet ')


@pytest.mark.parametrize(
    ("event", "event_type", "filters"),
    [
        (RuleEvent.ABEND, "JobStatusChanged", 4),
        (RuleEvent.LATE, "JobLate", 3),
        (RuleEvent.LONG, "JobExceededMaximumDuration", 3),
        (RuleEvent.RISK, "JobRiskLevelChanged", 3),
    ],
)
def test_each_event_is_a_rule_of_its_own(event: RuleEvent, event_type: str, filters: int) -> None:
    (rule,) = _rules(render_rules([event]))
    assert rule[1].attrib["eventType"] == event_type
    assert len(_filters(rule)) == filters
    assert len(rule.attrib["name"]) <= 40
    assert len(rule.findtext(_names("description")) or "") <= 120
    assert _command(rule).startswith(f"/opt/resync/resync-notify.sh {event_type} Workstation=${{event1.Workstation}} ")


def test_no_text_that_a_job_wrote_comes_on_a_command_line() -> None:
    for rule in _rules(render_rules(tuple(RuleEvent))):
        assert "ErrorMessage" not in _command(rule)


def test_the_engine_is_named_where_there_are_several() -> None:
    (rule,) = _rules(render_rules([RuleEvent.ABEND], engine="TEST"))
    assert " Engine=TEST " in _command(rule)
    (rule,) = _rules(render_rules([RuleEvent.ABEND]))
    assert "Engine" not in _command(rule)


def test_on_windows_powershell_is_called() -> None:
    (rule,) = _rules(render_rules([RuleEvent.LATE], platform=Platform.WINDOWS, script="D:\\tws\\notify.ps1"))
    assert _command(rule).startswith("powershell.exe -NoProfile -NonInteractive -File D:\\tws\\notify.ps1 JobLate ")


def test_events_are_chosen_by_name() -> None:
    assert read_events(" Late,abend,late ") == (RuleEvent.LATE, RuleEvent.ABEND)


@pytest.mark.parametrize("words", ["", ",", "abend,doom"])
def test_an_unknown_event_is_told(words: str) -> None:
    with pytest.raises(ConfigurationError, match="--events: must be some of abend,late,long,risk"):
        read_events(words)


@pytest.mark.parametrize(
    ("engine", "script", "said"),
    [
        ("PROD;reboot", "", "--engine: must be"),
        ("", "/opt/my script.sh", "--script: must be a path without blanks"),
        ("", "/opt/$(reboot)", "--script: must be"),
    ],
)
def test_nothing_else_gets_into_a_command(engine: str, script: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        render_rules([RuleEvent.ABEND], engine=engine, script=script)


@pytest.mark.parametrize(
    "url", ["", "resync.example.org", "ftp://x", "https://x/$(reboot)", "https://x/'", "https://x\n"]
)
@pytest.mark.parametrize("platform", Platform)
def test_nothing_but_an_address_gets_into_a_script(platform: Platform, url: str) -> None:
    with pytest.raises(ConfigurationError, match="--url: must be an address"):
        render_script(platform, url)


@pytest.mark.parametrize("platform", Platform)
def test_a_script_knows_where_the_webhook_is(platform: Platform) -> None:
    assert "https://bot.example.org/in/webhooks/tws" in render_script(platform, "https://bot.example.org/in/")


def test_the_command_prints_both_and_what_is_left_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_ALERTS__WEBHOOK_SECRET", LONG_SECRET)
    ran = CliRunner().invoke(cli, ["event-rule", "--engine", "PROD", "--events", "abend,late"])
    assert ran.exit_code == 0
    for part in (
        "===== resync-rules.xml =====",
        "JobLate",
        "===== resync-notify.sh =====",
        "#!/bin/sh",
        "composer add",
    ):
        assert part in ran.stdout
    assert LONG_SECRET not in ran.stdout


def test_the_command_writes_the_files(tmp_path: Path) -> None:
    ran = CliRunner().invoke(cli, ["event-rule", "--windows", "--output", str(tmp_path / "site")])
    assert ran.exit_code == 0
    assert "powershell.exe -NoProfile -NonInteractive -File C:\\resync\\resync-notify.ps1 JobStatus" in ran.stdout
    assert {path.name for path in (tmp_path / "site").iterdir()} == {RULES_FILE, "resync-notify.ps1"}
    assert len(_rules((tmp_path / "site" / RULES_FILE).read_text())) == 1


# --- the script against the real webhook ---


class _Site:
    """A machine with the script, and a bot that it tells."""

    def __init__(self, directory: Path, url: str, waiting: WaitingNotices, metrics: CollectorRegistry) -> None:
        self._directory = directory
        self._waiting = waiting
        self._metrics = metrics
        self.url = url
        for platform in Platform:
            (directory / platform.script).write_text(render_script(platform, url))
        (directory / "webhook.secret").write_text(SECRET + "\n")

    async def run(
        self, *words: str, shell: str = "sh", stdin: bytes = b"", environment: Mapping[str, str] | None = None
    ) -> tuple[int, str]:
        """Runs the shell script; its exit status and what it said on stderr."""
        call = ("busybox", "sh") if shell == "busybox" else (shell,)
        return await self._run((*call, str(self._directory / "resync-notify.sh"), *words), stdin, environment or {})

    async def run_powershell(self, *words: str) -> tuple[int, str]:
        """As `run`, of the other script."""
        script = str(self._directory / "resync-notify.ps1")
        return await self._run(("pwsh", "-NoProfile", "-NonInteractive", "-File", script, *words), b"", {})

    async def _run(self, call: tuple[str, ...], stdin: bytes, environment: Mapping[str, str]) -> tuple[int, str]:
        process = await asyncio.create_subprocess_exec(
            *call,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={"PATH": os.environ["PATH"], "no_proxy": "127.0.0.1", **environment},
        )
        said, complained = await process.communicate(stdin)
        assert said == b""
        return process.returncode or 0, complained.decode()

    async def notices(self) -> list[Notice]:
        """What the poller would find."""
        return [waiting.notice for waiting in await self._waiting.take(10, wait=0)]

    def counted(self, outcome: str) -> float | None:
        """How many requests ended so."""
        return self._metrics.get_sample_value("resync_webhook_requests_total", {"outcome": outcome})


@pytest.fixture
async def site(redis: Redis, tmp_path: Path) -> AsyncIterator[_Site]:
    metrics = CollectorRegistry()
    webhook = Webhook(
        redis,
        namespace=NAMESPACE_OF_STORE,
        secrets=(SECRET, LONG_SECRET),
        engines=ENGINES,
        now=lambda: datetime.now(UTC),
        metrics=metrics,
    )
    async with serving(create_app(webhook.routes()), HttpSettings(port=0)) as url:
        yield _Site(tmp_path, url, WaitingNotices(redis, namespace=NAMESPACE_OF_STORE), metrics)


@needs_tools
@pytest.mark.parametrize("shell", SHELLS)
async def test_the_script_says_what_the_rule_gives_it(site: _Site, shell: str) -> None:
    (rule,) = _rules(render_rules([RuleEvent.ABEND], engine="TEST"))
    values = {
        "Workstation": "FTA_PAY2",
        "JobStreamWorkstation": "FTA_PAY1",
        "JobStreamName": "/PAYROLL/PAYROLL_DAILY",
        "JobName": "PAYROLL_POST",
        "Status": "Error",
        "InternalStatus": "ABEND",
        "ReturnCode": "8",
        "JobNumber": "277948077",
        "TimeStamp": "",
    }
    command = _command(rule)
    for name, value in values.items():
        command = command.replace(f"${{event1.{name}}}", value)
    assert await site.run(*command.split(" ")[1:], shell=shell) == (0, "")
    (notice,) = await site.notices()
    assert (notice.source, notice.engine, notice.event) == (NoticeSource.JOB_STATUS_CHANGED, "TEST", "JobStatusChanged")
    assert (notice.stream_workstation, notice.folder, notice.stream) == ("FTA_PAY1", "/PAYROLL", "PAYROLL_DAILY")
    assert (notice.workstation, notice.job, notice.job_number) == ("FTA_PAY2", "PAYROLL_POST", 277948077)
    assert (notice.status, notice.internal_status, notice.return_code) == (Status.ERROR, "ABEND", 8)
    assert (notice.scheduled, notice.occurred) == (None, None)  # one was not filled in, one is empty


@needs_tools
@pytest.mark.parametrize("shell", SHELLS)
async def test_values_with_blanks_quotes_and_other_letters_arrive_as_they_are(site: _Site, shell: str) -> None:
    text = 'it said "não há \\ espaço" = $HOME 100 %d `id` \u20ac'
    words = f"JobName=LOAD ErrorMessage={text}".split(" ")  # as a runner without a shell takes the line apart
    assert await site.run("JobStatusChanged", *words, shell=shell) == (0, "")
    assert [notice.text for notice in await site.notices()] == [text]


@needs_tools
@pytest.mark.parametrize("shell", SHELLS)
async def test_a_secret_longer_than_the_block_of_the_hash_comes_from_the_environment(site: _Site, shell: str) -> None:
    environment = {"RESYNC_SECRET": LONG_SECRET}
    assert await site.run("JobLate", "JobName=LOAD", shell=shell, environment=environment) == (0, "")
    assert [notice.event for notice in await site.notices()] == ["JobLate"]


@needs_tools
async def test_any_body_can_be_signed_and_sent(site: _Site) -> None:
    assert await site.run("-", stdin=posted(SERVICENOW_INCIDENT)) == (0, "")
    assert [notice.source for notice in await site.notices()] == [NoticeSource.SERVICENOW]


@needs_tools
async def test_what_the_bot_refuses_is_said_with_its_reason(site: _Site) -> None:
    status, said = await site.run("JobLate", "JobName=A B")
    assert status == 1
    assert "JobName: is not a name that an object of the plan can have" in said
    status, said = await site.run("JobLate", "JobName=A", environment={"RESYNC_SECRET": "x" * 32})
    assert status == 1
    assert "The signature is wrong." in said
    assert "x" * 32 not in said
    assert await site.notices() == []


@needs_tools
async def test_a_bot_that_is_not_there_is_said(site: _Site) -> None:
    status, said = await site.run("JobLate", "JobName=A", environment={"RESYNC_URL": "http://127.0.0.1:9" + PATH})
    assert status == 1
    assert "resync-notify: cannot reach http://127.0.0.1:9" in said


@needs_tools
@pytest.mark.parametrize(
    ("words", "environment", "said"),
    [
        ((), {}, "call it with the type of the event"),
        (("JobLate", "JobName=A"), {"RESYNC_SECRET_FILE": "/nowhere"}, "cannot read /nowhere"),
        (("JobLate", "JobName=A"), {"RESYNC_SECRET_FILE": os.devnull}, "the secret is empty"),
    ],
)
async def test_a_wrong_setup_is_said(
    site: _Site, words: tuple[str, ...], environment: Mapping[str, str], said: str
) -> None:
    status, complaint = await site.run(*words, environment=environment)
    assert status == 2
    assert complaint.startswith(f"resync-notify: {said}")


@needs_powershell
async def test_the_powershell_script_says_the_same(site: _Site) -> None:
    words = ("JobStatusChanged", "Engine=TEST", "JobName=LOAD", "ErrorMessage=it", "said", "no", "TimeStamp=")
    assert await site.run_powershell(*words) == (0, "")
    (notice,) = await site.notices()
    assert (notice.engine, notice.job, notice.text, notice.occurred) == ("TEST", "LOAD", "it said no", None)
