"""What senders post, and the engines that it is about."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)


@dataclass
class Names:
    """Two engines; the first is the default."""

    default: str = "PROD"

    def named(self, name: str) -> str | None:
        return {"prod": "PROD", "test": "TEST"}.get(name.casefold())


ENGINES = Names()

# All keys of the event, in the spelling of the engine's event processor.
JOB_EVENT = {
    "TimeStamp": "2026-11-23T02:29:58Z",
    "EventProvider": "TWSObjectsMonitor",
    "PlanNumber": "412",
    "HostName": "master",
    "IPAddress": "127.0.0.1",
    "Workstation": "FTA_PAY2",
    "JobStreamWorkstation": "FTA_PAY1",
    "JobStreamId": "0AAAAAAAAAAAABQM",
    "JobStreamName": "/PAYROLL/PAYROLL_DAILY",
    "JobStreamSchedTime": "1795399200",
    "JobName": "PAYROLL_POST",
    "Priority": "10",
    "Monitored": "false",
    "ActualStart": "2026-11-23T02:20:00Z",
    "EstimatedDuration": "600",
    "ActualDuration": "598",
    "ReturnCode": "8",
    "Status": "Error",
    "InternalStatus": "abend",
    "Login": "payroll",
    "EveryFrequency": "-1",
    "JobNumber": "277948077",
    "ErrorMessage": "ORA-01653: unable to extend table",
}

SERVICENOW_INCIDENT = {
    "short_description": "Job FTA_PAY1#/PAYROLL/PAYROLL_DAILY(0600 11/23/26).PAYROLL_POST ended in error",
    "description": "Return code 8. See the runbook.",
    "priority": "2",
    "assignment_group": "Payroll",
    "cmdb_ci": "pay1.example.org",
}

ZCHATOPS_INCIDENT = {
    "id": "WSIC-000042",
    "summary": "ERROROPER: an operation ended in error",
    "description": "Application PAYROLL, operation 020, workstation CPU1, error code S0C7",
    "priority": "high",
    "severity": "critical",
    "category": "incident",
    "dateTime": {"occurred": "2026-11-23T02:29:58Z", "reported": "2026-11-23T02:30:00Z"},
    "location": {"sysplexName": "PLEX1", "systemName": "SYS1", "subsystemName": "WSIC", "jobName": "PAY020"},
    "status": "new",
    "reportedBy": {"product": "HCL Workload Automation for Z", "userName": "WSIC"},
}


def posted(body: object) -> bytes:
    """As it comes over the wire."""
    return json.dumps(body).encode()
