"""Tools that tell of alerts: what is open, silent, told and not told. They read; orders are typed by people."""

from typing import Any, Protocol

from resync_bot.agent.arguments import Alerts, AlertsAbout
from resync_bot.agent.results import AlertsResult
from resync_bot.agent.tools.registry import Inquiry, Tool
from resync_bot.conversation.language import Language


class AlertRecords(Protocol):
    """What alerting knows, for the place of the turn that is being answered: as Markdown. Reads only."""

    async def open_alerts(self, language: Language) -> str:
        """The alerts that are open."""
        ...

    async def rules(self, language: Language) -> str:
        """Which alerts come to the place."""
        ...

    async def silences(self, language: Language) -> str:
        """What nothing is told about now."""
        ...

    async def why_not_told(self, name: str, language: Language) -> str:
        """What became of the troubles of an object."""
        ...


def alert_tools(records: AlertRecords) -> tuple[Tool[Any], ...]:
    """The tools over `records`."""

    async def open_alerts(inquiry: Inquiry, _arguments: Alerts) -> AlertsResult:
        """The alerts that were told here and are open, and who looks after each.

        Use it for "which alerts are open", "what was I alerted about", "who takes care of it".
        """
        return AlertsResult(text=await records.open_alerts(inquiry.language))

    async def alert_rules(inquiry: Inquiry, _arguments: Alerts) -> AlertsResult:
        """The rules that decide which alerts come here. Use it for "what am I alerted about", "my alerts"."""
        return AlertsResult(text=await records.rules(inquiry.language))

    async def silences(inquiry: Inquiry, _arguments: Alerts) -> AlertsResult:
        """What is silenced now, by whom, until when and why. Use it for "what is muted", "is X silenced"."""
        return AlertsResult(text=await records.silences(inquiry.language))

    async def why_not_told(inquiry: Inquiry, arguments: AlertsAbout) -> AlertsResult:
        """Why there was no alert about an object here: the recorded decisions, and what would happen now.

        Use it for "why was I not told about X", "why did nobody get an alert for X".
        """
        return AlertsResult(text=await records.why_not_told(arguments.name, inquiry.language))

    return (Tool.of(open_alerts), Tool.of(alert_rules), Tool.of(silences), Tool.of(why_not_told))
