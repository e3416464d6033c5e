"""The API's answers to requests that it does not fulfil.

The body is `{"exceptionName", "messages"}`. Message ids are those seen on real engines (AWSJDB817E, AWSJDB101E); texts
are our own words. Liberty itself, not the engine, answers 401 and 405: these carry no message id.
"""

from enum import Enum
from typing import Literal

_PACKAGE = "com.ibm.tws.conn.exceptions."


class Refusal(Enum):
    """Status and exception name."""

    BAD_REQUEST = (400, "ConnInvalidParameterException")
    UNAUTHORISED = (401, "ConnAuthenticationException")
    FORBIDDEN = (403, "ConnSecurityException")
    NOT_FOUND = (404, "ConnNotFoundException")
    METHOD_NOT_ALLOWED = (405, "ConnMethodNotAllowedException")
    UNSUPPORTED_MEDIA_TYPE = (415, "ConnUnsupportedMediaTypeException")
    CONFLICT = (409, "ConnDuplicateException")
    INTERNAL = (500, "ConnDatabaseException")
    WRAPPED = (500, "ConnException")
    UNAVAILABLE = (503, "ConnException")


class RefusedError(Exception):
    """The request is answered with a refusal."""

    def __init__(self, refusal: Refusal, message: str) -> None:
        super().__init__(message)
        self.status, name = refusal.value
        self.body = {"exceptionName": _PACKAGE + name, "messages": [message]}


def unauthorised(*, expired: Literal["password", "api_key"] | None = None) -> RefusedError:
    """Nobody, or nobody known; or somebody whose credential is no longer valid."""
    if expired is None:
        return RefusedError(Refusal.UNAUTHORISED, "The user name, the password or the API key is not valid.")
    what = "API key" if expired == "api_key" else "password"
    return RefusedError(Refusal.UNAUTHORISED, f"The {what} has expired.")


def busy_database() -> RefusedError:
    """The database gave up on a deadlock or a timeout."""
    return RefusedError(Refusal.INTERNAL, "AWSJDB803E The database reported a deadlock or a timeout; try again.")


def plan_is_switched() -> RefusedError:
    """One plan is being replaced by the next: there is none to ask about, for a while."""
    return RefusedError(Refusal.UNAVAILABLE, "AWSJPL017E The plan cannot be used: a previous action on it goes on.")


def bad_query(reason: str) -> RefusedError:
    """A filter that cannot be understood."""
    return RefusedError(Refusal.BAD_REQUEST, f"OQL_FILTER_SYNTAX_ERROR: {reason}")


def bad_parameter(reason: str) -> RefusedError:
    """Another parameter that cannot be understood."""
    return RefusedError(Refusal.BAD_REQUEST, reason)


def not_found(word: str, identity: str) -> RefusedError:
    """No object with that id."""
    text = f"AWSJDB101E The object {identity} cannot be found. No {word} with the provided ID was found in the plan."
    return RefusedError(Refusal.NOT_FOUND, text)


def unknown(what: str) -> RefusedError:
    """Nothing of that kind, or no such path."""
    return RefusedError(Refusal.NOT_FOUND, f"AWSJDB101E The object {what} cannot be found.")


def no_such_run(of: str) -> RefusedError:
    """No run, or none that has a log."""
    return RefusedError(Refusal.NOT_FOUND, f"AWSJDB101E No job run instances {of}.")


def agent_unreachable(workstation: str) -> RefusedError:
    """The agent that has what was asked for does not answer the broker. Its id is the broker's for trouble on that way
    (Troubleshooting Guide 10.2.5); which one a real engine chooses was not seen.
    """
    return RefusedError(Refusal.WRAPPED, f"AWSJMR003E The broker cannot reach the agent of workstation {workstation}.")


def forbidden(user: str, what: str, *, right: str = "DISPLAY") -> RefusedError:
    """The user's role lacks a right."""
    return RefusedError(Refusal.FORBIDDEN, f"AWSJDB817E The user {user} has no {right} right on the object {what}.")


def not_allowed(method: str) -> RefusedError:
    """The path is there, the method is not."""
    return RefusedError(Refusal.METHOD_NOT_ALLOWED, f"{method} is not allowed here.")


def wrong_media_type(given: str) -> RefusedError:
    """The body is not of the type that the operation takes."""
    return RefusedError(
        Refusal.UNSUPPORTED_MEDIA_TYPE, f"The media type {given} is not supported; send application/json."
    )


def lacks_right(user: str, keyword: str, what: str) -> RefusedError:
    """The user's role lacks the keyword of an action."""
    return RefusedError(Refusal.FORBIDDEN, f"AWSJDB817E The user {user} has no {keyword} right on the {what}.")


def incorrect_state(what: str) -> RefusedError:
    """The state of the object does not allow the action: a business refusal, which the connector wraps."""
    text = f"AWSJSY404E The connector reported the following error: AWSBIN076E {what} is in an incorrect state."
    return RefusedError(Refusal.WRAPPED, text)


def alias_taken(name: str) -> RefusedError:
    """There is one of that name already."""
    return RefusedError(Refusal.CONFLICT, f"The plan holds {name} already; give an alias.")
