"""`make evals`: the suite put to the configured language model; `--interpreter` puts it to the interpreter.

Prints what failed and why, then the pass rate by difficulty and by language, tool calls, tokens, cost and times. Ends
with status 1 if fewer cases pass than `--at-least` says.
"""

import asyncio
import fnmatch
from collections.abc import Iterable, Sequence
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from resync_bot.runtime.logs import logging_to
from resync_bot.runtime.sections import LlmSettings, LogLevel, LogSettings
from resync_bot.runtime.settings import load_settings
from tests.evals.case import Case, Level, Tongue, all_cases
from tests.evals.plans import running_plan
from tests.evals.suite import Graded, Suite, pass_rate, percentile

AT_LEAST = 0.9


async def run(cases: Sequence[Case], settings: LlmSettings, console: Console) -> list[Graded]:
    """Grades the cases, plan by plan, and prints each one that fails."""
    graded = []
    for plan in dict.fromkeys(case.plan for case in cases):
        async with running_plan(plan) as running:
            suite = Suite(running, settings)
            for case in cases:
                if case.plan == plan:
                    graded.append(await suite.grade(case))
                    _print_failure(graded[-1], console)
    return graded


def _print_failure(one: Graded, console: Console) -> None:
    if not one.passed:
        console.print(f"[red]{one.case.name}[/red]: {one.case.say[-1]}", highlight=False)
        console.print(f"    {'; '.join(one.mistakes)}", highlight=False, markup=False)


def summary(graded: Sequence[Graded]) -> Table:
    """Pass rates and what they cost, a row for each difficulty and language."""
    table = Table(title="Pass rate")
    for head in ("cases", "passed", "of", "rate", "tool calls", "tokens", "cost $", "p50 s", "p95 s", "stand-in"):
        table.add_column(head, justify="left" if head == "cases" else "right")
    rows: list[tuple[str, list[Graded]]] = [
        *((str(level), [one for one in graded if one.case.level is level]) for level in Level),
        *((str(tongue), [one for one in graded if one.case.language is tongue]) for tongue in Tongue),
        ("all", list(graded)),
    ]
    for name, some in rows:
        if some:
            table.add_row(name, *_figures(some))
    return table


def _figures(some: Sequence[Graded]) -> Iterable[str]:
    seconds = [one.seconds for one in some]
    return (
        str(sum(one.passed for one in some)),
        str(len(some)),
        f"{pass_rate(some):.1%}",
        str(sum(one.tool_calls for one in some)),
        str(sum(one.tokens for one in some)),
        f"{sum(one.cost for one in some):.4f}",
        f"{percentile(seconds, 50):.2f}",
        f"{percentile(seconds, 95):.2f}",
        str(sum(one.is_stand_in for one in some)),
    )


def main(
    only: Annotated[str, typer.Option(help="names of cases, with * and ?")] = "*",
    at_least: Annotated[float, typer.Option(min=0, max=1, help="the pass rate below which it fails")] = AT_LEAST,
    interpreter: Annotated[bool, typer.Option(help="ask the interpreter, whatever is configured")] = False,
) -> None:
    """Puts the cases to the configured language model."""
    console = Console()
    settings = load_settings().llm
    if interpreter:
        settings = LlmSettings()
    elif not settings.models:
        console.print("LLM_MODEL: is not set, for example openai/gpt-4o; or use --interpreter", style="red")
        raise typer.Exit(2)
    cases = [case for case in all_cases() if fnmatch.fnmatch(case.name, only)]
    with logging_to(LogSettings(directory=None), console_level=LogLevel.ERROR):
        graded = asyncio.run(run(cases, settings, console))
    console.print(summary(graded))
    if pass_rate(graded) < at_least:
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
