"""Settings: `settings.toml`, `settings.{environment}.toml`, then the environment, each overriding the one before.

The environment has two spellings: `APP_TWS__USER` (prefix, `__` between levels) for everything, and the plain names
operators expect (`TWS_USER`, `REDIS_URL`, ...) for the most used. A wrong value stops the start with one line per
mistake; secrets never appear in an error, a log or a `repr`.
"""

import os
import tomllib
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from resync_bot.errors import ConfigurationError

PLAIN_NAMES = {
    "ADMIN_USERNAME": ("admin", "username"),
    "ADMIN_PASSWORD": ("admin", "password"),
    "SECRET_KEY": ("secret_key",),
    "REDIS_URL": ("redis", "url"),
    "LLM_ENDPOINT": ("llm", "endpoint"),
    "LLM_API_KEY": ("llm", "api_key"),
    "LLM_MODEL": ("llm", "model"),
    "TWS_HOST": ("tws", "host"),
    "TWS_PORT": ("tws", "port"),
    "TWS_USER": ("tws", "user"),
    "TWS_PASSWORD": ("tws", "password"),
    "TWS_API_KEY": ("tws", "api_key"),
    "TWS_CA_PATH": ("tws", "ca_path"),
    "SLACK_BOT_TOKEN": ("slack", "bot_token"),
    "SLACK_SIGNING_SECRET": ("slack", "signing_secret"),
    "SLACK_APP_TOKEN": ("slack", "app_token"),
    "SLACK_API_URL": ("slack", "api_url"),
    "SLACK_TRANSPORT": ("slack", "transport"),
    "SLACK_CLIENT_ID": ("slack", "client_id"),
    "SLACK_CLIENT_SECRET": ("slack", "client_secret"),
    "TEAMS_APP_ID": ("teams", "app_id"),
    "TEAMS_APP_PASSWORD": ("teams", "app_password"),
    "TEAMS_TENANT_ID": ("teams", "tenant_id"),
    "TEAMS_OPENID_METADATA_URL": ("teams", "openid_metadata_url"),
    "TEAMS_TOKEN_URL": ("teams", "token_url"),
    "TEAMS_SERVICE_URLS": ("teams", "service_urls"),
    "LOG_LEVEL": ("log", "level"),
    "PORT": ("http", "port"),
    "SIMULATOR_PORT": ("simulator", "port"),
    "SIMULATOR_SPEED": ("simulator", "speed"),
    "SIMULATOR_SEED": ("simulator", "seed"),
}

# What each stands for: `runtime.redis_topology`.
REDIS_SCHEMES = (
    "redis",
    "rediss",
    "unix",
    "redis+sentinel",
    "rediss+sentinel",
    "redis+cluster",
    "rediss+cluster",
)

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
WEAK_SECRETS = frozenset({"admin", "changeme", "change-me", "demo", "example", "password", "resync", "secret", "test"})
SHORTEST_SECRET_KEY = 32  # characters: 128 bits even if written in hexadecimal
SHORTEST_PASSWORD = 12


class Environment(StrEnum):
    """Where the bot runs; production is strict."""

    DEVELOPMENT = "development"
    TEST = "test"
    PRODUCTION = "production"


