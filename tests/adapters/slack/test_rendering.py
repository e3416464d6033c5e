"""Answers in Block Kit: golden files for every block and kind of answer, and Slack's limits for everything else.

`GOLDEN=write` writes the files anew; what changed is then read in the diff.
"""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack import limits
from adapters.slack.blocks import answer_message, content_blocks, placeholder_message, plain_message, progress_message
from adapters.slack.home import home_blocks
from resync_bot.conversation.model import (
    Answer,
    Block,
    Button,
    Buttons,
    Code,
    Context,
    Divider,
    Fields,
    Image,
    Table,
    Text,
)
from resync_bot.conversation.ports import Briefing
from tests.adapters.slack.standin.checks import block_errors, characters, visible_text

GOLDEN = Path(__file__).parent / "golden"

MARKDOWN = """# Failed jobs

**2** of 812 jobs *failed* in ~~PROD~~ `PROD`, see [the runbook](https://example.org/run?a=1&b=2).
Since 2026-11-23T02:10:00Z <!channel> <@U123> :tada: @here #ops.

- `/BANK/PAY#POST` ended with 12
  - after two restarts
- `/BANK/PAY#CLOSE` waits

1. look at the log
2. ask *again*

> Nobody touched it.

```
AWSBHT001I <ok> & *bold*
```

| Job | State |
|---|---|
| `A` | ABEND |

---
"""

ANSWERS: dict[str, Answer] = {
    "text": Answer.plain(MARKDOWN),
    "fields": Answer("Job", (Fields((("Job", "`/BANK/PAY#POST`"), ("Ended", "2026-11-23T02:10:00Z"), ("Why", ""))),)),
    "table": Answer(
        "Failed jobs",
        (
            Table(
                ("Job", "State", "Ended"),
                (("PAY_POST <!here>", "ABEND", "2026-11-23T02:10:00Z"), (":tada:", "", "yesterday")),
                more=3,
            ),
        ),
    ),
    "two_tables": Answer("Two", (Table(("A",), (("1",),)), Table(("B", "C"), (("2", "333"), ("44", "5")), more=1))),
    "code": Answer("Log", (Code("line <one>\n  line & two", "log"),)),
    "image": Answer(
        "Graph", (Image("https://example.org/graph.png", "What blocks what"), Image("http://x/y", "Plain"))
    ),
    "buttons": Answer(
        "What next?",
        (
            Buttons((Button("Show log", "ask", "show the log of PAY_POST"), Button("Cancel", "ask", "x", "danger"))),
            Buttons((Button("Why", "ask", "why", "primary"),)),
        ),
    ),
    "context": Answer("PROD", (Context("PROD, *today* since 2026-11-23T00:00:00Z, `AWSBHT001I`"),)),
    "divider": Answer("a\n\nb", (Text("a"), Divider(), Text("b"))),
    "whole_answer": Answer(
        "**1** job failed.",
        (
            Text("**1** job failed in `PROD`."),
            Table(("Job", "State"), (("PAY_POST", "ABEND"),)),
            Buttons((Button("Show log", "ask", "show the log of PAY_POST"),)),
            Context("PROD, production day 23 Nov"),
        ),
        model="interpreter",
    ),
    "failure": Answer.plain("The scheduling engine did not answer my question. (reference `1a2b3c4d`)"),
}


