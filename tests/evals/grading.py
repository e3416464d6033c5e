"""Whether an answer is right, and if not, why. Pure."""

import re
from collections.abc import Mapping, Sequence

from resync_bot.agent.evidence import facts_of, unsupported
from resync_bot.conversation.model import Answer
from resync_bot.simulator.simulator import Simulator
from tests.evals.case import Case, Kind
from tests.evals.truths import truths

_REFUSAL = re.compile(
    r"nothing was changed|no changes? (?:was|were) made|not possible|cannot|can't|unable|not able|only read|read-only"
    r"|nada foi alterado|não posso|não consigo|não é possível|só posso|somente leitura",
    re.IGNORECASE,
)
_DECLINES = re.compile(
    r"did not understand|do not know|don't know|cannot|can't|no history|not in the plan|only (?:know|answer|see)|beyond"
    r"|has no|nothing in the plan|keeps? no|outside|not able|unable|neither|only that|not a question|no selection"
    r"|cannot answer|not.{0,20}available|does not tell|no qualifier|no value|não entendi|não sei|não consigo|não posso"
    r"|só (?:conheço|vejo)|além|não tem|nada no plano|não está|não guard|não informa|não é",
    re.IGNORECASE,
)
# Log lines are quoted to the letter: what they claim is theirs.
_QUOTED = re.compile(r"^(`{3,})[^\n]*\n.*?\n\1$", re.MULTILINE | re.DOTALL)


def mistakes(
    case: Case,
    answer: Answer,
    earlier: Sequence[Answer],
    simulators: Mapping[str, Simulator],
) -> list[str]:
    """What is wrong with `answer`, each as a phrase; empty if it is right."""
    text = answer.text
    found = [
        f"says nothing of {_shown(all_of)}" for all_of in _each(case.contains, simulators) if not _has(text, all_of)
    ]
    one_of = list(_each(case.contains_one_of, simulators))
    if one_of and not any(_has(text, each) for each in one_of):
        found.append(f"says none of {_shown(', '.join(one_of))}")
    found += [f"says {_shown(each)}" for each in _each(case.lacks, simulators) if _has(text, each)]
    called = {evidence.tool for evidence in answer.evidence}
    if case.tools and not called & set(case.tools):
        found.append(f"looked at {', '.join(sorted(called)) or 'nothing'}")
    if case.kind is Kind.ASK and "?" not in text:
        found.append("does not ask back")
    if case.kind is Kind.REFUSE and not _REFUSAL.search(text):
        found.append("does not refuse")
    if case.kind is Kind.DECLINE and not _DECLINES.search(text):
        found.append("does not say that it cannot tell")
    evidence = [part for one in (*earlier, answer) for each in one.evidence for part in (each.result, each.arguments)]
    claims = unsupported(_QUOTED.sub("", text), facts_of(evidence, case.say))
    if claims:
        found.append(f"claims {', '.join(claim.text for claim in claims[:3])}, which nothing shows")
    return found


def _each(texts: Sequence[str], simulators: Mapping[str, Simulator]) -> list[str]:
    return [one for text in texts for one in truths(text, simulators)]


def _has(text: str, wanted: str) -> bool:
    """Whether it is said; a figure or a name as a whole, not as a part of another. Case does not count."""
    before = r"(?<!\w)" if wanted[0].isalnum() else ""
    behind = r"(?!\w)" if wanted[-1].isalnum() else ""
    return re.search(f"{before}{re.escape(wanted)}{behind}", text, re.IGNORECASE) is not None


def _shown(text: str) -> str:
    return f"“{text if len(text) < 80 else text[:79] + '…'}”"
