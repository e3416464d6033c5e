"""How commands begin and sound, in English and Portuguese: small letters without accents, see `plain`."""

import re
from typing import Final

from resync_bot.alerts.desk.times import END, TICKET

ID: Final = r"[0-9a-f]{8}"
OF: Final = r"(?:of|on|for|about|from|de|do|da|dos|das|sobre|em|no|na|the|o|a|os|as)"
WHICH: Final = re.compile(
    rf"(?:{OF} )*(?:number |numero |no\. |n\. |#)?(?:(?P<id>{ID})|#?(?P<number>\d{{1,3}})|(?P<ticket>{TICKET}))$"
)
WITH_ID: Final = re.compile(rf"(?:(?:{OF}|alert|alerta) )*(?P<id>{ID})")

POLITE: Final = re.compile(
    r"(?:(?:please|pls|por favor|pfv|pf|hey|hi|oi|ola|ok|resync|can you|could you|would you|will you|voce pode"
    r"|vc pode|pode|poderia|voce poderia|i want you to|quero que voce)[,:]? )+"
)
POLITE_END: Final = re.compile(r"[\s,]*\b(?:please|pls|por favor|pfv|thanks|thank you|obrigad[oa]|valeu)$")

# --- how orders begin ---

ALERT_EN: Final = (
    r"(?:alert|notify|warn|page|ping) (?:me|us|this channel|the channel|here)|tell (?:me|us) here"
    r"|(?:send|post) (?:me |us )?(?:the )?alerts?|subscribe(?: (?:me|us|this channel|here|to))*"
    r"|let (?:me|us) know here"
    r"|(?:i|we) want (?:to be (?:alerted|notified|warned)|(?:the )?alerts)"
)
ALERT_PT: Final = (
    r"(?:quero|queremos) (?:ser (?:avisad|alertad|notificad)[oa]s?|(?:receber )?(?:os )?alertas)"
    r"|(?:me|nos) (?:avis[ea]r?|avisem|alert[ea]r?|notifi(?:que|ca|car))"
    r"|(?:avis[ea]r?|avisem|alert[ea]r?|notifi(?:que|ca|car))(?:-me|-nos| me| nos| a gente| aqui| este canal)"
    r"|(?:mand[ea]r?|envi[ea]r?)(?:-me|-nos| me| nos)? (?:os )?alertas?"
)
STOP_EN: Final = (
    r"(?:stop|quit) (?:(?:alert|notify|warn|page|ping|tell)ing|paging)(?: (?:me|us|this channel))?(?: any ?more)?"
    r"|(?:don'?t|do not|no longer|never) (?:alert|notify|warn|page|ping)(?: (?:me|us|this channel))?(?: any ?more)?"
    r"|unsubscribe(?: (?:me|us))?(?: from)?|(?:stop|no more) (?:the |my |our |these )?alerts"
)
_NOTIFY_PT: Final = r"(?:avis(?:ar|e|a)|alert(?:ar|e|a)|notifi(?:car|que|ca))(?:-me|-nos| me| nos)?(?: mais)?"
STOP_PT: Final = (
    rf"(?:par[ae]r?|deix[ae]r?)(?: de)?(?: me| nos)? {_NOTIFY_PT}"
    r"|par[ae]r? (?:com )?(?:os |meus |nossos )?alertas"
    rf"|nao (?:quero mais (?:ser avisad[oa]s?|alertas)|(?:me |nos )?{_NOTIFY_PT})"
)
REMOVE_RULE_EN: Final = r"(?:remove|delete|drop|cancel) (?:the |my |our )?(?:alert(?:ing)? rule|rule|alert|alert rules)"
REMOVE_RULE_PT: Final = (
    r"(?:remov[ae]r?|apag(?:ar|ue|a)|exclu(?:ir|a|i)|tir(?:ar|e|a)|cancel(?:ar|e|a)) (?:a |o )?"
    r"(?:regra(?: de alertas?)?|alerta)"
)
SILENCE_EN: Final = r"silence|mute|snooze"
SILENCE_PT: Final = r"silenci(?:ar|e|a)|mut(?:ar|e)"
END_SILENCE_EN: Final = (
    r"(?:end|remove|cancel|lift|stop|delete|drop)(?: the| my| our)? (?:silences?|mute|snooze)"
    r"|unsilence|unmute|unsnooze|stop (?:silenc|mut|snooz)ing"
)
END_SILENCE_PT: Final = (
    r"(?:encerr(?:ar|e|a)|termin(?:ar|e|a)|remov(?:er|a|e)|cancel(?:ar|e|a)|tir(?:ar|e|a)|acab(?:ar|e|a)(?: com)?"
    r"|finaliz(?:ar|e|a))(?: o| os| meu| nosso)? silencios?|dessilenci(?:ar|e|a)"
)
ACKNOWLEDGE_EN: Final = r"(?:i )?(?:ack|acknowledged?)"
ACKNOWLEDGE_PT: Final = r"reconhec(?:er|o|a|e|ido|ida)|assum(?:ir|o|a)(?= (?:o )?alerta\b| [0-9a-f]{8}$)"
# A job is released too: only an alert's id, or the word itself, makes it this.
RELEASE_EN: Final = rf"un-?ack(?:nowledge)?|(?:release|hand back)(?= (?:the )?alert\b)|release(?= {ID}$)"
RELEASE_PT: Final = (
    r"(?:solt(?:ar|o|e|a)|liber(?:ar|o|e|a)|devolv(?:er|o|a))(?= (?:o )?alerta\b)"
    rf"|(?:solt(?:ar|o|e|a)|liber(?:ar|o|e|a))(?= {ID}$)"
)

