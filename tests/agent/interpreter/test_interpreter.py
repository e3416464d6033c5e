"""The interpreter as a chat model: tool calls as long as something is missing, then words. Any conversation in."""

from collections.abc import Sequence

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resync_bot.agent.chat import (
    AssistantMessage,
    ChatModel,
    Message,
    SystemMessage,
    TextDelta,
    ToolCall,
    ToolMessage,
    ToolSpec,
    UserMessage,
)
from resync_bot.agent.interpreter import Interpreter
from resync_bot.agent.loop import MOST_CALLS_PER_STEP
from resync_bot.agent.rendering import render_result
from resync_bot.agent.results import (
    FailureResult,
    JobsResult,
    OverviewResult,
    Problem,
    ResourcesResult,
    StreamsResult,
    ToolResult,
    WorkstationsResult,
)
from resync_bot.agent.tools import TOOLS
from resync_bot.conversation.language import Language
from resync_bot.runtime.sections import LlmSettings
from resync_bot.tws.findings import Failure
from resync_bot.tws.models import Job
from tests.agent.rendering.forecast_samples import FORECAST_SAMPLES
from tests.agent.rendering.history_samples import HISTORY_SAMPLES
from tests.agent.rendering.language_samples import LANGUAGE_SAMPLES
from tests.agent.rendering.samples import CALC, CLOSE, ENGINE, LEGACY, NOT_LAUNCHED, RPT, SAMPLES, STREAM

MOST_STEPS = LlmSettings().max_steps
SPECS = tuple(tool.spec() for tool in TOOLS)
FAILED_JOBS = JobsResult(engine=ENGINE, total=2, jobs=(CALC, NOT_LAUNCHED))
# A plausible result of every tool, whatever it is asked.
RESULTS: dict[str, ToolResult] = {
    "plan_overview": SAMPLES["overview"][0],
    "find_jobs": FAILED_JOBS,
    "find_streams": SAMPLES["streams_stuck"][0],
    "look_up": SAMPLES["job_failed"][0],
    "job_detail": SAMPLES["job_failed"][0],
    "stream_detail": SAMPLES["stream"][0],
    "read_job_log": SAMPLES["job_log"][0],
    "why_waiting": SAMPLES["waiting_chain"][0],
    "why_failed": SAMPLES["failure"][0],
    "what_it_blocks": SAMPLES["impact"][0],
    "find_workstations": SAMPLES["workstations"][0],
    "find_prompts": SAMPLES["prompts"][0],
    "find_resources": SAMPLES["resources"][0],
    "critical_jobs": SAMPLES["critical_jobs"][0],
    "forecast": FORECAST_SAMPLES["forecast_in_time"][0],
    "run_history": HISTORY_SAMPLES["run_history"][0],
    "what_changed": HISTORY_SAMPLES["run_comparison"][0],
    "long_runs": HISTORY_SAMPLES["long_runs"][0],
    "compare_days": HISTORY_SAMPLES["day_comparison"][0],
    "explain_message": SAMPLES["message"][0],
    "select_jobs": FAILED_JOBS,
    "select_streams": SAMPLES["streams_stuck"][0],
    "what_will_run": LANGUAGE_SAMPLES["upcoming"][0],
}


async def step(
    messages: Sequence[Message], tools: Sequence[ToolSpec] = SPECS, model: ChatModel | None = None
) -> tuple[tuple[ToolCall, ...], str]:
    calls, text = [], ""
    async for piece in (model or Interpreter().for_question()).step(messages, tools):
        match piece:
            case ToolCall():
                calls.append(piece)
            case TextDelta(delta):
                text += delta
            case _:
                pass
    return tuple(calls), text


