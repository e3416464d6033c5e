"""What can be ordered at the switchboard: each kind of fault with its own members, and the requests that it is for."""

from typing import Annotated, Literal, Self, TypeAlias

import orjson
from pydantic import BaseModel, ConfigDict, Field, model_validator

from resync_bot.simulator.faults import HTML_PAGE, Fault, Scope, wrapped_refusal
from resync_bot.simulator.refusals import RefusedError, busy_database, forbidden, unauthorised
from resync_bot.simulator.settings import MAX_SPEED

# Longer than any client waits; a fault that is forgotten does not hold a request for ever.
MAX_SECONDS = 600.0


class _Kind(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Latency(_Kind):
    """Answers come later: by `seconds`, and up to `jitter` more."""

    kind: Literal["latency"]
    seconds: float = Field(gt=0, le=MAX_SECONDS)
    jitter: float = Field(default=0.0, ge=0, le=MAX_SECONDS)

    def effect(self) -> Fault:
        """What happens to a request that meets it."""
        return Fault(delay=self.seconds, jitter=self.jitter)


class Timeout(_Kind):
    """No answer, until the fault is taken back; then the connection breaks."""

    kind: Literal["timeout"]

    def effect(self) -> Fault:
        """What happens to a request that meets it."""
        return Fault(hangs=True)


class Cut(_Kind):
    """The connection breaks after so many bytes of the body; with 0, before there is a status."""

    kind: Literal["cut"]
    after_bytes: int = Field(default=0, ge=0)

    def effect(self) -> Fault:
        """What happens to a request that meets it."""
        return Fault(cut=self.after_bytes)


class Expired(_Kind):
    """401: the password, or the API key, is no longer valid."""

    kind: Literal["expired"]
    credential: Literal["password", "api_key"] = "api_key"

    def effect(self) -> Fault:
        """What happens to a request that meets it."""
        return _refused(unauthorised(expired=self.credential), {"WWW-Authenticate": 'Basic realm="engine"'})


class Forbidden(_Kind):
    """403 AWSJDB817E: a right is missing."""

    kind: Literal["forbidden"]
    right: str = Field(default="DISPLAY", pattern=r"^[A-Z]{1,20}$")

    def effect(self) -> Fault:
        """What happens to a request that meets it."""
        return _refused(forbidden("of the request", "of the request", right=self.right))


class WrappedRefusal(_Kind):
    """500 in which AWSJSY404E wraps a refusal such as AWSBIN076E: no outage, although it looks like one."""

    kind: Literal["wrapped_refusal"]
    message_id: str = Field(default="AWSBIN076E", pattern=r"^AWSBIN\d{3}E$")
    text: str = Field(default="The operation is not allowed, the object is in an incorrect state.", max_length=200)

    def effect(self) -> Fault:
        """What happens to a request that meets it."""
        return Fault(status=500, body=wrapped_refusal(self.message_id, self.text))


class Deadlock(_Kind):
    """500 AWSJDB803E: the database gave up; the next try may succeed."""

    kind: Literal["deadlock"]

    def effect(self) -> Fault:
        """What happens to a request that meets it."""
        return _refused(busy_database())


class Unavailable(_Kind):
    """503, from the application server (HTML) or, with a message id, from the engine."""

    kind: Literal["unavailable"]
    retry_after: int | None = Field(default=None, ge=0, le=3600)
    message_id: str | None = Field(default=None, pattern=r"^AWS[A-Z]{3}\d{3}[EWI]$")

    def effect(self) -> Fault:
        """What happens to a request that meets it."""
        headers = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        if self.message_id is None:
            return Fault(status=503, body=HTML_PAGE, content_type="text/html", headers=headers)
        text = f"{self.message_id} The engine is not available at the moment."
        body = {"exceptionName": "com.ibm.tws.conn.exceptions.ConnException", "messages": [text]}
        return Fault(status=503, body=orjson.dumps(body).decode(), headers=headers)


class HtmlPage(_Kind):
    """A page of the application server where JSON is expected."""

    kind: Literal["html_page"]
    status: int = Field(default=200, ge=200, le=599)

    def effect(self) -> Fault:
        """What happens to a request that meets it."""
        return Fault(status=self.status, body=HTML_PAGE, content_type="text/html")


class Garbled(_Kind):
    """JSON that ends in the middle, with a length that says it is whole; or text in another encoding than UTF-8."""

    kind: Literal["garbled"]
    how: Literal["json", "encoding"] = "json"

    def effect(self) -> Fault:
        """What happens to a request that meets it."""
        if self.how == "json":
            return Fault(status=200, body='{"count": 3, "results": [{"id": "')
        body = '{"count": 1, "results": [{"id": "1", "name": "JOSÉ", "folder": "/"}], "next": null}'
        return Fault(status=200, body=body, encoding="latin-1")


class ChangingPages(_Kind):
    """The list changes between two pages: so many objects have gone since the page before (below 0: have come)."""

    kind: Literal["changing_pages"]
    gone: int = Field(default=1, ge=-1000, le=1000)

    def effect(self) -> Fault:
        """What happens to a request that meets it."""
        return Fault(gone=self.gone)


RequestFault: TypeAlias = (
    Latency
    | Timeout
    | Cut
    | Expired
    | Forbidden
    | WrappedRefusal
    | Deadlock
    | Unavailable
    | HtmlPage
    | Garbled
    | ChangingPages
)


class JobLogHang(_Kind):
    """As soon as more than `above` job logs are asked for at once, none is answered any more until it is taken back."""

    kind: Literal["job_log_hang"]
    above: int = Field(default=45, ge=0)


class AgentDown(_Kind):
    """The agent of a workstation is not linked: what runs there runs on, nothing new starts until it is taken back."""

    kind: Literal["agent_down"]
    workstation: str = Field(min_length=1, max_length=80)


class PlanSwitch(_Kind):
    """The plan is replaced now, as JnextPlan run by hand does: 503 for a while, and other ids afterwards."""

    kind: Literal["plan_switch"]


class ClockChange(_Kind):
    """Virtual time jumps ahead by `advance` seconds, or runs at another `speed` until it is taken back (0: stands)."""

    kind: Literal["clock"]
    advance: float | None = Field(default=None, gt=0, le=7 * 86_400)
    speed: float | None = Field(default=None, ge=0, le=MAX_SPEED)

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.advance is None and self.speed is None:
            raise ValueError("clock needs advance or speed")
        return self


WorldFault: TypeAlias = JobLogHang | AgentDown | PlanSwitch | ClockChange


class Order(BaseModel):
    """A fault on order.

    One for requests meets `times` of them (without a number, all), each of those in scope with `probability`; `path` is
    the beginning of a path below `/twsd/api/v2` or `/twsd`, or a pattern with `*`; `further_pages` leaves out requests
    for the first page of a list. One of the engine itself has no scope.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    fault: Annotated[RequestFault | WorldFault, Field(discriminator="kind")]
    path: str = ""
    method: Literal["GET", "POST", "PUT", "DELETE", "PATCH"] | None = None
    times: int | None = Field(default=None, ge=1)
    probability: float = Field(default=1.0, gt=0, le=1)
    further_pages: bool = False

    @model_validator(mode="after")
    def _only_requests_have_a_scope(self) -> Self:
        if isinstance(self.fault, WorldFault) and self.model_fields_set != {"fault"}:
            raise ValueError(f"{self.fault.kind} is of the engine and takes no scope")
        return self

    @property
    def scope(self) -> Scope:
        """Which requests it is for."""
        further = self.further_pages or isinstance(self.fault, ChangingPages)
        return Scope(self.path, self.method, self.probability, further)


def _refused(refused: RefusedError, headers: dict[str, str] | None = None) -> Fault:
    return Fault(status=refused.status, body=orjson.dumps(refused.body).decode(), headers=headers or {})