class LogLevel(StrEnum):
    """The levels of the standard library that an operator chooses from."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


class TeamsAppType(StrEnum):
    """How the bot is registered in Azure, which decides how it proves who it is."""

    SINGLE_TENANT = "single-tenant"
    MULTI_TENANT = "multi-tenant"
    MANAGED_IDENTITY = "managed-identity"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


Port = Annotated[int, Field(ge=0, le=65535)]  # 0 lets the system choose: for tests
Seconds = Annotated[float, Field(gt=0)]


class AdminSettings(_Section):
    """The first person who can sign in."""

    username: str = ""
    password: SecretStr = SecretStr("")


class HttpSettings(_Section):
    """Where the bot listens."""

    host: str = "127.0.0.1"
    port: Port = 8000


class RedisSettings(_Section):
    """The shared store. Without a URL, development and the demo start a server of their own in `var/`."""

    url: SecretStr | None = None
    namespace: str = Field("resync", pattern=r"^[a-z0-9_-]+$")
    max_connections: int = Field(64, ge=4)
    timeout: Seconds = 5.0
    connect_attempts: int = Field(10, ge=1)

    @field_validator("url")
    @classmethod
    def _scheme(cls, url: SecretStr | None) -> SecretStr | None:
        if url and urlsplit(url.get_secret_value()).scheme not in REDIS_SCHEMES:
            raise ValueError(f"must begin with one of {', '.join(REDIS_SCHEMES)}; for example redis://redis:6379/0")
        return url


class ModelSettings(_Section):
    """One language model, in the spelling of litellm (`openai/gpt-4o`, `ollama_chat/llama3`)."""

    model: str = Field(min_length=1)
    endpoint: str | None = None
    api_key: SecretStr | None = None


class LlmSettings(_Section):
    """The language models. Without `model` the built-in interpreter answers alone, and litellm is never imported."""

    model: str | None = None
    endpoint: str | None = None
    api_key: SecretStr | None = None
    fallbacks: tuple[ModelSettings, ...] = ()
    timeout: Seconds = 60.0
    max_steps: int = Field(8, ge=2, le=30)
    max_seconds: Seconds = 90.0
    max_tokens: int = Field(60_000, ge=1000)
    max_cost: Annotated[float, Field(gt=0, description="US dollars per answer")] = 0.50

    @property
    def models(self) -> tuple[ModelSettings, ...]:
        """The models in the order in which they are asked; empty if none is configured."""
        if not self.model:
            return ()
        return (ModelSettings(model=self.model, endpoint=self.endpoint, api_key=self.api_key), *self.fallbacks)


class TwsSettings(_Section):
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


class LimitSettings(_Section):
    """How much people may ask: so many at once (`burst`), then so many a minute."""

    person_per_minute: float = Field(20, gt=0)
    person_burst: int = Field(10, ge=1)
    place_per_minute: float = Field(60, gt=0)
    place_burst: int = Field(30, ge=1)
    longest_question: int = Field(4000, ge=100, description="characters")


class WorkSettings(_Section):
    """How questions are worked on."""

    concurrency: int = Field(16, ge=1, le=256)
    lease: Seconds = 15.0
    drain: Seconds = 20.0
    attempts: int = Field(3, ge=1)
    history: int = Field(20, ge=0, description="turns kept per conversation")
    history_days: float = Field(30, gt=0)


class LogSettings(_Section):
    """Where the log goes besides the console; with an empty directory it goes nowhere else."""

    level: LogLevel = LogLevel.INFO
    directory: Path | None = Path("logs")

    @field_validator("level", mode="before")
    @classmethod
    def _any_case(cls, level: object) -> object:
        return level.upper() if isinstance(level, str) else level

    @field_validator("directory", mode="before")
    @classmethod
    def _empty_is_none(cls, directory: object) -> object:
        return None if directory == "" else directory


class SlackSettings(_Section):
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


class TeamsSettings(_Section):
    """Microsoft Teams. Off without an app id, except that development takes Microsoft's local test client.

    Lists are separated by commas. Only people of `tenant_id` and of `tenants` are answered; guests only if
    `allow_guests`. `service_urls` are the only servers that the bot ever writes to, each the beginning of a URL.
    """

    app_type: TeamsAppType = TeamsAppType.SINGLE_TENANT
    app_id: str = ""
    app_password: SecretStr | None = Field(None, validate_default=True)
    tenant_id: str = Field("", validate_default=True)
    tenants: str = Field("", validate_default=True)
    allow_guests: bool = False
    issuer: str = "https://api.botframework.com"
    openid_metadata_url: str = "https://login.botframework.com/v1/.well-known/openidconfiguration"
    token_url: str = ""
    identity_header: SecretStr | None = None
    public_url: str = ""
    service_urls: str = "https://smba.trafficmanager.net/,https://smba.infra.gcc.teams.microsoft.com/"

    @field_validator("app_password")
    @classmethod
    def _secret_of_an_app(cls, password: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if info.data.get("app_id") and info.data.get("app_type") is not TeamsAppType.MANAGED_IDENTITY and not password:
            raise ValueError("must be set with TEAMS_APP_ID: a client secret of the app registration")
        return password

    @field_validator("tenant_id")
    @classmethod
    def _tenant_of_an_app(cls, tenant: str, info: ValidationInfo) -> str:
        if info.data.get("app_id") and info.data.get("app_type") is not TeamsAppType.MULTI_TENANT and not tenant:
            raise ValueError("must be set with TEAMS_APP_ID: the directory (tenant) id of the app registration")
        return tenant

    @field_validator("tenants")
    @classmethod
    def _somebody_is_allowed(cls, tenants: str, info: ValidationInfo) -> str:
        if info.data.get("app_id") and not tenants and not info.data.get("tenant_id", "left out"):
            raise ValueError("must name the tenants whose people are answered, separated by commas")
        return tenants

    @property
    def allowed_tenants(self) -> frozenset[str]:
        """The tenants whose people are answered; nobody else is."""
        return frozenset(_listed(self.tenants)) | ({self.tenant_id} if self.tenant_id else set())

    @property
    def allowed_service_urls(self) -> tuple[str, ...]:
        """What the URL of a server must begin with for the bot to write to it."""
        return _listed(self.service_urls)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


class SimulatorSection(_Section):
    """The simulated engine of `resync-bot demo`."""

    port: Port = 31116
    speed: float | None = Field(None, ge=0)
    seed: int | None = None


class Settings(BaseSettings):
    """All settings. Use `load_settings`, which says what is wrong in words."""

    model_config = SettingsConfigDict(
        env_prefix="APP_",
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        nested_model_default_partial_update=True,
    )

    environment: Environment = Environment.DEVELOPMENT
    secret_key: SecretStr = SecretStr("")
    data_directory: Path = Path("var")
    admin: AdminSettings = AdminSettings()
    http: HttpSettings = HttpSettings()
    redis: RedisSettings = RedisSettings()
    llm: LlmSettings = LlmSettings()
    tws: TwsSettings = TwsSettings()
    limits: LimitSettings = LimitSettings()
    work: WorkSettings = WorkSettings()
    log: LogSettings = LogSettings()
    slack: SlackSettings = SlackSettings()
    teams: TeamsSettings = TeamsSettings()
    simulator: SimulatorSection = SimulatorSection()

    @model_validator(mode="after")
    def _production_is_strict(self) -> Self:
        if self.environment is not Environment.PRODUCTION:
            # Nobody signs in here, and nothing is encrypted: whoever reaches the port may ask.
            if self.http.host not in LOOPBACK:
                raise ValueError("APP_HTTP__HOST: only production listens to others, for example 127.0.0.1")
            return self
        wrong = []
        if self.redis.url is None:
            wrong.append("REDIS_URL: must be set in production, for example redis://redis:6379/0")
        if not self.tws.host:
            wrong.append("TWS_HOST: must be set in production, for example https://master.example.org:31116")
        if self.tws.host and not self.tws.api_key and not (self.tws.user and self.tws.password.get_secret_value()):
            wrong.append("TWS_API_KEY: must be set in production, or TWS_USER and TWS_PASSWORD")
        wrong += _weaknesses(self)
        if wrong:
            raise ValueError("\n".join(wrong))
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """First wins: arguments, plain names, APP_ names, the environment's file, the common file."""
        environment = os.environ.get("APP_ENVIRONMENT", Environment.DEVELOPMENT).lower()
        files = (Path(f"settings.{environment}.toml"), Path("settings.toml"))
        tomls = [TomlConfigSettingsSource(settings_cls, path) for path in files if path.is_file()]
        plain = InitSettingsSource(settings_cls, init_kwargs=_nested_plain_names(os.environ))
        return (init_settings, plain, env_settings, *tomls)