class Chat:
    """A conversation whose tools answer from RESULTS, or from `results` where that has the tool."""

    def __init__(self, **results: ToolResult) -> None:
        self.messages: list[Message] = [SystemMessage("Be good.")]
        self.results = RESULTS | results
        self.called: list[tuple[str, dict[str, object]]] = []

    async def ask(self, text: str) -> str:
        """The answer, in as many steps as the loop allows; the last one gets no tools."""
        self.messages.append(UserMessage(text))
        self.called = []
        model = Interpreter().for_question()
        for number in range(MOST_STEPS):
            tools = SPECS if number < MOST_STEPS - 1 else ()
            calls, answer = await step(self.messages, tools, model)
            assert (calls, answer) == await step(self.messages, tools), "as one that reads all of it for the first time"
            if not calls:
                self.messages.append(AssistantMessage(answer))
                return answer
            assert len(calls) <= MOST_CALLS_PER_STEP
            self.messages.append(AssistantMessage("", calls))
            for call in calls:
                self.called.append((call.tool, orjson.loads(call.arguments_json)))
                self.messages.append(ToolMessage(call.id, call.tool, self.results[call.tool].model_dump_json()))
        raise AssertionError("calls without tools")


async def test_the_first_step_calls_the_tool_and_the_second_words_its_result() -> None:
    chat = Chat()
    answer = await chat.ask("what failed last night?")
    assert chat.called == [("find_jobs", {"statuses": ["ERROR"], "span": "last_night", "order": "ended_last"})]
    assert answer.startswith("**2 jobs** in error.")


@pytest.mark.parametrize(
    ("question", "calls"),
    [
        ("how is the plan?", [("plan_overview", {})]),
        ("status of PAYROLL_CALC", [("look_up", {"name": "PAYROLL_CALC"})]),
        ("status of stream PAYROLL", [("stream_detail", {"name": "PAYROLL"})]),
        ("status of PAYROLL.PAYROLL_CALC", [("job_detail", {"name": "PAYROLL_CALC", "stream": "PAYROLL"})]),
        ("status of /PAYROLL/PAYROLL", [("stream_detail", {"name": "PAYROLL", "folder": "/PAYROLL"})]),
        ("why did PAYROLL_CALC fail?", [("why_failed", {"name": "PAYROLL_CALC"})]),
        ("why is PAYROLL_POST waiting?", [("why_waiting", {"name": "PAYROLL_POST"})]),
        ("what depends on PAYROLL_CALC", [("what_it_blocks", {"name": "PAYROLL_CALC"})]),
        (
            "show the last 5 lines of the log of PAYROLL_CALC",
            [("read_job_log", {"name": "PAYROLL_CALC", "last_lines": 5})],
        ),
        (
            "só os erros do log do PAYROLL_CALC",
            [("read_job_log", {"name": "PAYROLL_CALC", "errors_only": True})],
        ),
        ("which streams are stuck?", [("find_streams", {"internal_statuses": ["STUCK"]})]),
        ("which workstations are down?", [("find_workstations", {"only_in_trouble": True})]),
        ("open prompts", [("find_prompts", {})]),
        ("resources in use", [("find_resources", {"only_in_use": True})]),
        ("critical jobs at risk", [("critical_jobs", {"only_at_risk": True})]),
        ("will PAYROLL_CLOSE make its deadline?", [("forecast", {"name": "PAYROLL_CLOSE"})]),
        ("when will PAYROLL_CLOSE end?", [("forecast", {"name": "PAYROLL_CLOSE"})]),
        ("history of PAYROLL_CALC", [("run_history", {"name": "PAYROLL_CALC"})]),
        ("o que mudou no PAYROLL_CALC?", [("what_changed", {"name": "PAYROLL_CALC"})]),
        ("which jobs ran longer than usual yesterday?", [("long_runs", {"days_back": 1})]),
        ("compare with yesterday", [("compare_days", {})]),
        ("sj @#@.@+priority=0", [("select_jobs", {"selection": "@#@.@+priority=0"})]),
        ("ss @#@~priority=10", [("select_streams", {"selection": "@#@~priority=10"})]),
        ("jobs waiting for a prompt", [("find_jobs", {"reasons": ["HOLD_WAITING_FOR_PROMPT"]})]),
        ("top 5 by duration", [("find_jobs", {"order": "longest", "limit": 5})]),
        ("sj @#@.@+state=abend,fail", [("find_jobs", {"internal_statuses": ["ABEND", "FAIL"]})]),
        ("hello", []),
        ("thanks!", []),
    ],
)
async def test_questions_become_calls(question: str, calls: list[tuple[str, dict[str, object]]]) -> None:
    chat = Chat()
    await chat.ask(question)
    assert chat.called == calls


