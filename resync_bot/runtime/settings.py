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
from typing import Any, Self

from pydantic import SecretStr, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from resync_bot.errors import ConfigurationError
from resync_bot.runtime.alerts_settings import AlertsSettings
from resync_bot.runtime.sections import (
    AdminSettings,
    HistorySettings,
    HttpSettings,
    LimitSettings,
    LlmSettings,
    LogSettings,
    RedisSettings,
    SimulatorSection,
    WorkSettings,
)
from resync_bot.runtime.slack_settings import SlackSettings
from resync_bot.runtime.teams_settings import TeamsSettings
from resync_bot.runtime.tws_settings import TwsSettings

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
    "TWS_API_KEY_FILE": ("tws", "api_key_file"),
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

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
WEAK_SECRETS = frozenset({"admin", "changeme", "change-me", "demo", "example", "password", "resync", "secret", "test"})
SHORTEST_SECRET_KEY = 32  # characters: 128 bits even if written in hexadecimal
SHORTEST_PASSWORD = 12


class Environment(StrEnum):
    """Where the bot runs; production is strict."""

    DEVELOPMENT = "development"
    TEST = "test"
    PRODUCTION = "production"


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
    history: HistorySettings = HistorySettings()
    alerts: AlertsSettings = AlertsSettings()
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
        if not self.tws.every_engine:
            wrong.append("TWS_HOST: must be set in production, for example https://master.example.org:31116")
        wrong += _engines_without_credentials(self.tws)
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


def _engines_without_credentials(tws: TwsSettings) -> list[str]:
    wrong = []
    if tws.host and not tws.has_credentials:
        wrong.append("TWS_API_KEY: must be set in production, or TWS_USER and TWS_PASSWORD")
    for name, engine in tws.engines.items():
        if not engine.has_credentials:
            prefix = f"APP_TWS__ENGINES__{name}__"
            wrong.append(f"{prefix}API_KEY: must be set in production, or {prefix}USER and {prefix}PASSWORD")
    return wrong


def _weaknesses(settings: Settings) -> list[str]:
    """What an attacker would guess. A secret that is not set opens nothing, so that it may stay away."""
    wrong = []
    key = settings.secret_key.get_secret_value()
    if key and (len(key) < SHORTEST_SECRET_KEY or key.lower() in WEAK_SECRETS):
        example = 'python3 -c "import secrets; print(secrets.token_urlsafe(32))"'
        wrong.append(f"SECRET_KEY: is shorter than {SHORTEST_SECRET_KEY} characters; make one with: {example}")
    secrets = [("ADMIN_PASSWORD", settings.admin.password), ("TWS_PASSWORD", settings.tws.password)]
    secrets += [(f"APP_TWS__ENGINES__{name}__PASSWORD", one.password) for name, one in settings.tws.engines.items()]
    for name, secret in secrets:
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
