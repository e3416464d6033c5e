"""What people wrote in Markdown, in Slack's spelling; and names that stay names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.mrkdwn import JOINER, cut_mrkdwn, fallback, literal, streamable


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("**bold** and *soft* and ~~gone~~", "*bold* and _soft_ and ~gone~"),  # S12
        ("[text](https://x.org/?a=1&b=2)", "<https://x.org/?a=1&amp;b=2|text>"),  # S12
        ("[text](ftp://x.org)", "text"),
        (
            "see <https://x.org/a|the page> and <the page|https://x.org/a>.",
            "see <https://x.org/a|the page> and <https://x.org/a|the page>.",
        ),  # S12
        ("`<https://x.org|a>` <https://x.org>", "`&lt;https://x.org|a&gt;` <https://x.org|https://x.org>"),
        ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
        ("# Failed jobs", "*Failed jobs*"),
        ("- one\n- two\n  - three", "• one\n• two\n\n    • three"),
        ("3. one\n4. two", "3. one\n4. two"),
        ("> said", "> said"),
        ("`A<B>&C`", "`A&lt;B&gt;&amp;C`"),
        ("```\nx < y\n```", "```x &lt; y```"),
        ("| a | b |\n|---|---|\n| 1 | 22 |", "```a  b\n1  22```"),
        ("at 2026-11-23T21:30:00Z", "at <!date^1795469400^{date_short_pretty} {time}|2026-11-23T21:30:00Z>"),
        ("`2026-11-23T21:30:00Z`", "`2026-11-23T21:30:00Z`"),
        ("<!channel> <@U123> <#C123>", "&lt;!channel&gt; &lt;@U123&gt; &lt;#C123&gt;"),
        ("see @here", f"see @{JOINER}here"),
        (":tada:", f":{JOINER}tada:"),
        ("at 10:30:45", "at 10:30:45"),
        ("\\_TMP\\_", f"_{JOINER}TMP_"),
    ],
)
def test_markdown_in_mrkdwn(markdown: str, shown: str) -> None:
    assert fallback(markdown, 4000) == shown


@given(st.text())
def test_no_name_becomes_a_mention_a_channel_an_emoji(text: str) -> None:
    shown = literal(text)
    assert "<" not in shown
    assert ">" not in shown
    assert "@here" not in shown
    assert "@channel" not in shown


@given(st.text(), st.text())
def test_what_is_streamed_of_a_longer_text_begins_with_what_was_streamed_before(first: str, rest: str) -> None:
    assert streamable(first + rest).startswith(streamable(first))


@pytest.mark.parametrize("name", ["<@U123>", "<!channel>", "<#C123|ops>", "<<@U123>"])
def test_no_mention_comes_alive_in_a_stream(name: str) -> None:
    shown = streamable(f"job {name} failed")
    assert "<@" not in shown
    assert "<!" not in shown
    assert "<#" not in shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (":tada: PAY:POST:1", f":{JOINER}tada: PAY:{JOINER}POST:{JOINER}1"),
        ("ask @here, @channel or @everyone", f"ask @{JOINER}here, @{JOINER}channel or @{JOINER}everyone"),
        ("at 10:30:45 **State**: `ABEND`, see https://x.org", "at 10:30:45 **State**: `ABEND`, see https://x.org"),
    ],
)
def test_no_emoji_and_no_call_to_all_comes_alive_in_a_stream(written: str, shown: str) -> None:
    assert streamable(written) == shown


@given(st.text(alphabet="ab&<> ", max_size=60), st.integers(5, 40))
def test_a_cut_leaves_no_half_entity(text: str, most: int) -> None:
    cut = cut_mrkdwn(literal(text), most)
    assert len(cut) <= most
    for index, character in enumerate(cut):
        if character == "&":
            assert cut[index:].startswith(("&amp;", "&lt;", "&gt;"))
