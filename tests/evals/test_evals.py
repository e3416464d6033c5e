"""The suite put to the built-in interpreter, which has to pass all of it."""

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack

import pytest
import pytest_asyncio

from tests.evals.case import Case, Kind, Level, Tongue, all_cases
from tests.evals.plans import PLANS, running_plan
from tests.evals.suite import Suite


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def suites() -> AsyncIterator[Mapping[str, Suite]]:
    """One agent for each plan that a case is about."""
    async with AsyncExitStack() as stack:
        yield {name: Suite(await stack.enter_async_context(running_plan(name))) for name in PLANS}


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("case", all_cases(), ids=lambda case: case.name)
async def test_the_interpreter_answers(case: Case, suites: Mapping[str, Suite]) -> None:
    graded = await suites[case.plan].grade(case)
    assert graded.passed, f"{case.say[-1]}: {'; '.join(graded.mistakes)}\n{graded.answer.text}"


def test_there_are_enough_cases_of_each_kind() -> None:
    cases = all_cases()
    assert len(cases) >= 200
    assert sum(case.kind is not Kind.ANSWER for case in cases) >= 40
    assert min(Counter(case.level for case in cases)[level] for level in Level) >= 40
    assert min(Counter(case.language for case in cases)[language] for language in Tongue) >= 25


def test_every_case_says_what_a_right_answer_is() -> None:
    for case in all_cases():
        assert case.contains or case.contains_one_of or case.kind is not Kind.ANSWER, case.name
        assert case.plan in PLANS, case.name
