"""Which of the forms a body is, and what it says."""

from datetime import datetime
from typing import Final

import orjson

from resync_bot.alerts.sources.incidents import read_servicenow_incident, read_zchatops_incident
from resync_bot.alerts.sources.job_status_changed import read_job_event
from resync_bot.alerts.sources.notices import EngineNames, MalformedNoticeError, Notice

LARGEST_BODY: Final = 64 * 1024  # bytes: some ten times the longest event with its message


def read_notice(body: bytes, engines: EngineNames, received: datetime) -> Notice:
    """The notice that a body holds; `received` is aware. Raises MalformedNoticeError with one plain reason."""
    if len(body) > LARGEST_BODY:
        raise MalformedNoticeError(f"The body is longer than {LARGEST_BODY} bytes.")
    try:
        read = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise MalformedNoticeError("The body is not JSON in UTF-8.") from None
    match read:
        case {"JobName": _} | {"EventProvider": _} | {"EventType": _}:
            return read_job_event(read, engines, received)
        case {"short_description": _}:
            return read_servicenow_incident(read, engines, received)
        case {"summary": _}:
            return read_zchatops_incident(read, engines, received)
        case _:
            raise MalformedNoticeError(
                "The body is none of the forms: it has neither JobName, nor short_description, nor summary."
            )
