"""What is shipped: the container image, the locks, the README's commands."""

import re
import shlex
import tomllib
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from typer.main import get_command

from resync_bot.cli import cli

ROOT = Path(__file__).parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ").splitlines()
COMMANDS = set(get_command(cli).commands)  # type: ignore[attr-defined]  # a typer application is a click group


def _instructions(name: str) -> list[str]:
    return [line.removeprefix(name).strip() for line in DOCKERFILE if line.startswith(name + " ")]


def test_everything_that_the_image_copies_exists_and_is_let_through() -> None:
    allowed = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    copied = [source for line in _instructions("COPY") if "--from" not in line for source in shlex.split(line)[:-1]]
    assert copied
    for source in copied:
        assert (ROOT / source).exists(), source
        assert source in allowed, source


def test_the_image_runs_commands_that_exist() -> None:
    assert _instructions("ENTRYPOINT") == ['["resync-bot"]']
    (command,) = _instructions("CMD")
    assert tuple(re.findall(r'"(\w+)"', command)) == ("serve",)
    (check,) = _instructions("HEALTHCHECK")
    assert 'CMD ["resync-bot", "healthcheck"]' in check
    assert {"serve", "healthcheck"} <= COMMANDS


def test_the_image_is_built_in_stages_from_the_lock_and_runs_without_root() -> None:
    stages = _instructions("FROM")
    assert len(stages) == 2
    assert stages[0].endswith("AS build")
    installs = [line for line in _instructions("RUN") if "pip install" in line]
    assert [("--require-hashes -r requirements.lock" in line, "--no-index" in line) for line in installs] == [
        (True, False),
        (False, True),
    ]
    assert _instructions("USER") == ["10001"]


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_holds_names_versions_and_hashes_only(name: str) -> None:
    lines = (ROOT / name).read_text().splitlines()
    for line in lines:
        assert re.fullmatch(r"(\S+==\S+( ; [^\\]+)? \\)|(    --hash=sha256:[0-9a-f]{64}( \\)?)", line), line


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    locked = {
        line.split("==")[0].split("[")[0]
        for line in (ROOT / "requirements.lock").read_text().splitlines()
        if "==" in line
    }
    wanted = {re.split(r"[\[<>=!~ ]", each)[0].lower() for each in project["project"]["dependencies"]}
    assert wanted <= locked


def test_the_trojaned_litellm_can_never_be_chosen() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    (litellm,) = [each for each in project["project"]["dependencies"] if each.startswith("litellm")]
    assert "!=1.82.7" in litellm
    assert "!=1.82.8" in litellm


def test_every_registered_adapter_can_be_loaded() -> None:
    points = entry_points(group="resync_bot.adapters")
    assert {"web", "terminal"} <= {point.name for point in points}
    for point in points:
        assert callable(point.load())


def test_the_readme_names_only_commands_that_exist() -> None:
    pages = [ROOT / "README.md", *ROOT.glob("manifests/*/README.md")]
    for page in pages:
        text = page.read_text()
        assert set(re.findall(r"resync-bot (?:--\S+ )?([a-z]+(?:-[a-z]+)*)", text)) <= COMMANDS, page
        targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
        assert (
            set(re.findall(r"\bmake ([a-z]+)", "\n".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL)))) <= targets
        ), page


def test_the_pictures_of_the_readme_exist() -> None:
    for page in [ROOT / "README.md", *ROOT.glob("manifests/*/README.md")]:
        for picture in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", page.read_text()):
            assert (page.parent / picture).is_file(), picture
