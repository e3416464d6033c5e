"""Settings: where they come from, which wins, and what a wrong one says."""

import os
from pathlib import Path

import pytest

from resync_bot.errors import ConfigurationError
from resync_bot.runtime.settings import PLAIN_NAMES, Environment, load_settings

STRONG = "k" * 40
PRODUCTION = {
    "APP_ENVIRONMENT": "production",
    "REDIS_URL": "redis://redis:6379/0",
    "TWS_HOST": "https://master:31116",
    "TWS_USER": "resync",
    "TWS_PASSWORD": "correct horse battery",
}


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if name not in PLAIN_NAMES and name[:4] != "APP_"}
    monkeypatch.setattr(os, "environ", kept)
    monkeypatch.chdir(tmp_path)


def test_nothing_set_is_development_on_loopback() -> None:
    settings = load_settings()
    assert settings.environment is Environment.DEVELOPMENT
    assert (settings.http.host, settings.http.port) == ("127.0.0.1", 8000)
    assert settings.llm.models == ()


def test_each_source_overrides_the_one_before(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("settings.toml").write_text('[tws]\nname = "A"\nuser = "common"\nport = 1\n[http]\nport = 1\n')
    Path("settings.test.toml").write_text('[tws]\nuser = "of-the-environment"\nport = 2\n')
    monkeypatch.setenv("APP_ENVIRONMENT", "test")
    monkeypatch.setenv("APP_TWS__PORT", "3")
    monkeypatch.setenv("PORT", "4")
    settings = load_settings()
    assert (settings.tws.name, settings.tws.user) == ("A", "of-the-environment")
    assert (settings.tws.port, settings.http.port) == (3, 4)


@pytest.mark.parametrize(
    ("host", "urls"),
    [
        ("master", ("https://master:31116",)),
        ("http://127.0.0.1:31116/", ("http://127.0.0.1:31116",)),
        ("https://master:1, backup", ("https://master:1", "https://backup:31116")),
        ("", ()),
    ],
)
def test_hosts_are_names_or_urls(monkeypatch: pytest.MonkeyPatch, host: str, urls: tuple[str, ...]) -> None:
    monkeypatch.setenv("TWS_HOST", host)
    assert load_settings().tws.base_urls == urls


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("TWS_PORT", "abc", "TWS_PORT: "),
        ("PORT", "70000", "PORT: "),
        ("REDIS_URL", "http://redis", "REDIS_URL: must begin with one of redis,"),
        ("APP_TWS__ZONE", "Mars/Olympus", "APP_TWS__ZONE: is not a time zone, for example America/Sao_Paulo"),
        ("APP_TWS__COLOUR", "red", "APP_TWS__COLOUR: "),
        ("LOG_LEVEL", "loud", "LOG_LEVEL: "),
        ("APP_ENVIRONMENT", "moon", "APP_ENVIRONMENT: "),
        ("APP_HTTP__HOST", "0.0.0.0", "APP_HTTP__HOST: only production listens to others"),
        ("APP_ALERTS__WEBHOOK_SECRET", "short", "APP_ALERTS__WEBHOOK_SECRET: is shorter than 32"),
    ],
)
def test_a_wrong_value_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError) as caught:
        load_settings()
    assert any(line.startswith(said) for line in str(caught.value).splitlines())


def test_every_mistake_has_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWS_PORT", "abc")
    monkeypatch.setenv("PORT", "abc")
    with pytest.raises(ConfigurationError) as caught:
        load_settings()
    assert len(str(caught.value).splitlines()) == 2


def test_broken_toml_is_told() -> None:
    Path("settings.toml").write_text("[tws\n")
    with pytest.raises(ConfigurationError, match=r"settings.toml: is not TOML"):
        load_settings()


def test_production_is_complete() -> None:
    os.environ.update(PRODUCTION)
    assert load_settings().environment is Environment.PRODUCTION


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"REDIS_URL": ""}, "REDIS_URL: must be set in production"),
        ({"TWS_HOST": ""}, "TWS_HOST: must be set in production"),
        ({"TWS_PASSWORD": ""}, "TWS_API_KEY: must be set in production"),
        ({"TWS_PASSWORD": "demo"}, "TWS_PASSWORD: is an example"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY: is shorter than 32"),
        ({"ADMIN_PASSWORD": "admin"}, "ADMIN_PASSWORD: is an example"),
        ({"ADMIN_PASSWORD": "shorty"}, "ADMIN_PASSWORD: is shorter than 12"),
    ],
)
def test_production_refuses_what_is_weak_or_missing(change: dict[str, str], said: str) -> None:
    os.environ.update(PRODUCTION | change)
    with pytest.raises(ConfigurationError) as caught:
        load_settings()
    assert str(caught.value).startswith(said)


def test_secrets_never_show() -> None:
    os.environ.update(PRODUCTION | {"SECRET_KEY": STRONG, "REDIS_URL": f"redis://:{STRONG}@redis", "TWS_PORT": "1"})
    assert STRONG not in repr(load_settings())
    os.environ.update({"TWS_PORT": "no", "LLM_API_KEY": STRONG, "ADMIN_PASSWORD": "admin"})
    with pytest.raises(ConfigurationError) as caught:
        load_settings()
    assert STRONG not in str(caught.value)
