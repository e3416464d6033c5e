"""What becomes of an activity: each ends in exactly one of these, counted and logged."""

from enum import StrEnum

from adapters.teams.transport import Outcome

ACKNOWLEDGED = Outcome(202)


class Fate(StrEnum):
    """The end of an activity's way in."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    RATE_LIMITED = "rate_limited"
    REFUSED = "refused"
    GUEST = "guest"
    OTHER_TENANT = "other_tenant"
    IGNORED_SELF = "ignored_self"
    NOT_FOR_US = "not_for_us"
    SHOWED_PAGE = "showed_page"
    OLD_CARD = "old_card"
    INSTALLED = "installed"
    REMOVED = "removed"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    TOO_LATE = "too_late"
    TOO_SLOW = "too_slow"
    UNKNOWN_KIND = "unknown_kind"


Handled = tuple[Fate, Outcome]