async def test_times_of_day_are_taken_from_the_engines_clock() -> None:
    chat = Chat()
    await chat.ask("what failed between 22:00 and 01:00?")
    assert chat.called[0] == ("plan_overview", {})
    (tool, arguments) = chat.called[1]
    assert (tool, arguments["since"], arguments["until"]) == (
        "find_jobs",
        "2026-11-22T22:00:00-03:00",
        "2026-11-23T01:00:00-03:00",
    )


@pytest.mark.parametrize(
    ("question", "since", "until"),
    [
        ("what failed since 02:00?", "2026-11-23T02:00:00-03:00", None),
        (
            "what failed since 03:00?",
            "2026-11-22T03:00:00-03:00",
            None,
        ),  # it is ten past two: yesterday's three o'clock
        ("what failed yesterday after 01:00", "2026-11-22T01:00:00-03:00", None),
        ("what failed in the last 90 minutes", "2026-11-23T00:40:00-03:00", None),
        ("what failed before 20:00", None, "2026-11-22T20:00:00-03:00"),
        ("o que falhou entre 1h e 3h", "2026-11-23T01:00:00-03:00", None),  # the end is still to come
    ],
)
async def test_intervals(question: str, since: str | None, until: str | None) -> None:
    chat = Chat()
    await chat.ask(question)
    arguments = chat.called[-1][1]
    assert (arguments.get("since"), arguments.get("until")) == (since, until)


async def test_tonight_is_the_night_that_runs() -> None:
    chat = Chat()
    await chat.ask("what failed tonight?")
    assert chat.called[-1][1]["span"] == "last_night"
    overview = SAMPLES["overview"][0]
    assert isinstance(overview, OverviewResult)
    evening = overview.model_copy(update={"engine": ENGINE.model_copy(update={"now": ENGINE.now.replace(hour=20)})})
    chat = Chat(plan_overview=evening)
    await chat.ask("what failed tonight?")
    assert chat.called[-1][1]["since"] == "2026-11-23T18:00:00-03:00"


# --- places ---


async def test_a_place_of_unknown_kind_is_looked_for_first() -> None:
    chat = Chat()
    await chat.ask("quais jobs falharam na FTA_LEGACY?")
    assert [tool for tool, _ in chat.called] == ["find_workstations", "find_streams", "find_streams", "find_jobs"]
    assert chat.called[-1][1]["workstation"] == "FTA_LEGACY"


@pytest.mark.parametrize(
    ("name", "folder", "argument"),
    [
        ("ETL", "/BANK/ETL/DAILY", ("folder", "/BANK/ETL")),
        ("payroll", "/PAYROLL", ("folder", "/PAYROLL")),
        ("RISK_VAR", "/RISK", ("stream", "RISK_VAR")),
    ],
)
async def test_a_place_is_what_has_the_name(name: str, folder: str, argument: tuple[str, str]) -> None:
    stream = STREAM.model_copy(update={"name": "RISK_VAR", "folder": folder})
    chat = Chat(
        find_workstations=SAMPLES["no_match_at_all"][0],
        find_streams=StreamsResult(engine=ENGINE, total=1, streams=(stream,)),
    )
    await chat.ask(f"what failed in {name}?")
    assert argument in chat.called[-1][1].items()


async def test_a_part_of_several_names_is_asked_back() -> None:
    chat = Chat(find_workstations=WorkstationsResult(engine=ENGINE, total=2, workstations=(LEGACY, RPT)))
    answer = await chat.ask("what failed in FTA9X?")
    assert answer.startswith(
        "`FTA9X` is part of several names: workstation `FTA_LEGACY`, workstation `AGT_RPT01`, folder"
    )
    assert answer.endswith("Which one do you mean?")