# --- how questions begin ---

_TOLD: Final = r"(?:told|alerted|notified|warned|informed|paged|pinged)"
_GET: Final = r"(?: (?:an? |the |any )?(?:alerts?|messages?|told|notified))?"
WHY_NOT_EN: Final = (
    rf"why (?:(?:was|were|am|are) (?:i|we|nobody|no one|noone|this channel|they)(?: here)? (?:not |never )?{_TOLD}"
    rf"|(?:wasn't|weren't|wasnt|werent|aren't) (?:i|we|anybody|anyone|this channel) {_TOLD}"
    rf"|(?:did|do|have) (?:i|we) (?:not|never) (?:get|got|receive|received|hear){_GET}"
    rf"|(?:didn't|didnt|don't) (?:i|we) (?:get|receive|hear){_GET}"
    r"|did (?:nobody|no one|noone) (?:tell|alert|notify|warn)(?: (?:me|us))?"
    r"|(?:did|do) (?:i|we) (?:get|receive|hear) (?:no|none)(?: (?:alerts?|messages?|word))?"
    r"|(?:did|do) you (?:not|never) (?:tell|alert|notify|warn)(?: (?:me|us))?"
    r"|(?:didn't|didnt|don't) you (?:tell|alert|notify|warn)(?: (?:me|us))?"
    rf"|(?:is|was) there no (?:alert|message)|no alerts?|not {_TOLD})"
    r"(?: here)?(?: (?:about|of|for|on|that|when|from))?"
)
_ALERTED_PT: Final = r"(?:avisad|alertad|notificad|informad)[oa]s?"
_ALERTS_PT: Final = r"(?: (?:o |um |nenhum )?(?:alertas?|avisos?|mensage[mn]s?))?"
WHY_NOT_PT: Final = (
    r"(?:por ?que|pq)(?: e que)?(?: eu| a gente| nos| o canal| este canal| ninguem| voce| vc)*"
    rf" (?:(?:nao )?(?:fui|fomos|foi|estou sendo) {_ALERTED_PT}"
    rf"|nao (?:recebi|recebemos|recebeu|chegou|veio|teve|houve|tive)(?: aqui)?{_ALERTS_PT}"
    r"|nao (?:me |nos )?(?:avisou|avisaram|alertou|alertaram|notificou|notificaram)(?:-me|-nos| me| nos)?)"
    r"(?: aqui)?(?: (?:sobre|de|do|da|dos|das|que|quando|a respeito d[eoa]))?"
)
# What may stand around the name in such a question.
BEFORE_NAME: Final = re.compile(
    r"(?:(?:the|o|a|os|as|about|sobre|of|de|do|da|job|stream|job stream|tarefa|prompt|workstation|failure|falha) )+"
)
AFTER_NAME: Final = re.compile(
    r"(?:'s)?(?: (?:that |which )?(?:has |have |ter |que )?(?:failed|failing|fails|failure|abended|falhou|falhado"
    r"|falhar|abendou|falhando|being late|is late|was late|atrasou|travou))?"
    r"(?: (?:last night|today|yesterday|ontem|hoje))?$"
)

# --- sentences of their own ---

