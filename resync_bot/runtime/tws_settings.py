"""How the HWA engines are reached: the one of the plain names, and any number of named ones."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Self
from zoneinfo import available_timezones

from pydantic import Field, SecretStr, StringConstraints, field_validator, model_validator

from resync_bot.runtime.sections import Port, Seconds, Section

NAME = r"^[A-Za-z][A-Za-z0-9_-]{0,15}$"
EngineName = Annotated[str, StringConstraints(pattern=NAME)]


class EngineSettings(Section):
    """An HWA engine: `host` is a name, a URL, or several of them separated by commas (master, backup)."""

    name: EngineName = "PROD"
    host: str = ""
    port: Port = 31116
    user: str = ""
    password: SecretStr = SecretStr("")
    api_key: SecretStr | None = None
    api_key_file: Path | None = Field(None, description="read again when it changes; wins over `api_key`")
    ca_path: Path | None = None
    insecure: bool = False
    start_of_day: str = Field("00:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    zone: str | None = None
    connect_timeout: Seconds = 5.0
    read_timeout: Seconds = 30.0
    max_connections: int = Field(10, ge=1, le=50)
    queue_seconds: Seconds = Field(10.0, description="how long a call waits for a free connection")
    look_back_seconds: Seconds = Field(30.0, description="between looks whether the master is there again")
    plan_switch_minutes: float = Field(
        30.0, gt=0, description="how long an engine that is up may be without its plan until that counts as a failure"
    )
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

    @property
    def has_credentials(self) -> bool:
        """Whether there is a key, or a user with a password."""
        return bool(self.api_key or self.api_key_file or (self.user and self.password.get_secret_value()))


class TwsSettings(EngineSettings):
    """`[tws]` is one engine if it has a host; `[tws.engines.UAT]` and its like are others. Names are in capitals.

    `default` names the engine that is asked where nobody says which; without it, it is the one of `[tws]`, else the
    first of `engines`.
    """

    engines: dict[EngineName, EngineSettings] = Field(default_factory=dict)
    default: EngineName | None = None

    @field_validator("engines", mode="before")
    @classmethod
    def _named_in_capitals(cls, engines: object) -> object:
        """The environment knows no small letters, files do: `UAT` and `uat` are one engine, the later value wins."""
        if not isinstance(engines, Mapping):
            return engines
        found: dict[str, Any] = {}
        for name, values in engines.items():
            if isinstance(values, Mapping):
                found[str(name).upper()] = found.get(str(name).upper(), {}) | {"name": str(name).upper()} | dict(values)
            else:
                found[str(name).upper()] = values
        return found

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for name, engine in self.engines.items():
            if not engine.host:
                raise ValueError(f"engines.{name}.host must be set, for example https://master:31116")
            if engine.name != name:
                raise ValueError(f"engines.{name}.name must be left out: the engine is called {name}")
        if self.host and self.name.upper() in self.engines:
            raise ValueError(f"engines.{self.name.upper()} has the name of the engine of TWS_HOST; rename one")
        names = [engine.name.upper() for engine in self.every_engine]
        if self.default is not None and self.default.upper() not in names:
            known = ", ".join(names) or "none is configured"
            raise ValueError(f"default is not the name of an engine ({known})")
        return self

    @property
    def every_engine(self) -> tuple[EngineSettings, ...]:
        """All that are configured, the default first."""
        found: list[EngineSettings] = [self] if self.host else []
        found += self.engines.values()
        wanted = (self.default or "").upper()
        return tuple(sorted(found, key=lambda engine: engine.name.upper() != wanted)) if wanted else tuple(found)