async def test_a_place_that_is_none_is_said_to_be_none() -> None:
    nothing = SAMPLES["no_match_at_all"][0]
    chat = Chat(find_workstations=nothing, find_streams=nothing, look_up=nothing)
    answer = await chat.ask("what failed in BRAZIL?")
    assert answer == "`BRAZIL` is neither a workstation nor a stream nor a folder of this plan."


async def test_a_place_that_is_a_job_is_answered_by_the_job() -> None:
    nothing = SAMPLES["no_match_at_all"][0]
    chat = Chat(find_workstations=nothing, find_streams=nothing)
    answer = await chat.ask("o que deu errado no PAYROLL_CALC?")
    assert answer.startswith("`PAYROLL_CALC` está **em erro** (ABEND)")


# --- second steps ---


async def test_why_takes_the_tool_that_fits_how_the_job_is() -> None:
    not_failed = FailureResult(engine=ENGINE, failure=Failure(job=CLOSE, has_failed=False))
    chat = Chat(why_failed=not_failed)
    answer = await chat.ask("why is PAYROLL_CLOSE stuck?")
    assert [tool for tool, _ in chat.called] == ["why_failed", "why_waiting"]
    assert answer == render_result(RESULTS["why_waiting"], Language.EN)


async def test_why_waiting_of_a_failed_job_tells_why_it_failed() -> None:
    chat = Chat(why_waiting=SAMPLES["waiting_for_nothing"][0])
    answer = await chat.ask("why is PAYROLL_CALC waiting?")
    assert [tool for tool, _ in chat.called] == ["why_waiting", "why_failed"]
    assert answer == render_result(RESULTS["why_failed"], Language.EN)


async def test_why_a_stream_is_stuck_is_why_its_job_failed() -> None:
    chat = Chat()
    await chat.ask("why is stream PAYROLL stuck?")
    assert [tool for tool, _ in chat.called] == ["stream_detail", "why_failed"]
    assert chat.called[1][1]["name"] == "PAYROLL_CALC"


async def test_why_after_a_short_list_explains_each() -> None:
    chat = Chat()
    await chat.ask("what failed?")
    await chat.ask("why?")
    assert [(tool, arguments.get("name")) for tool, arguments in chat.called] == [
        ("find_jobs", None),
        ("why_failed", "PAYROLL_CALC"),
        ("why_failed", "OPS_CHECK_QUEUES"),
    ]


async def test_why_after_a_long_list_asks_which_one_and_takes_the_answer() -> None:
    many = SAMPLES["jobs_many"][0]
    chat = Chat(find_jobs=many)
    await chat.ask("what failed?")
    answer = await chat.ask("why?")
    assert answer.startswith("**47** come into question. Which one do you mean?\n\n1. job `ETL_LOAD_01`")
    await chat.ask("the third one")
    assert chat.called == [
        (
            "why_failed",
            {
                "name": "ETL_LOAD_03",
                "stream": "PAYROLL",
                "folder": "/PAYROLL",
                "workstation": "FTA_PAY01",
                "scheduled": "2026-11-22T22:30:00-03:00",
            },
        )
    ]


async def test_why_after_why_it_waits_goes_to_the_root() -> None:
    chat = Chat()
    await chat.ask("why is PAYROLL_CLOSE waiting?")
    await chat.ask("why?")
    assert chat.called[0][0] == "why_failed"
    assert chat.called[0][1]["name"] == "PAYROLL_CALC"


async def test_the_log_of_what_was_shown() -> None:
    chat = Chat()
    await chat.ask("por que o PAYROLL_CALC falhou?")
    await chat.ask("mostra o log dele")
    assert chat.called == [
        (
            "read_job_log",
            {
                "name": "PAYROLL_CALC",
                "stream": "PAYROLL",
                "folder": "/PAYROLL",
                "workstation": "FTA_PAY01",
                "scheduled": "2026-11-22T22:30:00-03:00",
            },
        )
    ]


