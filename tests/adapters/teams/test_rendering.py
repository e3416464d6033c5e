"""How answers look in Teams: golden files for each kind, and properties that hold for any answer."""

import os
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adapters.teams.cards import Drawing
from adapters.teams.connector import utf16_size
from adapters.teams.limits import CARD_BUTTONS, PAGE_TEXT, PAYLOAD_AIM, PAYLOAD_BYTES, SUGGESTED_ACTIONS
from adapters.teams.messages import paginate, stream_end, stream_piece
from adapters.teams.references import Reference
from adapters.teams.rich_text import lead, message_text, paragraphs, runs, settled
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
from tests.adapters.teams.answers import ANSWERS

GOLDEN = Path(__file__).parent / "golden"
CHAT = Reference("https://smba.trafficmanager.net/br/", "personal", "t", "a:1", "28:b", "Resync", "29:u", "Ann")
CHANNEL = Reference("https://smba.trafficmanager.net/br/", "channel", "t", "19:c@thread.tacv2", "28:b", "Resync")


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("where", ["chat", "channel"])
def test_golden(name: str, where: str) -> None:
    pages = paginate(ANSWERS[name])
    message = pages.message(Drawing("card"), CHAT if where == "chat" else CHANNEL)
    further = [pages.card(Drawing("card", page=page)) for page in range(1, pages.count)]
    drawn = orjson.dumps([message, *further], option=orjson.OPT_INDENT_2).decode() + "\n"
    path = GOLDEN / f"{name}.{where}.json"
    if "WRITE_GOLDEN" in os.environ:
        path.write_text(drawn)
    assert drawn == path.read_text()


def test_there_is_no_golden_file_too_many() -> None:
    assert {path.name.split(".")[0] for path in GOLDEN.iterdir()} == set(ANSWERS)


# --- any answer at all ---

words = st.text(max_size=400)
lines = st.lists(words, max_size=60).map("\n".join)
buttons = st.builds(
    Button,
    label=st.text(max_size=300),
    action=st.sampled_from(["ask", "propose"]),
    value=st.text(max_size=6000),
    style=st.sampled_from(["default", "primary", "danger"]),
)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    width = draw(st.integers(1, 25))
    row = st.lists(words, min_size=width, max_size=width).map(tuple)
    return Table(draw(row), tuple(draw(st.lists(row, max_size=12)) * draw(st.integers(1, 12))), draw(st.integers(0, 9)))


blocks: st.SearchStrategy[Block] = st.one_of(
    st.builds(Text, lines),
    st.builds(Fields, st.lists(st.tuples(words, words), max_size=40).map(tuple)),
    tables(),
    st.builds(Code, lines),
    st.builds(Image, st.just("https://example.org/x.png"), words),
    st.builds(Buttons, st.lists(buttons, max_size=9).map(tuple)),
    st.builds(Context, words),
    st.just(Divider()),
)
answers = st.builds(
    Answer, text=lines, blocks=st.lists(blocks, max_size=5).map(tuple), model=st.sampled_from(["", "m"])
)


@settings(max_examples=60, deadline=None)
@given(answers, st.sampled_from([CHAT, CHANNEL]))
def test_t6_any_answer_fits_counted_as_utf16(answer: Answer, reference: Reference) -> None:
    """T6: 100 KB for the whole payload, counted as UTF-16."""
    pages = paginate(answer)
    message = stream_end(pages.message(Drawing("c" * 40, note="…" * 160), reference), "s" * 40)
    assert utf16_size(orjson.dumps(message)) <= PAYLOAD_BYTES - 2048  # addresses are added on the way
    for page in range(pages.count):
        assert utf16_size(orjson.dumps(pages.card(Drawing("c" * 40, page=page)))) <= PAYLOAD_AIM
    assert len(message.get("text", "")) <= 4 * PAGE_TEXT
    for element in message.get("attachments", [{}])[0].get("content", {}).get("body", ()):
        assert len(element.get("actions", ())) <= CARD_BUTTONS + 1
    assert len(message.get("suggestedActions", {}).get("actions", ())) <= SUGGESTED_ACTIONS


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=30), min_size=1, max_size=200))
def test_no_row_and_no_line_is_lost_between_pages(names: list[str]) -> None:
    answer = Answer("x", (Table(("Job",), tuple((name,) for name in names)), Code("\n".join(names))))
    pages = paginate(answer)
    rows, code = [], []
    for page in range(pages.count):
        for element in pages.card(Drawing("c", page=page))["body"]:
            if element["type"] == "Table":
                rows += [row["cells"][0]["items"][0]["inlines"][0]["text"] for row in element["rows"][1:]]
            if element["type"] == "CodeBlock":
                code += element["codeSnippet"].split("\n")
    assert rows == names
    assert code == names


