"""The words that say what an order is about besides names: kinds of trouble, how much it matters, what a name is of.

Small letters without accents, see `plain`.
"""

import re
from collections.abc import Mapping
from typing import Final

from resync_bot.alerts.desk.times import END
from resync_bot.alerts.model import TroubleKind

FAILURES: Final = (TroubleKind.JOB_FAILED, TroubleKind.STREAM_STUCK)
DEADLINES: Final = (TroubleKind.DEADLINE_MISSED, TroubleKind.DEADLINE_AT_RISK)
# Words that only join the parts.
FILLER: Final = re.compile(
    r"(?:here|aqui|about|sobre|regarding|a|an|um|uma|of|de|do|da|dos|das|for|para|pra|the|o|os|as|any|every|each|cada|qualquer"
    r"|with|com|that|which|que|when|whenever|quando|if|se|is|are|be|gets?|goes|go|has|have|runs?|ficar(?:em)?|fica"
    r"|for(?:em)?|estiver(?:em)?|and|e|or|ou|also|tambem|only|so|apenas|somente|from now on|a partir de agora"
    r"|any ?more|mais|alerts?"
    r"|alertas?|jobs?|tarefas?|object|objects)" + END
)
ALL: Final = re.compile(
    r"(?:everything|anything|all|problems?|trouble|issues?|tudo|todos|todas|qualquer coisa|problemas?)" + END
)
CRITICAL_ONLY: Final = re.compile(
    r"(?:(?:only|just|so|apenas|somente) (?:os |as |the )?(?:critical|critic[oa]s?)(?: ones)?"
    r"|(?:critical|critic[oa]s?) (?:only|apenas|somente))" + END
)
CRITICAL_JOBS: Final = re.compile(r"(?:critical jobs?|(?:jobs?|tarefas?) critic[oa]s?)" + END)
ERRORS_ONLY: Final = re.compile(
    r"(?:(?:only|just|so|apenas|somente) (?:os |the )?(?:errors|erros)(?: and worse| e pior(?:es)?)?"
    r"|(?:errors|erros) (?:only|apenas|somente)|(?:errors and worse|erros e pior(?:es)?)|no warnings|sem avisos)" + END
)
KINDS: Final[tuple[tuple[re.Pattern[str], tuple[TroubleKind, ...]], ...]] = tuple(
    (re.compile(words + END), kinds)
    for words, kinds in (
        (
            r"(?:(?:deadlines?|prazos?) (?:at risk|em risco)|at risk|em risco|endangered)",
            (TroubleKind.DEADLINE_AT_RISK,),
        ),
        (
            (
                r"(?:missed deadlines?|deadlines? (?:is |are )?missed|prazos? (?:perdidos?|estourados?)"
                r"|miss(?:es)? (?:its|their) deadlines?|perder(?:em)? o prazo)"
            ),
            (TroubleKind.DEADLINE_MISSED,),
        ),
        (r"(?:deadlines?|prazos?)", DEADLINES),
        (
            r"(?:late (?:jobs?|starts?)|(?:jobs?|tarefas?) atrasad[oa]s?|late|atrasad[oa]s?|atrasos?|atrasar(?:em)?)",
            (TroubleKind.JOB_LATE, TroubleKind.DEADLINE_MISSED),
        ),
        (
            r"(?:stuck (?:job )?streams?|(?:job )?(?:streams?|fluxos?) travad[oa]s?|stuck|travad[oa]s?|travar(?:em)?)",
            (TroubleKind.STREAM_STUCK,),
        ),
        (
            (
                r"(?:(?:open|waiting|pending) prompts?|prompt (?:is|esta|estiver) (?:waiting|open|esperando|abert[oa])"
                r"|prompts?(?: (?:waiting|pending|abert[oa]s|esperando|pendentes))?)"
                r"(?! (?:\d|[a-z0-9]+_|[a-z]+\d|\S*[@*?]))"
            ),
            (TroubleKind.PROMPT_WAITING,),
        ),
        (
            (
                r"(?:(?:workstations?|machines?|agents?|estacoes|estacao|maquinas?|agentes?)"
                r"(?: (?:down|unlinked|stopped|fora(?: do ar)?|paradas?|parad[oa]s?|deslinkad[oa]s?|cair(?:em)?))"
                r"|workstations|machines|estacoes|maquinas"
                r"|(?:is |goes |gets |esta |ficar |fica )?(?:down|unlinked|offline|fora do ar)|cair(?:em)?|caiu|cai)"
            ),
            (TroubleKind.WORKSTATION_DOWN,),
        ),
        (
            (
                r"(?:failures?|fails?|failed(?: jobs?)?|failing|abends?|abended|errors?|falhas?|falhar(?:em)?|falhou"
                r"|falham|falharam|erros?|abendar(?:em)?|abendou|(?:jobs?|tarefas?) (?:com falha|com erro|falhad[oa]s))"
            ),
            FAILURES,
        ),
    )
)

FIELDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("job", "jobs", "tarefa", "tarefas"), "job"),
    **dict.fromkeys(("stream", "streams", "job stream", "job streams", "schedule", "fluxo", "fluxos"), "stream"),
    **dict.fromkeys(
        ("workstation", "workstations", "machine", "agent", "estacao", "maquina", "agente", "ws"), "workstation"
    ),
    **dict.fromkeys(("folder", "folders", "pasta", "pastas"), "folder"),
    **dict.fromkeys(("prompt", "prompts"), "prompt"),
    **dict.fromkeys(("engine", "motor", "master"), "engine"),
}