async def test_a_name_that_is_no_job_may_be_a_resource() -> None:
    chat = Chat(why_waiting=SAMPLES["no_match_at_all"][0])
    answer = await chat.ask("what is blocking TAPES?")
    assert [tool for tool, _ in chat.called] == ["why_waiting", "find_resources"]
    assert "OPS_BACKUP.OPS_BACKUP_HR" in answer


async def test_a_path_that_is_no_stream_may_be_a_folder() -> None:
    chat = Chat(stream_detail=SAMPLES["no_match_at_all"][0])
    answer = await chat.ask("/PAYROLL")
    assert chat.called[-1] == ("find_streams", {"folder": "/PAYROLL"})
    assert answer.startswith("**1 stream** in folder `/PAYROLL`.")


async def test_a_status_of_nothing_is_that_of_the_plan() -> None:
    assert (await Chat().ask("status?")).startswith("**629 jobs** in the plan")


# --- what it does not do ---


@pytest.mark.parametrize("wish", ["rerun PAYROLL_CALC", "cj FTA_PAY01#PAYROLL.PAYROLL_CALC", "cancel it"])
async def test_changes_are_refused_and_nothing_but_a_look_is_taken(wish: str) -> None:
    chat = Chat()
    answer = await chat.ask(wish)
    assert answer.startswith("I cannot change the plan from here yet: **nothing was changed**.")
    assert {tool for tool, _ in chat.called} <= {"look_up"}


async def test_a_refusal_in_portuguese() -> None:
    answer = await Chat().ask("reexecuta o PAYROLL_CALC")
    assert answer.startswith("Ainda não posso alterar o plano por aqui: **nada foi alterado**.")


async def test_what_is_not_understood_is_said_with_three_examples_that_work() -> None:
    chat = Chat()
    answer = await chat.ask("asdf qwer")
    assert answer.startswith("I did not understand “asdf qwer”.")
    examples = [line.removeprefix("- `").removesuffix("`") for line in answer.splitlines() if line.startswith("- ")]
    assert len(examples) == 3
    for example in examples:
        fresh = Chat()
        await fresh.ask(example)
        assert fresh.called
        assert "understand" not in await fresh.ask(example)


async def test_examples_without_a_failed_job_need_no_name() -> None:
    chat = Chat(find_jobs=SAMPLES["jobs_none"][0])
    answer = await chat.ask("hmpf grmbl")
    assert answer.count("\n- ") == 3
    assert "PAYROLL" not in answer


async def test_a_question_about_nothing_asks_for_a_name() -> None:
    answer = await Chat().ask("show the log")
    assert answer.startswith("Which job or stream do you mean?")


async def test_help_names_what_can_be_asked_in_the_language_of_the_person() -> None:
    assert "sj @#@.@+state=abend" in await Chat().ask("help")
    assert (await Chat().ask("ajuda")).startswith("Respondo perguntas sobre o plano")


# --- several questions ---


async def test_joined_messages_are_answered_in_order() -> None:
    answer = await Chat().ask("hi\nwhat failed?\nopen prompts")
    first, second, third = answer.split("\n\n---\n\n")
    assert first.startswith("Hello.")
    assert second.startswith("**2 jobs** in error.")
    assert third.startswith("**1 open prompt**")


async def test_two_questions_in_one_line() -> None:
    chat = Chat()
    answer = await chat.ask("what failed last night and why?")
    assert [tool for tool, _ in chat.called] == ["find_jobs", "why_failed", "why_failed"]
    assert answer.count("---\n\n`") == 1


async def test_a_pasted_text_is_answered_in_bounds() -> None:
    chat = Chat()
    answer = await chat.ask("\n".join(f"status of JOB_{number}" for number in range(50)))
    assert len(chat.called) == 4
    assert "the first 4 questions" in answer


# --- as part of the loop ---


async def test_without_tools_it_answers_in_words() -> None:
    calls, text = await step([UserMessage("what failed?")], tools=())
    assert calls == ()
    assert text == "I could not look everything up. Please ask again, for one thing at a time."