def texts_of(element: Any) -> str:
    if isinstance(element, dict):
        return str(element.get("text", "")) + "".join(map(texts_of, element.values()))
    return "".join(map(texts_of, element)) if isinstance(element, list) else ""


@given(st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=60))
def test_the_name_of_a_job_is_shown_to_the_letter(name: str) -> None:
    table = paginate(Answer("x", (Table(("Job",), ((name,),)),))).card(Drawing("c"))
    assert table["body"][0]["rows"][1]["cells"][0]["items"][0]["inlines"][0]["text"] == name


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("**bold** and *italic*", [("bold", {"weight": "bolder"}), (" and ", {}), ("italic", {"italic": True})]),
        ("`A_*_B`", [("A_*_B", {"fontType": "monospace"})]),
        ("~~old~~", [("old", {"strikethrough": True})]),
        ("a < b & c", [("a < b & c", {})]),
        ("[x](javascript:alert(1))", [("[x](javascript:alert(1))", {})]),
        ("<b>no html</b>", [("<b>no html</b>", {})]),
        ("", [("", {})]),
    ],
)
def test_runs(markdown: str, shown: list[tuple[str, dict[str, object]]]) -> None:
    found = runs(markdown)
    joined: list[tuple[str, dict[str, object]]] = []
    for run in found:
        looks = {key: value for key, value in run.items() if key not in ("type", "text")}
        if joined and joined[-1][1] == looks:
            joined[-1] = (joined[-1][0] + run["text"], looks)
        else:
            joined.append((run["text"], looks))
    assert joined == shown


def test_a_link_is_pressed_not_read() -> None:
    [run] = runs("[the run book](https://example.org/a_b)")
    assert run["text"] == "the run book"
    assert run["selectAction"] == {"type": "Action.OpenUrl", "url": "https://example.org/a_b"}


@given(st.text(max_size=300))
@example("#")
@example("#\n\nplain")
def test_paragraphs_of_any_text_hold_its_words(text: str) -> None:
    for element in paragraphs(text):
        assert element["inlines"]


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("# Plan", "**Plan**"),  # T18: no headings on phones
        ("## **Plan** of `A`", "**Plan of `A`**"),
        ("- one\n* two", "• one\n\n• two"),  # T18: no lists on phones
        ("a\n  - nested", "a\n\n  • nested"),
        ("---", ""),
        ("#", ""),
        ("Steps:\n1. one\n2. two\nend", "Steps:\n\n1. one\n\n2. two\nend"),
        ("a <at>Ann</at> b", "a &lt;at>Ann&lt;/at> b"),
        ("`<at>` stays", "`<at>` stays"),
        ("-1 is no list", "-1 is no list"),
        ("#1 is no heading", "#1 is no heading"),
    ],
)
def test_message_text(markdown: str, shown: str) -> None:
    assert message_text(markdown) == shown


@settings(max_examples=300)
@given(
    st.lists(st.sampled_from(["# ", "- ", "word ", "**b** ", "`c` ", "\n", "\n\n", "<", "1. ", "|", "["]), max_size=40)
)
def test_t8_a_text_that_grows_is_shown_as_a_growing_prefix(pieces: list[str]) -> None:
    """T8: the text of a stream is a growing prefix."""
    shown = ""
    for end in range(len(pieces) + 1):
        text = message_text(settled(lead("".join(pieces[:end]))))
        if text.startswith(shown):
            shown = text
    whole = message_text(lead("".join(pieces)).strip())
    assert whole.startswith(shown)


@pytest.mark.parametrize(
    ("markdown", "first"),
    [
        ("Two jobs.\n\n| Job |\n|---|\n| A |", "Two jobs."),
        ("Its log:\n\n```\nline\n```\nend", "Its log:"),
        ("All text.", "All text."),
        ("| Job |", ""),
    ],
)
def test_lead(markdown: str, first: str) -> None:
    assert lead(markdown) == first


def test_t18_a_table_inside_a_text_is_no_message_text() -> None:
    """T18: messages have no tables; only cards do."""
    pages = paginate(Answer.plain("Two jobs.\n\n| Job | RC |\n|---|---|\n| A_1 | 8 |"))
    assert "|" not in pages.layout.text


@given(st.text(max_size=3000))
def test_t8_an_informative_line_fits(text: str) -> None:
    """T8: an informative line has at most 1 KB and 1000 characters."""
    piece = stream_piece(text, "informative", stream="", sequence=1)
    assert len(piece["text"]) <= 1000
    assert len(piece["text"].encode()) <= 1024
