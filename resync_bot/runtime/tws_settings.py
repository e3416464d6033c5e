"""How the HWA engine is reached."""

from pathlib import Path
from zoneinfo import available_timezones

from pydantic import Field, SecretStr, field_validator

from resync_bot.runtime.sections import Port, Seconds, Section


class TwsSettings(Section):
    """The HWA engine: `host` is a name, a URL, or several of them separated by commas (master, backup)."""

    name: str = Field("PROD", pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,15}$")
    host: str = ""
    port: Port = 31116
    user: str = ""
    password: SecretStr = SecretStr("")
    api_key: SecretStr | None = None
    ca_path: Path | None = None
    insecure: bool = False
    start_of_day: str = Field("00:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    zone: str | None = None
    connect_timeout: Seconds = 5.0
    read_timeout: Seconds = 30.0
    max_connections: int = Field(10, ge=1, le=50)
    cache_seconds: float = Field(5.0, ge=0)
    page_size: int = Field(200, ge=1, le=10_000)

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, zone: str | None) -> str | None:
        if zone is not None and zone not in available_timezones():
            raise ValueError("is not a time zone, for example America/Sao_Paulo")
        return zone

    @property
    def base_urls(self) -> tuple[str, ...]:
        """`https://master:31116` and so on, in the order of preference, without a path."""
        names = [name.strip().rstrip("/") for name in self.host.split(",") if name.strip()]
        return tuple(name if "://" in name else f"https://{name}:{self.port}" for name in names)
