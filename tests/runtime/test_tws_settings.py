"""Settings of engines: one by the plain names, several by their own, and what is said about mistakes."""

import os
from pathlib import Path

import pytest

from resync_bot.errors import ConfigurationError
from resync_bot.runtime.settings import PLAIN_NAMES, load_settings

TWO = """
[tws.engines.PROD]
host = "https://master:31116,https://backup:31116"
user = "resync"
zone = "America/Sao_Paulo"
[tws.engines.UAT]
host = "uat"
start_of_day = "06:00"
max_connections = 3
read_timeout = 8
"""


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if name not in PLAIN_NAMES and name[:4] != "APP_"}
    monkeypatch.setattr(os, "environ", kept)
    monkeypatch.chdir(tmp_path)


def names() -> list[str]:
    return [engine.name for engine in load_settings().tws.every_engine]


def test_without_a_host_there_is_no_engine() -> None:
    assert names() == []


def test_the_plain_names_are_one_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWS_HOST", "master")
    monkeypatch.setenv("TWS_API_KEY_FILE", "/run/secrets/key")
    (engine,) = load_settings().tws.every_engine
    assert (engine.name, engine.base_urls) == ("PROD", ("https://master:31116",))
    assert engine.has_credentials


def test_engines_by_name_each_with_its_own_values() -> None:
    Path("settings.toml").write_text(TWO)
    prod, uat = load_settings().tws.every_engine
    assert (prod.name, prod.base_urls, prod.zone) == (
        "PROD",
        ("https://master:31116", "https://backup:31116"),
        "America/Sao_Paulo",
    )
    assert (uat.name, uat.base_urls, uat.start_of_day) == ("UAT", ("https://uat:31116",), "06:00")
    assert [(one.max_connections, one.read_timeout) for one in (prod, uat)] == [(10, 30.0), (3, 8.0)]


def test_the_default_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("settings.toml").write_text(TWO)
    monkeypatch.setenv("APP_TWS__DEFAULT", "uat")
    assert names() == ["UAT", "PROD"]


def test_the_engine_of_the_plain_names_comes_before_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("settings.toml").write_text(TWO)
    monkeypatch.setenv("TWS_HOST", "dr")
    monkeypatch.setenv("APP_TWS__NAME", "DR")
    assert names() == ["DR", "PROD", "UAT"]


def test_the_environment_changes_one_value_of_an_engine_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("settings.toml").write_text(TWO)
    monkeypatch.setenv("APP_TWS__ENGINES__UAT__USER", "of-the-environment")
    _, uat = load_settings().tws.every_engine
    assert (uat.name, uat.host, uat.user) == ("UAT", "uat", "of-the-environment")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[tws.engines.UAT]\nuser = "x"', "engines.UAT.host must be set"),
        ('[tws.engines.UAT]\nhost = "x"\nname = "OTHER"', "engines.UAT.name must be left out"),
        ('[tws]\nhost = "x"\n[tws.engines.PROD]\nhost = "y"', "engines.PROD has the name of the engine of TWS_HOST"),
        ('[tws]\nhost = "x"\ndefault = "UAT"', "default is not the name of an engine (PROD)"),
        ('[tws.engines."a b"]\nhost = "x"', "String should match pattern"),
        ('[tws.engines.UAT]\nhost = "x"\ncolour = "red"', "APP_TWS__ENGINES__UAT__COLOUR: "),
        ('[tws]\nengines = "UAT"', "APP_TWS__ENGINES: "),
        ('[tws.engines]\nUAT = "x"', "APP_TWS__ENGINES__UAT: "),
    ],
)
def test_a_mistake_is_told(text: str, said: str) -> None:
    Path("settings.toml").write_text(text)
    with pytest.raises(ConfigurationError) as caught:
        load_settings()
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ("", "APP_TWS__ENGINES__UAT__API_KEY: must be set in production"),
        ('user = "resync"\npassword = "demo"', "APP_TWS__ENGINES__UAT__PASSWORD: is an example"),
        ('api_key_file = "/run/secrets/uat"', None),
    ],
)
def test_production_wants_credentials_for_each(monkeypatch: pytest.MonkeyPatch, values: str, said: str | None) -> None:
    Path("settings.toml").write_text(f'[tws.engines.UAT]\nhost = "uat"\n{values}\n')
    monkeypatch.setenv("APP_ENVIRONMENT", "production")
    monkeypatch.setenv("REDIS_URL", "redis://redis:6379/0")
    if said is None:
        assert [engine.name for engine in load_settings().tws.every_engine] == ["UAT"]
        return
    with pytest.raises(ConfigurationError) as caught:
        load_settings()
    assert said in str(caught.value)
