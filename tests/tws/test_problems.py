"""What every status and body means."""

import httpx
import orjson
import pytest

from resync_bot.errors import EngineErrorKind
from resync_bot.simulator.faults import HTML_PAGE, wrapped_refusal
from resync_bot.tws.problems import HINTS, problem_of

JSON = {"Content-Type": "application/json"}
HTML = {"Content-Type": "text/html"}


def messages(*texts: str) -> str:
    return orjson.dumps({"exceptionName": "x.Exception", "messages": texts}).decode()


@pytest.mark.parametrize(
    ("status", "body", "kind", "message_id"),
    [
        (400, messages("OQL_FILTER_SYNTAX_ERROR: x"), EngineErrorKind.BAD_QUERY, None),
        (401, "", EngineErrorKind.UNAUTHORISED, None),
        (401, HTML_PAGE, EngineErrorKind.UNAUTHORISED, None),
        (403, messages("AWSJDB817E no right"), EngineErrorKind.FORBIDDEN, "AWSJDB817E"),
        (404, messages("AWSJDB101E gone"), EngineErrorKind.NOT_FOUND, "AWSJDB101E"),
        (404, HTML_PAGE, EngineErrorKind.GARBLED, None),  # Liberty without the engine's application
        (405, "", EngineErrorKind.BAD_QUERY, None),
        (409, messages("AWSJSY999E exists"), EngineErrorKind.REFUSED, "AWSJSY999E"),
        (415, "", EngineErrorKind.BAD_QUERY, None),
        (302, "", EngineErrorKind.GARBLED, None),
        (408, "", EngineErrorKind.TIMED_OUT, None),
        (429, "", EngineErrorKind.UNAVAILABLE, None),
        (500, wrapped_refusal("AWSBIN076E", "wrong state"), EngineErrorKind.REFUSED, "AWSBIN076E"),
        (500, messages("AWSJSY404E the connector failed"), EngineErrorKind.UNAVAILABLE, "AWSJSY404E"),
        (500, wrapped_refusal("AWSJDB803E", "deadlock"), EngineErrorKind.UNAVAILABLE, "AWSJDB803E"),
        (500, wrapped_refusal("AWSJDB101E", "no such object"), EngineErrorKind.NOT_FOUND, "AWSJDB101E"),
        (500, wrapped_refusal("AWSJDB817E", "no right"), EngineErrorKind.FORBIDDEN, "AWSJDB817E"),
        (400, messages("AWSJCO136E too many users"), EngineErrorKind.UNAVAILABLE, "AWSJCO136E"),
        (500, HTML_PAGE, EngineErrorKind.UNAVAILABLE, None),
        (500, "{broken", EngineErrorKind.UNAVAILABLE, None),
        (500, messages("AWSJMR003E the broker cannot reach the agent"), EngineErrorKind.AGENT_DOWN, "AWSJMR003E"),
        (502, HTML_PAGE, EngineErrorKind.UNAVAILABLE, None),
        (503, "", EngineErrorKind.UNAVAILABLE, None),
        (599, "", EngineErrorKind.UNAVAILABLE, None),
        (418, '["no object"]', EngineErrorKind.BAD_QUERY, None),
        (400, '{"messages": [{"message": "AWSJDB999E as an object"}]}', EngineErrorKind.BAD_QUERY, "AWSJDB999E"),
    ],
)
def test_what_an_answer_means(status: int, body: str, kind: EngineErrorKind, message_id: str | None) -> None:
    error = problem_of("list jobs", httpx.Response(status, text=body, headers=HTML if body == HTML_PAGE else JSON))
    assert (error.kind, error.message_id) == (kind, message_id)
    assert error.hint.endswith(".")


def test_every_kind_has_a_hint() -> None:
    assert set(HINTS) == set(EngineErrorKind)


def test_the_text_is_for_operators_short_and_without_secrets() -> None:
    body = messages("AWSJSY404E password=hunter2 " + "x" * 5000)
    text = str(problem_of("list jobs", httpx.Response(500, text=body, headers=JSON)))
    assert text.startswith("list jobs: 500 Internal Server Error: AWSJSY404E password=***")
    assert len(text) < 500


def test_nothing_of_an_html_page_is_repeated() -> None:
    text = str(problem_of("list jobs", httpx.Response(503, text=HTML_PAGE, headers=HTML)))
    assert text == "list jobs: 503 Service Unavailable: an HTML page"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"Retry-After": "Mon, 23 Nov 2026 05:00:30 GMT", "Date": "Mon, 23 Nov 2026 05:00:00 GMT"}, 30.0),
        ({"Retry-After": "Mon, 23 Nov 2026 04:00:00 GMT", "Date": "Mon, 23 Nov 2026 05:00:00 GMT"}, 0.0),
        ({"Retry-After": "Mon, 23 Nov 2026 05:00:30 GMT"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "-5"}, None),
        ({}, None),
    ],
)
def test_how_long_the_engine_asks_to_wait(headers: dict[str, str], seconds: float | None) -> None:
    assert problem_of("x", httpx.Response(503, headers=headers)).retry_after == seconds
