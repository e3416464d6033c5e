"""The package for Teams, its icons, and `resync-bot check`."""

import io
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import orjson
import pytest
from jsonschema import Draft7Validator  # type: ignore[import-untyped]  # it has no types

from adapters.teams.check import check
from adapters.teams.icons import color_icon, outline_icon
from adapters.teams.manifest import EXAMPLE_APP_ID, EXAMPLE_URL, app_package, manifest, render
from resync_bot.errors import ConfigurationError
from resync_bot.runtime.settings import Environment, Settings
from tests.adapters.teams.connector import APP_ID, Fault, Microsoft

SCHEMA = orjson.loads((Path(__file__).parent / "schema" / "MicrosoftTeams.schema.json").read_bytes())
COMMITTED = Path(__file__).parents[3] / "manifests" / "teams"


def test_what_is_committed_is_what_is_made() -> None:
    made = orjson.dumps(manifest(EXAMPLE_URL, app_id=EXAMPLE_APP_ID), option=orjson.OPT_INDENT_2) + b"\n"
    assert (COMMITTED / "manifest.json").read_bytes() == made
    assert (COMMITTED / "color.png").read_bytes() == color_icon()
    assert (COMMITTED / "outline.png").read_bytes() == outline_icon()


def test_the_package_holds_what_teams_wants(tmp_path: Path) -> None:
    path = tmp_path / "app.zip"
    told = render("https://bot.example.org/", app_id=APP_ID, output=path)
    assert "https://bot.example.org/api/messages" in told
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == ["manifest.json", "color.png", "outline.png"]
        made = orjson.loads(archive.read("manifest.json"))
    assert made["id"] == made["bots"][0]["botId"] == APP_ID
    assert made["validDomains"] == ["bot.example.org"]
    assert made["bots"][0]["scopes"] == ["personal", "team", "groupChat"]


def wrong(made: dict[str, Any]) -> list[str]:
    """What Microsoft's schema finds wrong with a manifest, each as its place in it."""
    errors = Draft7Validator(SCHEMA, format_checker=Draft7Validator.FORMAT_CHECKER).iter_errors(made)
    return [".".join(map(str, error.absolute_path)) for error in errors]


def test_the_manifest_keeps_microsofts_schema_of_its_version() -> None:
    made = manifest(EXAMPLE_URL, app_id=APP_ID)
    assert made["manifestVersion"] == SCHEMA["properties"]["manifestVersion"]["const"]
    assert wrong(made) == []


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"manifestVersion": "1.29"}, "manifestVersion"),
        ({"id": "my bot"}, "id"),
        ({"name": {"short": "x" * 31}}, "name.short"),
        ({"accentColor": "blue"}, "accentColor"),
        ({"bots": [{"botId": APP_ID, "scopes": ["everywhere"]}]}, "bots.0.scopes.0"),
        ({"invented": 1}, ""),
    ],
)
def test_the_schema_finds_what_is_wrong(change: dict[str, object], where: str) -> None:
    assert where in wrong({**manifest(EXAMPLE_URL, app_id=APP_ID), **change})


def test_commands_fit_what_teams_shows() -> None:
    [commands] = [one["commands"] for one in manifest(EXAMPLE_URL, app_id=APP_ID)["bots"][0]["commandLists"]]
    assert 1 <= len(commands) <= 10
    for command in commands:
        assert len(command["title"]) <= 32
        assert len(command["description"]) <= 128


def test_the_same_package_has_the_same_bytes() -> None:
    assert app_package(EXAMPLE_URL, app_id=APP_ID) == app_package(EXAMPLE_URL, app_id=APP_ID)


@pytest.mark.parametrize(
    ("url", "app_id", "named"),
    [("http://x", APP_ID, "--url"), ("https://", APP_ID, "--url"), (EXAMPLE_URL, "my bot", "--app-id")],
)
def test_what_is_wrong_is_named(url: str, app_id: str, named: str) -> None:
    with pytest.raises(ConfigurationError, match=named):
        app_package(url, app_id=app_id)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be written"):
        render(app_id=APP_ID, output=tmp_path / "nowhere" / "app.zip")


@pytest.mark.parametrize(("icon", "size"), [(color_icon(), 192), (outline_icon(), 32)])
def test_icons_are_pngs_of_the_right_size(icon: bytes, size: int) -> None:
    assert icon.startswith(b"\x89PNG")
    assert struct.unpack(">II", icon[16:24]) == (size, size)
    start = icon.index(b"IDAT") + 4
    length = struct.unpack(">I", icon[start - 8 : start - 4])[0]
    assert len(zlib.decompress(icon[start : start + length])) == size * (size * 4 + 1)


def test_the_package_is_a_zip() -> None:
    assert zipfile.ZipFile(io.BytesIO(app_package(EXAMPLE_URL, app_id=APP_ID))).testzip() is None


# --- check ---


def settings(**teams: object) -> Settings:
    return Settings.model_validate({"environment": Environment.TEST, "teams": teams})


async def states(chosen: Settings) -> dict[str, str]:
    return {result.name: result.state for result in await check(chosen)}


async def test_check_is_off_without_an_app_id() -> None:
    assert await states(settings()) == {"Teams": "off"}


async def test_check_says_that_all_is_well(microsoft: Microsoft) -> None:
    assert await states(settings(**microsoft.settings)) == {
        "Teams keys": "ok",
        "Teams token": "ok",
        "Teams manifest": "ok",
    }


async def test_check_names_what_is_wrong(microsoft: Microsoft) -> None:
    microsoft.login_faults.append(Fault(404))
    wrong = {**microsoft.settings, "app_password": "expired", "public_url": f"{microsoft.url}/nobody"}
    results = {result.name: result for result in await check(settings(**wrong))}
    assert results["Teams keys"].state == "failed"
    assert "TEAMS_APP_PASSWORD" in results["Teams token"].fix
    assert "404" in results["Teams endpoint"].detail
    assert "expired" not in results["Teams token"].detail