def load_settings(**overrides: object) -> Settings:
    """The settings of this process; `overrides` are whole sections or values and win over everything.

    Raises ConfigurationError whose text has one line per mistake: the name, what was wrong, an example.
    """
    try:
        return Settings(**overrides)  # type: ignore[arg-type]  # pydantic checks what mypy cannot see here
    except ValidationError as error:
        raise ConfigurationError("\n".join(_lines(error))) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"settings.toml: is not TOML: {error}") from None


def _nested_plain_names(environment: Mapping[str, str]) -> dict[str, Any]:
    nested: dict[str, Any] = {}
    for name, path in PLAIN_NAMES.items():
        if value := environment.get(name, "").strip():
            section = nested
            for part in path[:-1]:
                section = section.setdefault(part, {})
            section[path[-1]] = value
    return nested


def _weaknesses(settings: Settings) -> list[str]:
    """What an attacker would guess. A secret that is not set opens nothing, so that it may stay away."""
    wrong = []
    key = settings.secret_key.get_secret_value()
    if key and (len(key) < SHORTEST_SECRET_KEY or key.lower() in WEAK_SECRETS):
        example = 'python3 -c "import secrets; print(secrets.token_urlsafe(32))"'
        wrong.append(f"SECRET_KEY: is shorter than {SHORTEST_SECRET_KEY} characters; make one with: {example}")
    for name, secret in (("ADMIN_PASSWORD", settings.admin.password), ("TWS_PASSWORD", settings.tws.password)):
        value = secret.get_secret_value()
        if value and value.lower() in WEAK_SECRETS:
            wrong.append(f"{name}: is an example that everybody knows; set a password of your own")
    password = settings.admin.password.get_secret_value()
    if password and len(password) < SHORTEST_PASSWORD and password.lower() not in WEAK_SECRETS:
        wrong.append(f"ADMIN_PASSWORD: is shorter than {SHORTEST_PASSWORD} characters; a sentence is easy to remember")
    return wrong


def _lines(error: ValidationError) -> list[str]:
    lines = []
    for mistake in error.errors(include_url=False, include_context=False, include_input=False):
        text = mistake["msg"].removeprefix("Value error, ")
        name = _shown_name(mistake["loc"])
        lines += [f"{name}: {text}"] if name else text.splitlines()
    return lines


def _shown_name(location: Sequence[int | str]) -> str:
    """The name an operator would set: the plain one where there is one, else the APP_ spelling."""
    parts = tuple(str(part) for part in location)
    for name, path in PLAIN_NAMES.items():
        if parts[: len(path)] == path:
            return name
    return "APP_" + "__".join(part.upper() for part in parts) if parts else ""