async def test_without_tools_it_words_what_is_there() -> None:
    question = UserMessage("what failed between 22:00 and 23:00?")
    call = ToolCall("c1", "plan_overview", "{}")
    messages: list[Message] = [
        question,
        AssistantMessage("", (call,)),
        ToolMessage("c1", "plan_overview", _json("overview")),
    ]
    calls, text = await step(messages, tools=())
    assert calls == ()
    assert text.startswith("**629 jobs** in the plan")


async def test_results_of_calls_that_somebody_else_made_are_used() -> None:
    """A language model began the turn, and the interpreter goes on."""
    call = ToolCall("x", "find_jobs", '{"order": "ended_last", "statuses": ["ERROR"]}')
    messages: list[Message] = [
        UserMessage("what failed?"),
        AssistantMessage("Let me see.", (call,)),
        ToolMessage("x", "find_jobs", FAILED_JOBS.model_dump_json()),
    ]
    calls, text = await step(messages)
    assert calls == ()
    assert text.startswith("**2 jobs** in error.")


async def test_a_problem_of_a_tool_is_told() -> None:
    chat = Chat(find_jobs=Problem(told="I cannot reach the scheduling engine right now.", hint="Try again."))
    assert (await chat.ask("what failed?")).startswith("I cannot reach the scheduling engine right now.")


async def test_a_result_that_cannot_be_read_is_said_so() -> None:
    call = ToolCall("x", "find_prompts", "{}")
    messages: list[Message] = [
        UserMessage("open prompts"),
        AssistantMessage("", (call,)),
        ToolMessage("x", "find_prompts", "<html>"),
    ]
    calls, text = await step(messages)
    assert calls == ()
    assert text == "I could not read the result of find_prompts."


async def test_calls_have_ids_of_their_own() -> None:
    chat = Chat()
    await chat.ask("what failed?")
    await chat.ask("open prompts")
    ids = [call.id for message in chat.messages if isinstance(message, AssistantMessage) for call in message.calls]
    assert len(ids) == len(set(ids)) > 1


async def test_the_language_of_the_conversation_stays_where_a_message_does_not_tell() -> None:
    chat = Chat()
    await chat.ask("o que falhou?")
    assert "em `ABEND`" in await chat.ask("sj @#@.@+state=abend")


# --- a conversation that others were part of ---


async def test_a_turn_that_a_language_model_answered_in_other_words_can_be_gone_on_from() -> None:
    chat = Chat()
    call = ToolCall("c9", "why_failed", '{"name": "PAYROLL_CALC"}')
    chat.messages += [
        UserMessage("hmm, could you have a peek into that nasty payroll thing for me"),
        AssistantMessage("", (call,)),
        ToolMessage("c9", "why_failed", _json("failure")),
        AssistantMessage("The tablespace is full."),
    ]
    await chat.ask("show its log")
    assert chat.called[0][0] == "read_job_log"
    assert chat.called[0][1]["name"] == "PAYROLL_CALC"


async def test_examples_are_not_what_the_conversation_is_about() -> None:
    none = ResourcesResult(engine=ENGINE, total=0), WorkstationsResult(engine=ENGINE, total=0)
    chat = Chat(look_up=SAMPLES["no_match"][0], find_resources=none[0], find_workstations=none[1])
    await chat.ask("status of PAYROL_CALC")
    await chat.ask("hmpf grmbl")
    chat.results["look_up"] = SAMPLES["job_failed"][0]
    await chat.ask("the first")
    assert chat.called == [("look_up", {"name": "PAYROLL_CALC"})]


