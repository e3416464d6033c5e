"""The evidence check: names, counts, times, return codes and percentages in an answer must occur in its evidence."""

from resync_bot.agent.evidence.check import unsupported
from resync_bot.agent.evidence.claims import Claim, ClaimKind
from resync_bot.agent.evidence.facts import Facts, facts_of

__all__ = ["Claim", "ClaimKind", "Facts", "facts_of", "unsupported"]
