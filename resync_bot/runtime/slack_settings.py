"""How the bot meets Slack."""

from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

from resync_bot.runtime.sections import Section


class SlackSettings(Section):
    """Slack. Off without a token or OAuth credentials; deny by default where a list is empty and says so.

    An empty list of workspaces means those in which the app is installed, an empty list of channels those to which the
    bot was invited. People from other organisations (Slack Connect) and guests are not answered unless allowed here.
    """

    bot_token: SecretStr | None = None
    signing_secret: SecretStr | None = None
    app_token: SecretStr | None = None
    api_url: str = "https://slack.com/api/"
    transport: Literal["http", "socket"] | None = None
    socket_connections: int = Field(1, ge=1, le=10, description="of each replica; Slack takes ten of an app")
    client_id: str = ""
    client_secret: SecretStr | None = None
    public_url: str = ""
    allowed_workspaces: frozenset[str] = frozenset()
    allowed_channels: frozenset[str] = frozenset()
    allow_guests: bool = False
    allow_connect: bool = False

    @field_validator("transport", mode="before")
    @classmethod
    def _empty_is_automatic(cls, transport: object) -> object:
        return transport or None

    @field_validator("api_url")
    @classmethod
    def _ends_in_a_slash(cls, url: str) -> str:
        if urlsplit(url).scheme not in {"http", "https"}:
            raise ValueError("must begin with https://, for example https://slack.com/api/")
        return url if url.endswith("/") else f"{url}/"

    @field_validator("public_url")
    @classmethod
    def _no_slash_at_the_end(cls, url: str) -> str:
        if url and urlsplit(url).scheme not in {"http", "https"}:
            raise ValueError("must begin with https://, for example https://resync.example.org")
        return url.rstrip("/")

    @property
    def effective_transport(self) -> Literal["http", "socket"]:
        """`transport`; if it is not set, Socket Mode if there is an app token and no signing secret."""
        if self.transport:
            return self.transport
        return "socket" if self.app_token and not self.signing_secret else "http"

    @property
    def has_oauth(self) -> bool:
        """Whether workspaces can install the app themselves."""
        return bool(self.client_id and self.client_secret)