def compare(name: str, shown: object) -> None:
    path = GOLDEN / f"{name}.json"
    text = json.dumps(shown, indent=1, ensure_ascii=False) + "\n"
    if os.environ.get("GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("name", ANSWERS)
def test_golden(name: str) -> None:
    message = answer_message(ANSWERS[name], "turn-1")
    assert block_errors(list(message.blocks)) == []
    compare(name, {"text": message.text, "blocks": message.blocks})


def test_golden_progress() -> None:
    message = progress_message("Two **jobs** fai", "turn-1")
    assert block_errors(list(message.blocks)) == []
    compare("progress", {"text": message.text, "blocks": message.blocks})


def test_golden_placeholder() -> None:
    message = placeholder_message("reading the job log of PAY_POST <!here>", "turn-1")
    assert block_errors(list(message.blocks)) == []
    compare("placeholder", {"text": message.text, "blocks": message.blocks})


def test_golden_home() -> None:
    glance = Answer("Plan", (Text("**812** jobs, 2 failed <!here>."), Fields((("Late", "`PAY_CLOSE`"),))))
    failed = Answer("Failed", (ANSWERS["table"].blocks[0], Buttons((Button("Show log", "ask", "log"),))))
    questions = ("What failed tonight?", "Why does :tada: wait?")
    blocks = home_blocks(Briefing(glance, failed, questions), datetime(2026, 11, 23, 12, tzinfo=UTC))
    assert block_errors(blocks, "home") == []
    compare("home", blocks)


def test_golden_long_answer() -> None:
    """The end of a page that is followed by others: what brings the rest stands under it."""
    message = answer_message(Answer("Log", (Code("line\n" * 9000),), model="interpreter"), "turn-1")
    assert block_errors(list(message.blocks)) == []
    compare("long_answer_end", message.blocks[-2:])


def test_no_golden_file_is_left_over() -> None:
    others = {"progress", "placeholder", "home", "long_answer_end", "times"}
    assert {path.stem for path in GOLDEN.glob("*.json")} == {*ANSWERS, *others}


def test_the_markdown_block_is_not_used_whose_length_counts_for_the_whole_message_s11() -> None:
    for answer in ANSWERS.values():
        assert "markdown" not in {block["type"] for block in answer_message(answer, "t").blocks}


texts = st.text(max_size=400) | st.text(alphabet="ab \n*_`[]()<>|#-1.:", max_size=400)
long_texts = st.integers(0, 4).flatmap(lambda n: texts.map(lambda text: (text + " ") * 10**n if n < 4 else text))
rows = st.integers(1, 25).flatmap(
    lambda width: st.tuples(
        st.tuples(*[st.text(max_size=30)] * width), st.lists(st.tuples(*[st.text(max_size=60)] * width), max_size=15)
    )
)
buttons = st.builds(Button, texts, st.text("abc", min_size=1, max_size=300), long_texts)
blocks: st.SearchStrategy[Block] = st.one_of(
    st.builds(Text, long_texts),
    st.builds(Fields, st.lists(st.tuples(texts, long_texts), max_size=25).map(tuple)),
    st.builds(
        lambda grid, times, more: Table(grid[0], tuple(grid[1]) * times, more),
        rows,
        st.integers(0, 30),
        st.integers(0, 3),
    ),
    st.builds(Code, long_texts),
    st.builds(
        Image, st.sampled_from(["https://x.org/a.png", "javascript:1", "https://x.org/" + "a" * 4000]), long_texts
    ),
    st.builds(
        Buttons,
        st.lists(st.builds(Button, texts, st.text("abc", min_size=1, max_size=300), long_texts), max_size=40).map(
            tuple
        ),
    ),
    st.builds(Context, long_texts),
    st.builds(Divider),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(blocks, max_size=8), texts)
def test_slack_takes_whatever_an_answer_holds(many: list[Block], text: str) -> None:
    answer = Answer(text, tuple(many), model="interpreter")
    first = answer_message(answer, "turn-1")
    for page in range(first.pages):
        message = answer_message(answer, "turn-1", page=page)
        assert block_errors(list(message.blocks)) == []
        assert 0 < len(message.text) <= limits.TEXT
        assert characters([block for block in message.blocks if block["type"] != "table"]) <= 13_200
    assert block_errors(content_blocks(answer, limits.HOME_BLOCKS), "home") == []
    assert block_errors(list(progress_message(text, "t").blocks)) == []
    assert plain_message(answer).text


def test_nothing_of_a_long_answer_is_lost_on_its_pages() -> None:
    paragraphs = [f"paragraph {number} " + "word " * 120 for number in range(200)]
    table = Table(("Job",), tuple((f"JOB_{number:04d}",) for number in range(1000)))
    answer = Answer("long", (Text("\n\n".join(paragraphs)), table))
    pages = answer_message(answer, "t").pages
    text = "\n".join(visible_text(list(answer_message(answer, "t", page=page).blocks)) for page in range(pages))
    assert all(f"paragraph {number} " in text for number in range(200))
    assert all(f"JOB_{number:04d}" in text for number in range(1000))


def test_golden_times() -> None:
    """The engine's 02:04 in Sao Paulo, in whatever zone the reader is; code, and what is no moment, stays."""
    moment = datetime(2026, 11, 23, 5, 4, tzinfo=UTC)
    answer = Answer(
        "It ended at 02:04.",
        (
            Text("It ended at **02:04** (22 Nov 18:00), not 12:02:04 or `02:04`.\n\n- begun 02:04\n\n> said 02:04"),
            Table(("Job", "Ended"), (("PAY_POST", "02:04"), ("PAY_02:04", "yesterday"))),
            Fields((("Ended", "02:04, *late*"),)),
            Context("since 02:04"),
            Code("02:04 started"),
        ),
        times=(("02:04", moment), ("22 Nov 18:00", datetime(2026, 11, 22, 21, tzinfo=UTC))),
    )
    message = answer_message(answer, "turn-1")
    assert block_errors(list(message.blocks)) == []
    compare("times", {"text": message.text, "blocks": message.blocks})


def test_all_time_zones_are_the_readers() -> None:
    at = datetime(2026, 11, 23, 2, 10, tzinfo=UTC)
    message = answer_message(Answer.plain(f"Ended {at.isoformat()}."), "t")
    (date,) = [each for each in message.blocks[0]["elements"][0]["elements"] if each["type"] == "date"]
    assert date["timestamp"] == int(at.timestamp())
