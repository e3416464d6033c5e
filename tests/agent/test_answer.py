"""From Markdown to blocks: whatever a model writes, it can be shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resync_bot.agent.answer import blocks_of
from resync_bot.conversation.model import Answer, Block, Code, Divider, Table, Text, answer_from_json, answer_json

TABLE = "| Job | RC |\n| --- | --: |\n| `PAY_1` | **12** |\n| [x](http://y) | a \\| b |"
ROWS = (("PAY_1", "12"), ("x", "a | b"))


@pytest.mark.parametrize(
    ("markdown", "blocks"),
    [
        ("", ()),
        (" \n\n", ()),
        ("**10 jobs** failed.", (Text("**10 jobs** failed."),)),
        ("# Plan\n\n- one\n- two\n\nEnd.", (Text("# Plan\n\n- one\n- two\n\nEnd."),)),
        (TABLE, (Table(("Job", "RC"), ROWS),)),
        (f"First:\n\n{TABLE}\n\nLast.", (Text("First:"), Table(("Job", "RC"), ROWS), Text("Last."))),
        ("```sql\nselect *\n  from x;\n```", (Code("select *\n  from x;", "sql"),)),
        ("~~~\na\n~~~", (Code("a"),)),
        ("    indented\n    code", (Code("indented\ncode"),)),
        ("Before\n\n---\n\nAfter", (Text("Before"), Divider(), Text("After"))),
        ("An open ```fence` and **bold", (Text("An open ```fence` and **bold"),)),
        ("```\nnever closed", (Code("never closed"),)),
        ("a\r\nb\rc", (Text("a\nb\nc"),)),
        # HTML is text
        ("<script>alert(1)</script>", (Text("<script>alert(1)</script>"),)),
        ("| a |\n|---|\n| <b>x</b> |", (Table(("a",), (("<b>x</b>",),)),)),
        # rows that are too short or too long
        ("| a | b |\n|---|---|\n| 1 |\n| 1 | 2 | 3 |", (Table(("a", "b"), (("1", ""), ("1", "2"))),)),
        ("| a | b |\n|---|---|", (Table(("a", "b"), ()),)),
        # a table inside a list stays part of the list
        ("- x\n\n  | a |\n  |---|\n  | 1 |", (Text("- x\n\n  | a |\n  |---|\n  | 1 |"),)),
    ],
)
def test_blocks(markdown: str, blocks: tuple[Block, ...]) -> None:
    assert blocks_of(markdown) == blocks


@pytest.mark.parametrize(
    "words",
    ["37 more", "and 37 more", "…and 37 more.", "... and 37 more jobs", "*37 more*", "**37** more", "plus 37 others",
     "mais 37", "e mais 37", "e mais 37 jobs.", "37 outros", "e outros 37", "_e mais 37 jobs_",
     "(37 more jobs in error)"],
)  # fmt: skip
@pytest.mark.parametrize("gap", ["\n\n", "\n"])
def test_how_many_more_belongs_to_the_table(words: str, gap: str) -> None:
    assert blocks_of(f"{TABLE}{gap}{words}") == (Table(("Job", "RC"), ROWS, more=37),)


@pytest.mark.parametrize("words", ["37 jobs failed.", "There are 37 more reasons why not.", "37", "more"])
def test_other_sentences_after_a_table_stay_sentences(words: str) -> None:
    assert blocks_of(f"{TABLE}\n\n{words}") == (Table(("Job", "RC"), ROWS), Text(words))


MARKDOWN = st.text(alphabet="ab1|-:`~*_#<>[]()\n\r\t \\.+!&;é\x00\u2028", max_size=120)


@given(MARKDOWN)
def test_any_markdown_gives_blocks_that_can_be_stored(markdown: str) -> None:
    blocks = blocks_of(markdown)
    answer = Answer(markdown, blocks)
    assert answer_from_json(answer_json(answer)) == answer
    for block in blocks:
        if isinstance(block, Table):
            assert all(len(row) == len(block.columns) for row in block.rows)
        if isinstance(block, Text):
            assert block.markdown.strip()


@given(st.text(alphabet="abc 123\n", max_size=100))
def test_plain_words_are_never_lost(text: str) -> None:
    shown = " ".join(
        block.markdown if isinstance(block, Text) else block.text if isinstance(block, Code) else ""
        for block in blocks_of(text)
    )
    assert shown.split() == text.split()