LIST_RULES_EN: Final = (
    r"(?:(?:list|show|see|display|what are|which are)(?: me)? )?(?:all )?(?:my|our) "
    r"(?:alerts?|alert rules?|rules|subscriptions)"
    r"|(?:list|show|what are|which are)(?: me)? (?:the |all )*"
    r"(?:alert(?:ing)? rules|rules (?:here|of this channel)|subscriptions)"
    r"|(?:what|which) alerts (?:do|will) (?:i|we) (?:get|receive)(?: here)?"
    r"|alert(?:ing)? rules|what (?:am i|are we) alerted (?:about|of)(?: here)?"
)
LIST_RULES_PT: Final = (
    r"(?:(?:list(?:ar|e|a)|mostr(?:ar|e|a)|ver|quais sao)(?:-me| me)? )?(?:todos |todas )?(?:os |as )?"
    r"(?:(?:meus|nossos) (?:alertas|avisos)|(?:minhas|nossas) regras(?: de alertas?)?)"
    r"|(?:list(?:ar|e|a)|mostr(?:ar|e|a)|quais sao|ver) (?:as )?regras(?: de alertas?| daqui| deste canal)"
    r"|(?:quais|que) alertas (?:eu |nos )?(?:recebo|recebemos)(?: aqui)?"
    r"|regras de alertas?|(?:sobre|de) o? ?que (?:eu )?sou avisado(?: aqui)?"
)
LIST_SILENCES_EN: Final = (
    r"(?:(?:list|show|which|what)(?: me)?(?: are)? )?(?:all |the |my |our |active |current )*silences"
    r"(?: (?:are there|are active|are on|do we have|here))?"
    r"|(?:what|which jobs?) (?:is|are) (?:silenced|muted|silent)(?: now| here)?"
)
LIST_SILENCES_PT: Final = (
    r"(?:(?:list(?:ar|e|a)|mostr(?:ar|e|a)|ver|quais(?: sao)?)(?:-me| me)? )?(?:todos |os |meus |nossos )*silencios"
    r"(?: (?:ativos|existem|temos|estao ativos|ha))?"
    r"|(?:o que|quais jobs?) (?:esta|estao) (?:silenciad[oa]s?|mudos?|em silencio)(?: agora| aqui)?"
)
OPEN_EN: Final = (
    r"(?:(?:list|show|see|what are|which are|which|what)(?: me)? )?(?:all |the |any )*"
    r"(?:open |active |current |unresolved )?alerts"
    r"(?: (?:are|is) (?:there|open|active|unresolved|on))?(?: (?:open|active))?"
    r"(?: (?:now|right now|here|at the moment))*"
    r"|(?:are there|is there) (?:any )?(?:open |active )?alerts?(?: open| active| now| here)*"
)
OPEN_PT: Final = (
    r"(?:(?:list(?:ar|e|a)|mostr(?:ar|e|a)|ver|quais|que|tem|ha|existem?)(?:-me| me)?(?: sao)? )?"
    r"(?:todos |os |algum )*alertas?(?: (?:estao|tem|ha|existem|temos))?"
    r"(?: (?:em )?(?:abertos?|ativos?|pendentes?))?(?: (?:agora|aqui|no momento))*"
)
DIGEST_EN: Final = (
    r"(?:(?:show|give|send|post|get)(?: me| us)? )?(?:the |a )?"
    r"(?:(?:shift|alerts?|shift alerts?) (?:digest|handover|hand-over)|digest|shift (?:summary|report))"
)
DIGEST_PT: Final = (
    r"(?:(?:mostr(?:ar|e|a)|mand[ea]|d[ea]|ver|quero)(?:-me| me| nos)? )?(?:o |a |um )?"
    r"(?:resumo (?:do|de|deste) (?:turno|plantao)|resumo (?:dos|de) alertas|passagem de (?:turno|plantao)"
    r"|relatorio d[eo] turno)"
)
CLOSED_EN: Final = (
    rf"(?:the )?(?:ticket |change (?:ticket )?)?(?P<ticket>{TICKET})(?: (?:is|was|has been|got)(?: now| just)?)? "
    rf"(?:closed|done|completed|implemented|finished)(?: now)?"
    rf"|(?:i |we )?(?:closed|close) (?:the )?(?:ticket )?(?P<other>{TICKET})"
)
CLOSED_PT: Final = (
    rf"(?:o |a )?(?:ticket |chamado |mudanca )?(?P<ticket>{TICKET}) (?:(?:esta|foi|ja foi|ja esta) )?"
    r"(?:fechad[oa]|fechou|encerrad[oa]|encerrou|concluid[oa]|finalizad[oa])"
    r"|(?:eu )?(?:fechei|fechamos|fechar|feche|encerrei|encerramos|concluimos) "
    rf"(?:o |a )?(?:ticket |chamado |mudanca )?(?P<other>{TICKET})"
)

# --- parts of a silence and of a rule ---

REASON: Final = re.compile(
    r"(?:because(?: of)?|since|due to|reason|as per|porque|pq|por causa d[eoa]s?|pois|motivo|devido a[os]*|ja que)"
    r"(?:\s*:\s*|\s+|$)"
)
FOR_TICKET: Final = re.compile(
    r"(?:for|per|under|with|on|por|pela?|para|pra|com|n[ao]|conforme)(?: (?:the|o|a|ticket|change|mudanca|chamado))* "
)
TIME_WORD: Final = re.compile(r"\b(?:until|till|til|ate|for|por|durante)\b")
CALL: Final = re.compile(
    r"(?:(?:and|e) )?(?:also |tambem )?"
    r"(?:call|mention|ping|page|tag|cham(?:ar|e|a)|marc(?:ar|a|que)|mencion(?:ar|e|a))"
    rf" (?P<who>\S+){END}"
)
