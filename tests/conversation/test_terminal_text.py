"""An answer as a terminal shows it."""

import io

import pytest
from rich.console import Console

from resync_bot.conversation.model import (
    Answer,
    Block,
    Button,
    Buttons,
    Code,
    Context,
    Divider,
    Evidence,
    Fields,
    Image,
    Table,
    Text,
)
from resync_bot.conversation.terminal_text import buttons, terminal_text

ASK = Buttons((Button("Log", "ask", "show its log"), Button("Useful", "feedback", "up")))


def shown(*blocks: Block, numbered: bool = False, **more: object) -> str:
    answer = Answer("the whole text", blocks, **more)  # type: ignore[arg-type]  # the test's own keywords
    console = Console(file=io.StringIO(), width=60, color_system=None)
    console.print(terminal_text(answer, numbered=numbered))
    assert isinstance(console.file, io.StringIO)
    return "\n".join(line.rstrip() for line in console.file.getvalue().splitlines())


@pytest.mark.parametrize(
    ("block", "text"),
    [
        (Text("**8 jobs** failed on `FTA_PAY`"), "8 jobs failed on FTA_PAY"),
        (Text("PAY_POST_DAILY <b>x</b> &"), "PAY_POST_DAILY <b>x</b> &"),
        (Text("see [the runbook](https://wiki.example/p)"), "see the runbook (https://wiki.example/p)"),
        (Text("- a\n- b"), "\n • a\n • b"),
        (Fields((("Status", "**ABEND**"), ("Return code", "`12`"))), "Status       ABEND\nReturn code  12"),
        (Code("  ORA-1\n[red]x"), "    ORA-1\n  [red]x"),
        (Image("https://x.example/p.png", "Run times"), "Run times: https://x.example/p.png"),
        (Context("since *22:00*"), "since 22:00"),
        (Divider(), "─" * 60),
        (ASK, "Ask next: show its log"),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else None,
)
def test_each_kind_of_block(block: Block, text: str) -> None:
    assert shown(block) == text


def test_a_table_sets_figures_right_and_counts_the_rest() -> None:
    table = Table(("Job", "Status", "RC"), (("PAY_POST", "ABEND", "12"), ("[red]GL", "SUCC", "0")), more=37)
    assert shown(table).splitlines() == [
        "Job        Status   RC",
        "──────────────────────",
        "PAY_POST   ABEND    12",
        "[red]GL    SUCC      0",
        "37 more",
    ]


def test_buttons_are_numbered_through_for_a_prompt() -> None:
    text = shown(ASK, Text("and"), Buttons((Button("Why?", "ask", "why?"),)), numbered=True)
    assert "[1] Log  [2] Useful" in text
    assert "[3] Why?" in text


def test_the_buttons_have_the_order_of_their_numbers() -> None:
    answer = Answer("", (ASK, Buttons((Button("Why?", "ask", "why?"),))))
    assert [button.label for button in buttons(answer)] == ["Log", "Useful", "Why?"]


def test_what_an_answer_rests_on_is_named() -> None:
    evidence = (Evidence("find_jobs", {}, {}), Evidence("find_jobs", {}, {}), Evidence("job_log", {}, {}))
    assert shown(Text("8 jobs"), evidence=evidence, model="gpt-4o") == "8 jobs\n\nfind_jobs, job_log · gpt-4o"


def test_an_answer_without_blocks_is_its_text() -> None:
    assert shown() == "the whole text"


@pytest.mark.parametrize(
    "block",
    [
        Text("a\x1b[2Jb"),
        Code("a\x1b]0;x\x07b\x9b1m"),
        Table(("a\x1bc",), (("\x1b[31mx",),)),
        Fields((("a\x1b[1m", "b\x1b[1m"),)),
        Context("\x1b[1mx"),
        Image("https://x\x1b[1m", "\x1b[1m"),
        Buttons((Button("\x1b[1m", "ask", "\x1b[1m"),)),
    ],
    ids=lambda block: type(block).__name__,
)
def test_no_block_can_send_an_escape_sequence(block: Block) -> None:
    for numbered in (False, True):
        text = shown(block, numbered=numbered, model="\x1b[1m")
        assert not any(character in text for character in "\x1b\x07\x9b")
