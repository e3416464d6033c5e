"""The API's answers to requests that it does not fulfil.

The body is `{"exceptionName", "messages"}`; message ids are those seen on real engines (AWSJDB817E, AWSJDB101E), texts
in own words. Liberty itself, not the engine, answers 401 and 405: these carry no message id.
"""

from enum import Enum

_PACKAGE = "com.ibm.tws.conn.exceptions."


class Cause(Enum):
    """Status and exception name."""

    BAD_REQUEST = (400, "ConnInvalidParameterException")
    UNAUTHORISED = (401, "ConnAuthenticationException")
    FORBIDDEN = (403, "ConnSecurityException")
    NOT_FOUND = (404, "ConnNotFoundException")
    METHOD_NOT_ALLOWED = (405, "ConnMethodNotAllowedException")


class RefusedError(Exception):
    """The request is answered with a refusal."""

    def __init__(self, cause: Cause, message: str) -> None:
        super().__init__(message)
        self.status, name = cause.value
        self.body = {"exceptionName": _PACKAGE + name, "messages": [message]}


def bad_query(reason: str) -> RefusedError:
    """A filter that cannot be understood."""
    return RefusedError(Cause.BAD_REQUEST, f"OQL_FILTER_SYNTAX_ERROR: {reason}")


def bad_parameter(reason: str) -> RefusedError:
    """Another parameter that cannot be understood."""
    return RefusedError(Cause.BAD_REQUEST, reason)


def unknown(what: str) -> RefusedError:
    """No object with that id."""
    return RefusedError(Cause.NOT_FOUND, f"AWSJDB101E The object {what} cannot be found.")


def forbidden(user: str, what: str) -> RefusedError:
    """The user's role lacks the right to display."""
    return RefusedError(Cause.FORBIDDEN, f"AWSJDB817E The user {user} has no DISPLAY right on the object {what}.")
