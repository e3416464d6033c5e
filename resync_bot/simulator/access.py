"""Who asks, and what they may see."""

import base64
import binascii
import hmac
from dataclasses import dataclass
from datetime import datetime

from resync_bot.simulator.settings import ApiKey, SimulatorSettings, UserAccount


@dataclass(frozen=True, slots=True)
class Rights:
    """What a signed-in user may display and do."""

    user: str
    folders: tuple[str, ...]
    keywords: frozenset[str] | None = None  # of actions; None is all

    def may_display(self, folder: str | None) -> bool:
        """Whether objects of that folder may be seen; objects outside of folders (None) by everybody with any right."""
        if folder is None or "/" in self.folders:
            return bool(self.folders)
        return any(folder == own or folder.startswith(f"{own.rstrip('/')}/") for own in self.folders)

    def may(self, keyword: str) -> bool:
        """Whether an action with that keyword of the security file is allowed."""
        return self.keywords is None or keyword in self.keywords


class Accounts:
    """Checks basic authentication and bearer tokens in constant time."""

    def __init__(self, settings: SimulatorSettings) -> None:
        self._users = settings.users
        self._keys = settings.api_keys

    def sign_in(self, header: str | None, now: datetime) -> Rights | None:
        """The rights of the one whom the `Authorization` header names; None if it names nobody."""
        scheme, _, credentials = (header or "").partition(" ")
        match scheme.lower():
            case "basic":
                account = self._by_password(credentials.strip())
            case "bearer":
                account = self._by_key(credentials.strip(), now)
            case _:
                account = None
        return None if account is None else Rights(account.name, account.folders, account.keywords)

    def _by_password(self, encoded: str) -> UserAccount | None:
        try:
            name, colon, password = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        if not colon:
            return None
        found = None
        for user in self._users:
            # both comparisons are always made: neither a name nor a password shows in the time it takes
            if _same(user.name, name) & _same(user.password, password):
                found = user
        return found

    def _by_key(self, token: str, now: datetime) -> UserAccount | None:
        found: ApiKey | None = None
        for key in self._keys:
            if _same(key.token, token):
                found = key
        if found is None or (found.expires is not None and found.expires <= now):
            return None
        return next((user for user in self._users if user.name == found.user), None)


def _same(expected: str, given: str) -> bool:
    return hmac.compare_digest(expected.encode(), given.encode())
