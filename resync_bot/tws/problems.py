"""What an HTTP exchange that did not go as hoped means: it becomes an EngineError, here and nowhere else.

Facts (V2 API document 10.1.0.1 and observations of 10.2.8, checked 2026-11-23): refusals by business rules come as 500
with AWSJSY404E around the real id; Liberty answers HTML when the engine's application is not up; 401, 403, 404, 405
and 415 are as in HTTP.
"""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import httpx
import orjson

from resync_bot.errors import EngineError, EngineErrorKind
from resync_bot.runtime.redaction import mask_secrets
from resync_bot.tws.messages import meaning_of, message_ids

# The planner (AWSJPL) and batchman (AWSBHV) speak up while JnextPlan replaces the plan: all wait for the new one.
PLAN_IDS = ("AWSJPL", "AWSBHV")
BUSY_IDS = frozenset({"AWSJDB801E", "AWSJDB803E", "AWSJCO136E"})  # the engine itself is in trouble: later it may work
NOT_FOUND_IDS = frozenset({"AWSJDB101E"})
FORBIDDEN_IDS = frozenset({"AWSJDB817E"})
# Of the broker and of the agents behind it: the engine itself is well, only what lies on one agent cannot be had.
AGENT_IDS = ("AWSJMR", "AWSITA", "AWKRAA")
LONGEST_EXCERPT = 300  # characters of the engine's words that go into our log

HINTS = {
    EngineErrorKind.UNREACHABLE: "Check that the engine is up and that TWS_HOST and TWS_PORT lead to it.",
    EngineErrorKind.TIMED_OUT: "The engine is slow just now. Ask again in a minute, or ask for less at once.",
    EngineErrorKind.UNAVAILABLE: "The engine is there but not ready, as during a restart. Try again soon.",
    EngineErrorKind.CIRCUIT_OPEN: "The engine failed several times in a row; the next try comes by itself.",
    EngineErrorKind.UNAUTHORISED: "The engine does not accept the bot's credentials: check TWS_USER and TWS_PASSWORD, "
    "or whether the API key has expired.",
    EngineErrorKind.FORBIDDEN: "The bot's user lacks a right on the engine, such as DISPLAY or LIST.",
    EngineErrorKind.NOT_FOUND: "It is not in the current plan, or no longer: names get new ids with every plan.",
    EngineErrorKind.BAD_QUERY: "The engine did not understand the bot: a defect, or an engine before 10.1.",
    EngineErrorKind.REFUSED: "The engine's rules do not allow this at the moment.",
    EngineErrorKind.AGENT_DOWN: "The agent where it ran does not answer the engine: look at its workstation.",
    EngineErrorKind.GARBLED: "What answers there is not the engine's API: check the port (31116, not 9443) "
    "and whether a proxy stands in between.",
    EngineErrorKind.PLAN_SWITCH: "The engine is changing to a new plan. It answers again when that is through.",
    EngineErrorKind.NO_PLAN: "The engine is up, but without its plan: look at JnextPlan's log and the plan database.",
    EngineErrorKind.BUSY: "Too many questions at once. Ask again in a moment.",
    EngineErrorKind.UNSUPPORTED: "This release of the engine has no call for it.",
}

_BY_STATUS = {
    400: EngineErrorKind.BAD_QUERY,
    401: EngineErrorKind.UNAUTHORISED,
    403: EngineErrorKind.FORBIDDEN,
    404: EngineErrorKind.NOT_FOUND,
    408: EngineErrorKind.TIMED_OUT,
    409: EngineErrorKind.REFUSED,
    429: EngineErrorKind.UNAVAILABLE,
}


def problem(
    kind: EngineErrorKind,
    what: str,
    *,
    message_id: str | None = None,
    retry_after: float | None = None,
    status: int | None = None,
) -> EngineError:
    """An EngineError with the hint that belongs to its kind, or the meaning of the engine's own message."""
    hint = (meaning_of(message_id) if message_id else None) or HINTS[kind]
    return EngineError(what, kind=kind, hint=hint, message_id=message_id, retry_after=retry_after, status=status)


def problem_of(operation: str, response: httpx.Response) -> EngineError:
    """What a response with a status other than 200 means. Its body must have been read."""
    status = response.status_code
    text = _words(response)
    ids = message_ids(text)
    message_id = ids[0] if ids else None
    what = f"{operation}: {status} {_reason(status)}"
    if text:
        what += f": {mask_secrets(text[:LONGEST_EXCERPT])}"
    kind = _kind(status, ids, is_html=_is_html(response))
    return problem(kind, what, message_id=message_id, retry_after=retry_after_of(response), status=status)


def is_bare_refusal(error: EngineError) -> bool:
    """503 without a word of the engine's: it is down, or it has no plan just now."""
    return error.status == HTTPStatus.SERVICE_UNAVAILABLE and error.message_id is None


