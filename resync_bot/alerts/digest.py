"""What a shift has to know when it begins: the value; `rendering.digest_answer` says it."""

from datetime import datetime

from resync_bot.alerts.model import AlertGroup, Silence, Value


class Deadline(Value):
    """A critical job that is due in the next hours. `slack_seconds` is negative if it will be late."""

    job: str
    deadline: datetime
    slack_seconds: int | None = None


class Digest(Value):
    """Of one place, or of all that one asks about. `since` to `now` is the shift that ends."""

    engine: str
    since: datetime
    now: datetime
    until: datetime  # how far the deadlines were looked at
    open: tuple[AlertGroup, ...] = ()
    resolved: tuple[AlertGroup, ...] = ()  # since `since`
    silences: tuple[Silence, ...] = ()  # that end until `until`
    deadlines: tuple[Deadline, ...] | None = ()  # at risk; None if it is not known
