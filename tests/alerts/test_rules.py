"""The file of rules: how it is read, and what is said of every mistake in it."""

import re
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resync_bot.alerts.model import Origin, Severity, TroubleKind
from resync_bot.alerts.rules import load_rules, place_of, read_rules
from resync_bot.conversation.model import Place
from resync_bot.errors import ConfigurationError

WHOLE = """
[[rule]]
name = "payroll"
engine = "PROD"
folder = "/PAYROLL@"
job = "PAY*"
kinds = ["job_failed", "prompt_waiting"]
severity = "error"
to = ["slack/T0123/C0456", "teams/1f0e/19:abc@thread.tacv2"]
mention = ["U024BE7LH", "S024BE7LH|Payroll"]
mention_from = "error"
runbook = "https://wiki.example.org/{stream}/{job}"
language = "pt"
group_wait = "10s"
group_interval = "5m"
repeat_interval = "4h"
storm = 7

[[rule]]
object = "ETL@"
to = "slack/T0123/C0789"
group_wait = 2.5
"""


def test_a_rule_is_read_whole() -> None:
    payroll, etl = read_rules(WHOLE, "alerts.toml")

    assert (payroll.id, payroll.origin, payroll.name) == ("file:payroll", Origin.FILE, "payroll")
    assert payroll.pattern.kinds == (TroubleKind.JOB_FAILED, TroubleKind.PROMPT_WAITING)
    assert (payroll.pattern.engine, payroll.pattern.folder, payroll.pattern.job) == ("PROD", "/PAYROLL@", "PAY*")
    assert payroll.pattern.severity is payroll.mention_from is Severity.ERROR
    assert [Place.decode(place) for place in payroll.to] == [
        Place("slack", "T0123", "C0456"),
        Place("teams", "1f0e", "19:abc@thread.tacv2"),
    ]
    assert (payroll.group_wait, payroll.group_interval, payroll.repeat_interval) == (10, 300, 14_400)
    assert (payroll.storm, payroll.language) == (7, "pt")
    assert (etl.id, etl.pattern.name, etl.group_wait) == ("file:2", "ETL@", 2.5)
    assert etl.to == (Place("slack", "T0123", "C0789").encode(),)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('kind = ["job_failed"]', "kind: is not known; did you mean kinds?"),
        ('kinds = ["failed"]', "kinds: input should be 'job_failed'"),
        ('severity = "high"', 'for example severity = "error"'),
        ('to = "#payroll"', "to: '#payroll' is no place: platform/workspace or tenant/channel"),
        ("to = []", f'for example to = ["{"slack/T0123ABCD/C0456EFGH"}"]'),
        ('mention = ["@ana"]', "mention: '@ana' is nobody's id; an id, not a name, for example"),
        ('runbook = "wiki/{job}"', "runbook: is no link, for example"),
        (
            'runbook = "https://wiki.example.org/{user}"',
            "runbook: {user} is not known; there are job, stream, workstation",
        ),
        ('runbook = "https://wiki.example.org/{job.__class__}"', "{job.__class__} is not known"),
        ('runbook = "https://wiki.example.org/{job!r}"', "runbook: is no link"),
        ('runbook = "https://wiki.example.org/{job"', "runbook: is no link"),
        ('language = "fr"', "language: must be en or pt"),
        ('group_wait = "soon"', 'group_wait: must be a length of time, for example group_wait = "10s"'),
        ("group_wait = true", "group_wait: must be a length of time"),
        ("repeat_interval = 0", "repeat_interval: input should be greater than 0"),
        ("storm = 0", "for example storm = 10"),
        ('job = "PAY\\u0000POST"', "job: 'PAY\\x00POST' can be no name of the plan, for example"),
        ('engine = "PORD"', "engine: there is no PORD; there is PROD, TEST"),
    ],
)
def test_a_mistake_is_told_in_one_line_with_an_example(line: str, said: str) -> None:
    to = "" if line.startswith("to ") else 'to = "slack/T0123/C0456"'

    with pytest.raises(ConfigurationError) as refused:
        read_rules(f'[[rule]]\nname = "night"\n{to}\n{line}', "alerts.toml", engines=("PROD", "TEST"))

    (told,) = str(refused.value).splitlines()
    assert told.startswith("alerts.toml, rule 1 (night): ")
    assert said in told


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(ConfigurationError) as refused:
        read_rules('[[rule]]\nstorm = 0\n[[rule]]\nto = "x"\n[rules]\n', "alerts.toml")

    assert [line.partition(": ")[0] for line in str(refused.value).splitlines()] == [
        "alerts.toml",
        "alerts.toml, rule 1",
        "alerts.toml, rule 1",
        "alerts.toml, rule 2",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[rule]\n", "alerts.toml: is not TOML"),
        ('[rule]\nto = "slack/T/C"\n', "alerts.toml: rule: each rule begins with [[rule]]"),
        ("rule = [1]\n", "alerts.toml: rule: each rule begins with [[rule]]"),
    ],
)
def test_what_is_no_file_of_rules_is_refused(text: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^alerts\.toml") as refused:
        read_rules(text, "alerts.toml")

    assert str(refused.value).startswith(said)


def test_two_rules_of_one_name_are_a_mistake() -> None:
    rule = '[[rule]]\nname = "night"\nto = "slack/T/C"\n'

    with pytest.raises(ConfigurationError, match=r"rule 2 .night.: name: another rule has this name"):
        read_rules(rule + rule, "alerts.toml")


def test_the_file_is_read_from_disk(tmp_path: Path) -> None:
    path = tmp_path / "alerts.toml"
    path.write_text("\ufeff" + WHOLE, encoding="utf-8")

    assert len(load_rules(path, engines=("PROD",))) == 2


def test_a_file_that_is_not_there_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"^alerts\.toml: cannot be read"):
        load_rules(tmp_path / "alerts.toml")


def test_no_rules_are_no_mistake() -> None:
    assert read_rules("# nobody yet\n", "alerts.toml") == ()


_PART = st.text("ABC019:@.-_", min_size=1, max_size=12)


@given(platform=st.sampled_from(["slack", "teams", "web"]), tenant=_PART, channel=_PART)
def test_a_place_is_read_as_it_is_written_and_as_it_is_kept(platform: str, tenant: str, channel: str) -> None:
    place = Place(platform, tenant, channel)

    assert place_of(f"{platform}/{tenant}/{channel}") == place
    assert place_of(place.encode()) == place


@given(st.text(max_size=60))
def test_no_text_makes_the_reader_fail_otherwise(text: str) -> None:
    with suppress(ConfigurationError):
        read_rules(text, "alerts.toml")


def test_the_rule_of_the_readme_can_be_read() -> None:
    readme = (Path(__file__).parents[2] / "manifests" / "alerts" / "README.md").read_text(encoding="utf-8")
    (block,) = (text for text in re.findall(r"```toml\n(.*?)```", readme, re.DOTALL) if "[[rule]]" in text)

    (rule,) = read_rules(block, "alerts.toml", engines=("PROD",))

    assert rule.name == "payroll"
    assert rule.pattern.kinds == tuple(TroubleKind)