def plan_missing(error: EngineError) -> EngineError:
    """What a bare refusal means of an engine that is up all the same. It does not say so itself: `is_plan_missing`."""
    what = f"{error}; the engine itself is up"
    return problem(EngineErrorKind.PLAN_SWITCH, what, retry_after=error.retry_after, status=error.status)


def plan_lost(error: EngineError) -> EngineError:
    """What it means that there is no answer about the plan for longer than any switch takes."""
    what = f"{error}; there has been no answer about the plan for longer than a switch takes"
    return problem(
        EngineErrorKind.NO_PLAN,
        what,
        message_id=error.message_id,
        retry_after=error.retry_after,
        status=error.status,
    )


def is_plan_missing(error: EngineError) -> bool:
    """Whether a plan switch was not told by the engine but concluded from what it does."""
    return error.kind is EngineErrorKind.PLAN_SWITCH and error.message_id is None


def _kind(status: int, ids: tuple[str, ...], *, is_html: bool) -> EngineErrorKind:
    if not BUSY_IDS.isdisjoint(ids):
        return EngineErrorKind.UNAVAILABLE
    if status >= 500 and any(one.startswith(PLAN_IDS) for one in ids):
        return EngineErrorKind.PLAN_SWITCH
    if status >= 500:
        return _kind_of_server_error(status, ids)
    if is_html and status not in {401, 403}:
        return EngineErrorKind.GARBLED
    if 300 <= status < 400:
        return EngineErrorKind.GARBLED
    return _BY_STATUS.get(status, EngineErrorKind.BAD_QUERY)


def _kind_of_server_error(status: int, ids: tuple[str, ...]) -> EngineErrorKind:
    if status != HTTPStatus.INTERNAL_SERVER_ERROR:
        return EngineErrorKind.UNAVAILABLE
    if not NOT_FOUND_IDS.isdisjoint(ids):
        return EngineErrorKind.NOT_FOUND
    if not FORBIDDEN_IDS.isdisjoint(ids):
        return EngineErrorKind.FORBIDDEN
    if any(one.startswith(("AWSBIN", "AWSBIO")) for one in ids):
        return EngineErrorKind.REFUSED
    if any(one.startswith(AGENT_IDS) for one in ids):
        return EngineErrorKind.AGENT_DOWN
    return EngineErrorKind.UNAVAILABLE


def retry_after_of(response: httpx.Response) -> float | None:
    """The Retry-After header in seconds, from either of its forms; a date is compared with the answer's own Date."""
    value = response.headers.get("Retry-After", "").strip()
    if value.isdecimal():
        return float(value)
    try:
        until = parsedate_to_datetime(value)
        now = parsedate_to_datetime(response.headers.get("Date", ""))
        return max(0.0, (until - now).total_seconds())
    except (ValueError, TypeError):  # no date, or only one of the two has a zone
        return None


def _is_html(response: httpx.Response) -> bool:
    start = response.content[:200].lstrip().lower()
    return "html" in response.headers.get("Content-Type", "") or start.startswith((b"<!doctype", b"<html"))


def _words(response: httpx.Response) -> str:
    """The engine's own words: `messages` of its error object, else the bare text; nothing of an HTML page."""
    if _is_html(response):
        return "an HTML page"
    try:
        body = orjson.loads(response.content)
    except orjson.JSONDecodeError:
        return " ".join(response.text.split())
    messages = body.get("messages") if isinstance(body, dict) else None
    if not isinstance(messages, list):
        return " ".join(response.text.split())
    return " ".join(str(one.get("message", "")) if isinstance(one, dict) else str(one) for one in messages)


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "unknown status"


@contextmanager
def mapped_errors(operation: str) -> Iterator[None]:
    """Turns what httpx raises into EngineError, the most specific first."""
    try:
        yield
    except (httpx.ConnectTimeout, httpx.ConnectError) as error:
        raise _unreachable(operation, error) from error
    except (httpx.TimeoutException, TimeoutError) as error:
        raise problem(EngineErrorKind.TIMED_OUT, f"{operation}: no whole answer in time") from error
    except (httpx.ReadError, httpx.WriteError, httpx.CloseError, httpx.RemoteProtocolError) as error:
        raise problem(EngineErrorKind.GARBLED, f"{operation}: the connection was cut: {error}") from error
    except httpx.DecodingError as error:
        raise problem(EngineErrorKind.GARBLED, f"{operation}: the body cannot be decoded: {error}") from error
    except httpx.HTTPError as error:
        raise problem(EngineErrorKind.UNREACHABLE, f"{operation}: {error}") from error


def _unreachable(operation: str, error: BaseException) -> EngineError:
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLCertVerificationError):
        cause = cause.__cause__ or cause.__context__
    if cause is None:
        return problem(EngineErrorKind.UNREACHABLE, f"{operation}: no connection: {error}")
    return EngineError(
        f"{operation}: the engine's certificate is not trusted: {cause.verify_message}",
        kind=EngineErrorKind.UNREACHABLE,
        hint="Set TWS_CA_PATH to the certificate of the authority that signed the engine's.",
    )
