"""Texts that nobody here wrote stay texts: whatever stands in a name, a prompt or a log is never markup."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from resync_bot.agent.rendering import next_questions, render_result
from resync_bot.agent.results import (
    FailureResult,
    JobLogResult,
    JobsResult,
    NoMatch,
    Problem,
    PromptsResult,
)
from resync_bot.conversation.language import Language
from resync_bot.conversation.markdown import code, escape, fenced, inline, table
from resync_bot.tws.findings import Failure, LogProblem, NextStep, Recovery
from resync_bot.tws.models import JobLog
from tests.agent.rendering.samples import CALC, ENGINE, PROMPT

PARSER = MarkdownIt("commonmark", {"html": True}).enable("table")
EVIL = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="`|*_[]()<>!#&~\\\n\r\t -+=1.@:/'\"abc", max_size=60),
    st.sampled_from(
        [
            "<script>alert(1)</script>",
            "[click](javascript:alert(1))",
            "![x](http://evil)",
            "a | b | c",
            "``` \nrm -rf /\n```",
            "`" * 7,
            "# Heading",
            "1. item",
            "- item",
            "&lt;b&gt;",
            "**bold** __bold__ ~~gone~~",
            "line\nbreak",
            "\u202egnirts",
            "\x1b[31mred\x00",
        ]
    ),
)


def inline_tokens(markdown: str) -> list[Token]:
    """The tokens inside the only paragraph that `markdown` is."""
    tokens = PARSER.parse(markdown)
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    return tokens[1].children or []


@given(EVIL)
def test_code_shows_the_text_to_the_letter(text: str) -> None:
    tokens = inline_tokens(f"x {code(text)} y")
    assert [token.type for token in tokens] == ["text", "code_inline", "text"]
    assert tokens[1].content == (inline(text) or "?")


@given(EVIL)
def test_escaped_text_is_only_text(text: str) -> None:
    if not inline(text):
        return
    tokens = inline_tokens(escape(text))
    assert {token.type for token in tokens} <= {"text", "text_special"}
    assert "".join(token.content for token in tokens) == inline(text)


@given(st.lists(EVIL, max_size=5))
def test_a_fence_holds_its_lines_and_ends_where_it_should(lines: list[str]) -> None:
    tokens = PARSER.parse(f"{fenced(lines)}\n\nafter")
    assert [token.type for token in tokens] == ["fence", "paragraph_open", "inline", "paragraph_close"]
    assert tokens[0].content.count("\n") == len(lines)


@given(st.lists(EVIL, min_size=1, max_size=4))
def test_a_table_has_as_many_cells_as_it_was_given(cells: list[str]) -> None:
    heads = ["Head"] * len(cells)
    tokens = PARSER.parse(table(heads, [[code(cell) for cell in cells]]))
    shown = [token for token in tokens if token.type == "inline"][len(cells) :]
    assert [token.children[0].content for token in shown if token.children] == [inline(cell) or "?" for cell in cells]


@pytest.mark.parametrize("language", list(Language))
@given(text=EVIL)
def test_no_answer_turns_foreign_text_into_markup(language: Language, text: str) -> None:
    job = CALC.model_copy(update={"name": text, "stream": text, "workstation": text, "internal_status": text})
    log = JobLog(lines=(text,), first_line=1, total_lines=1)
    for result in (
        JobsResult(engine=ENGINE, total=1, jobs=(job,)),
        FailureResult(engine=ENGINE, failure=Failure(job=job, has_failed=True, log=log)),
        FailureResult(
            engine=ENGINE, failure=Failure(job=job, has_failed=True, log_problem=LogProblem(workstation=text))
        ),
        FailureResult(
            engine=ENGINE,
            failure=Failure(job=job, has_failed=True, recovery=Recovery(option=text, job=text, next=NextStep.NOTHING)),
        ),
        JobLogResult(engine=ENGINE, job=job, log=log),
        JobLogResult(engine=ENGINE, job=job, problem=text),
        PromptsResult(engine=ENGINE, total=1, prompts=(PROMPT.model_copy(update={"text": text, "name": text}),)),
        NoMatch(engine=ENGINE, name=text, similar=(text,)),
        Problem(told=f"No: {text}", hint=text),
    ):
        tokens = PARSER.parse(render_result(result, language))
        types = {child.type for token in tokens for child in (token, *(token.children or []))}
        assert types.isdisjoint(
            {"html_inline", "html_block", "link_open", "image", "heading_open", "hr", "list_item_open"}
        )
        for button in next_questions((result,), language):
            assert "\n" not in button.label + button.value