@pytest.mark.parametrize(
    ("tool", "arguments", "sample", "reply", "called"),
    [
        ("find_jobs", '{"statuses": ["ERROR"]}', "jobs_many", "and on workstation FTA2?", ("find_jobs", "workstation")),
        ("find_streams", '{"late": true}', "streams_stuck", "and in folder /A?", ("find_streams", "folder")),
        ("stream_detail", '{"name": "PAYROLL"}', "stream", "why?", ("stream_detail", "name")),
        ("find_workstations", '{"name": "FTA1"}', "workstations", "and FTA2?", ("find_workstations", "name")),
        ("read_job_log", '{"name": "X"}', "job_log", "what does it block?", ("what_it_blocks", "name")),
        ("plan_overview", "{}", "overview", "and failed?", ("find_jobs", "statuses")),
    ],
)
async def test_every_tool_tells_what_the_answer_was_about(
    tool: str, arguments: str, sample: str, reply: str, called: tuple[str, str]
) -> None:
    chat = Chat()
    chat.messages += [
        UserMessage("blah blubb"),
        AssistantMessage("", (ToolCall("c9", tool, arguments),)),
        ToolMessage("c9", tool, _json(sample)),
        AssistantMessage("So it is."),
    ]
    await chat.ask(reply)
    name, argument = called
    assert chat.called[0][0] == name
    assert argument in chat.called[0][1]


async def test_where_several_people_spoke_their_names_stand_before_their_words() -> None:
    chat = Chat()
    chat.messages += [
        UserMessage("Ana: what failed last night?\nBruno Costa: show the log of PAYROLL_CALC"),
        AssistantMessage("Here you are."),
    ]
    await chat.ask("and yesterday?")
    assert chat.called[0][1]["span"] == "yesterday"


# --- totality ---

WORDS = st.sampled_from(
    [
        "what",
        "why",
        "how",
        "which",
        "show",
        "the",
        "log",
        "of",
        "status",
        "job",
        "jobs",
        "stream",
        "failed",
        "running",
        "waiting",
        "last",
        "night",
        "since",
        "until",
        "between",
        "and",
        "on",
        "in",
        "X",
        "PAYROLL_CALC",
        "FTA1#S.J",
        "/A/B/C",
        "@",
        "@#@.@",
        "sj",
        "ss",
        "sc",
        "sp",
        "sr",
        "+state=abend",
        ";stdlist",
        "(",
        ")",
        "[",
        "]",
        "'",
        '"',
        "`",
        "02:00",
        "25:99",
        "2h",
        "3",
        "-1",
        "99999999999",
        "o",
        "que",
        "por",
        "quê",
        "falhou",
        "ontem",
        "à",
        "noite",
        "na",
        "do",
        "da",
        "e",
        "não",
        "não",
        "rerun",
        "cancel",
        "2",
        "second",
        "all",
        "it",
        "dele",
        "???",
        "👍",
        "\x00",
        "\u202e",
    ]
)
TEXT = st.one_of(
    st.text(max_size=200), st.lists(WORDS, max_size=14).map(" ".join), st.lists(WORDS, max_size=14).map("\n".join)
)


@settings(max_examples=100, deadline=None)
@given(texts=st.lists(TEXT, min_size=1, max_size=3))
async def test_any_conversation_leads_to_an_answer(texts: list[str]) -> None:
    chat = Chat()
    for text in texts:
        assert (await chat.ask(text)).strip()


JOB_TEXT = st.text(max_size=40)


@settings(max_examples=40, deadline=None)
@given(name=JOB_TEXT, text=TEXT)
async def test_whatever_the_engine_calls_its_jobs(name: str, text: str) -> None:
    job: Job = CALC.model_copy(update={"name": name, "stream": name, "workstation": name, "folder": name})
    chat = Chat(find_jobs=FAILED_JOBS.model_copy(update={"jobs": (job,)}))
    await chat.ask("what failed?")
    for question in ("why?", "show its log", "what does it block?", text):
        assert (await chat.ask(question)).strip()


@given(st.lists(st.builds(ToolMessage, st.text(max_size=5), st.text(max_size=9), st.text(max_size=20)), max_size=3))
async def test_stray_tool_messages_do_no_harm(stray: list[ToolMessage]) -> None:
    calls, text = await step([*stray, UserMessage("how is the plan?"), *stray])
    assert calls or text


def _json(sample: str) -> str:
    return SAMPLES[sample][0].model_dump_json()
