"""The command line: `resync-bot serve | demo | ask | check | manifest | event-rule | simulator | healthcheck`.

Each command imports what it needs when it runs, so that `--help` and the health check answer at once.
Exit status: 0 all is well, 1 it did not work, 2 the command or a setting is wrong.
"""

import asyncio
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, NoReturn, TypeVar

import typer

from resync_bot.errors import ConfigurationError, ResyncError

T = TypeVar("T")

FAILED, MISUSED = 1, 2
MANIFESTS = "resync_bot.manifests"  # entry points of the adapters: functions that give the text to print

cli = typer.Typer(
    name="resync-bot",
    help="Ask HCL Workload Automation's production plan a question, where you already talk.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def main() -> None:
    """The entry point: what the bot raises knowingly becomes lines on stderr and an exit status, never a traceback."""
    try:
        cli()
    except ConfigurationError as error:
        _fail(error, MISUSED)
    except ResyncError as error:
        _fail(error, FAILED)


def _fail(error: ResyncError, status: int) -> NoReturn:
    print(error, file=sys.stderr)
    if error.hint:
        print(error.hint, file=sys.stderr)
    raise SystemExit(status)


def _run(work: Coroutine[None, None, T]) -> T:
    try:
        return asyncio.run(work)
    except KeyboardInterrupt:
        raise SystemExit(130) from None  # as shells report an end by Ctrl-C
    except BaseExceptionGroup as group:
        # Task groups wrap what happens in them: one of our own errors says more than the wrapping.
        if ours := group.subgroup(ResyncError):
            raise _first(ours) from group
        raise


def _first(group: BaseExceptionGroup[ResyncError]) -> ResyncError:
    error = group.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error


@cli.command()
def serve() -> None:
    """Run the bot. Nothing is embedded: everything comes from the settings."""
    from resync_bot.app import serve as run  # noqa: PLC0415  # see the module's docstring

    _run(run())


@cli.command()
def demo() -> None:
    """Run the bot with all that it needs embedded: a Redis-compatible server and a simulated engine."""
    from resync_bot.demo import demo as run  # noqa: PLC0415

    _run(run())


@cli.command()
def ask(question: Annotated[str, typer.Argument(help="One question, in English, Portuguese or conman.")]) -> None:
    """Ask one question and print the answer. Without TWS_HOST, the demo's plan is asked."""
    from resync_bot.ask import ask as run  # noqa: PLC0415

    if not _run(run(question)):
        raise SystemExit(FAILED)


@cli.command()
def check() -> None:
    """Check each dependency: reachable? authorised? which version? what to fix?"""
    from resync_bot.check import check as run  # noqa: PLC0415

    if not _run(run()):
        raise SystemExit(FAILED)


@cli.command()
def simulator(
    port: Annotated[int | None, typer.Option(help="Port on 127.0.0.1.", envvar="SIMULATOR_PORT")] = None,
    seed: Annotated[int | None, typer.Option(help="Picks the night.", envvar="SIMULATOR_SEED")] = None,
    speed: Annotated[
        float | None, typer.Option(help="Virtual seconds per second; 0 freezes it.", envvar="SIMULATOR_SPEED", min=0)
    ] = None,
    jobs: Annotated[
        int | None, typer.Option(help="Size of the plan, up to 500000.", envvar="SIMULATOR_JOBS", min=600)
    ] = None,
    tls: Annotated[
        Path | None, typer.Option(metavar="DIRECTORY", help="Speak HTTPS; ca.pem is written to this directory.")
    ] = None,
    faults: Annotated[bool, typer.Option("--faults", help="Take orders for faults at /simulator/faults.")] = False,
    only_v1: Annotated[bool, typer.Option("--only-v1", help="Be an engine of 9.5, without the REST API V2.")] = False,
) -> None:
    """Run the simulated engine alone."""
    from resync_bot.runtime.signals import stop_on_signals  # noqa: PLC0415
    from resync_bot.simulator.server import running_simulator  # noqa: PLC0415
    from resync_bot.simulator.settings import (  # noqa: PLC0415
        DEFAULT_JOBS,
        DEFAULT_PORT,
        DEFAULT_SEED,
        DEFAULT_SPEED,
        SimulatorSettings,
    )

    settings = SimulatorSettings(
        port=DEFAULT_PORT if port is None else port,
        seed=DEFAULT_SEED if seed is None else seed,
        speed=DEFAULT_SPEED if speed is None else speed,
        jobs=DEFAULT_JOBS if jobs is None else jobs,
    )

    async def run() -> None:
        with stop_on_signals() as stop:
            async with running_simulator(settings, tls=tls, switchboard=faults, only_v1=only_v1) as server:
                print(f"The simulated engine answers at {server.url} (user demo, password demo).", flush=True)
                await stop.wait()

    _run(run())


@cli.command()
def manifest(
    platform: Annotated[str, typer.Argument(help="slack or teams.")],
    url: Annotated[str | None, typer.Option(help="Where the platform reaches the bot, https://...")] = None,
    transport: Annotated[str | None, typer.Option(help="slack: http or socket.")] = None,
    app_id: Annotated[str | None, typer.Option(help="teams: the id of the bot's registration.")] = None,
    output: Annotated[Path | None, typer.Option(help="teams: the zip to write.")] = None,
) -> None:
    """Print, or write, what a messaging platform wants to know of the app."""
    from importlib.metadata import entry_points  # noqa: PLC0415
    from inspect import signature  # noqa: PLC0415

    points = {point.name: point for point in entry_points(group=MANIFESTS)}
    if platform not in points:
        raise ConfigurationError(f"{platform}: has no manifest; there are {', '.join(sorted(points))}")
    render = points[platform].load()
    given = {"url": url, "transport": transport, "app_id": app_id, "output": output}
    options = {name: value for name, value in given.items() if value is not None}
    try:
        signature(render).bind(**options)
    except TypeError as error:
        raise ConfigurationError(
            f"The manifest of {platform}: {error}", hint="See: resync-bot manifest --help"
        ) from None
    print(render(**options))


@cli.command()
def event_rule(
    engine: Annotated[str, typer.Option(help="The engine's name in the settings, if there are several.")] = "",
    url: Annotated[str, typer.Option(help="Where the engine reaches the bot.")] = "https://resync.example.org",
    events: Annotated[str, typer.Option(help="Some of abend,late,long,risk.")] = "abend",
    windows: Annotated[bool, typer.Option("--windows", help="The event processor runs on Windows.")] = False,
    script: Annotated[str, typer.Option(help="Where the notify script will lie on its machine.")] = "",
    output: Annotated[Path | None, typer.Option(metavar="DIRECTORY", help="Write the files instead.")] = None,
) -> None:
    """Print, or write, what makes an engine tell the bot of failures at once: event rules and a notify script."""
    from resync_bot.alerts.sources import event_rule as site  # noqa: PLC0415

    platform = site.Platform.WINDOWS if windows else site.Platform.UNIX
    rules = site.render_rules(site.read_events(events), engine=engine, platform=platform, script=script)
    texts = {site.RULES_FILE: rules, platform.script: site.render_script(platform, url)}
    for name, text in texts.items():
        if output is None:
            print(f"===== {name} =====\n{text}")
        else:
            output.mkdir(parents=True, exist_ok=True)
            (output / name).write_text(text)
    if output is not None:
        (output / platform.script).chmod(0o700)
    print(site.render_steps(platform, script), end="")


@cli.command()
def healthcheck() -> None:
    """Ask the bot on this machine whether it lives: for a container's health check."""
    from urllib.request import urlopen  # noqa: PLC0415

    from resync_bot.runtime.settings import load_settings  # noqa: PLC0415

    http = load_settings().http
    host = "127.0.0.1" if http.host in ("0.0.0.0", "::") else http.host  # noqa: S104  # listens there, is asked here
    try:
        with urlopen(f"http://{host}:{http.port}/api/health/live", timeout=4):
            pass
    except OSError as error:
        print(error, file=sys.stderr)
        raise SystemExit(FAILED) from None
