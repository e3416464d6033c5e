"""The sections of the settings that belong to no engine and no platform, and what all sections are made of."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

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

Port = Annotated[int, Field(ge=0, le=65535)]  # 0 lets the system choose: for tests
Seconds = Annotated[float, Field(gt=0)]


class Section(BaseModel):
    """Base of all sections: frozen, and strict about names that it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class LogLevel(StrEnum):
    """The levels of the standard library that an operator chooses from."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


class AdminSettings(Section):
    """The first person who can sign in."""

    username: str = ""
    password: SecretStr = SecretStr("")


class HttpSettings(Section):
    """Where the bot listens."""

    host: str = "127.0.0.1"
    port: Port = 8000


class RedisSettings(Section):
    """The shared store. Without a URL, development and the demo start a server of their own in `var/`."""

    url: SecretStr | None = None
    namespace: str = Field("resync", pattern=r"^[a-z0-9_-]+$")
    max_connections: int = Field(64, ge=8)  # some are kept for calls that are made all the time
    timeout: Seconds = 5.0
    connect_attempts: int = Field(10, ge=1)

    @field_validator("url")
    @classmethod
    def _scheme(cls, url: SecretStr | None) -> SecretStr | None:
        if url and urlsplit(url.get_secret_value()).scheme not in REDIS_SCHEMES:
            raise ValueError(f"must begin with one of {', '.join(REDIS_SCHEMES)}; for example redis://redis:6379/0")
        return url


class ModelSettings(Section):
    """One language model, in the spelling of litellm (`openai/gpt-4o`, `ollama_chat/llama3`)."""

    model: str = Field(min_length=1)
    endpoint: str | None = None
    api_key: SecretStr | None = None


class LlmSettings(Section):
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


class LimitSettings(Section):
    """How much people may ask: so many at once (`burst`), then so many a minute."""

    person_per_minute: float = Field(20, gt=0)
    person_burst: int = Field(10, ge=1)
    place_per_minute: float = Field(60, gt=0)
    place_burst: int = Field(30, ge=1)
    longest_question: int = Field(4000, ge=100, description="characters")


class WorkSettings(Section):
    """How questions are worked on."""

    concurrency: int = Field(16, ge=1, le=256)
    lease: Seconds = 15.0
    drain: Seconds = 20.0
    attempts: int = Field(3, ge=1)
    history: int = Field(20, ge=0, description="turns kept per conversation")
    history_days: float = Field(30, gt=0)


class HistorySettings(Section):
    """What is remembered of runs that ended. About a kilobyte of Redis for each job of the plan."""

    runs_per_job: int = Field(20, ge=5, le=200)
    days: float = Field(60, gt=0, description="without a run, after which a job is forgotten")
    look_every: Seconds = 60.0


class LogSettings(Section):
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


class SimulatorSection(Section):
    """The simulated engine of `resync-bot demo`."""

    port: Port = 31116
    speed: float | None = Field(None, ge=0)
    seed: int | None = None
