"""Words that claim nothing by themselves: HWA's own and abbreviations; how figures and months are written."""

from resync_bot.tws.models import Reason, Status

_HWA_WORDS = """
    ABEND ABENDED ABENP ABENDP ADD ADHOC AGENT AGENTS AND ANY BLOCKED BOUND BROKER CANCEL CANCELED CANCL CANCLP
    COMPLETED CONMAN CRITICAL DEADLINE DONE END ENDED ERROR ERRORS EXEC EXTRN FAIL FAILD FAILED FENCE FINAL FOLDER
    FTA HCL HELD HIGH HOLD HWA IBM INTRO IWS JCL JNEXTPLAN JOB JOBS JOBSTREAM JOBMAN BATCHMAN LATE LIMIT LINKED
    LOW MANAGER MASTER MISSED NAME NOT OPEN OPENS PEND PLAN POOL POTENTIAL PRIORITY PROMPT PROMPTS READY RECOVERY
    RERUN RESOURCE RESOURCES RESULT RISK RUN RUNNING SCHED SCHEDULED START STARTED STATE STATUS STREAM STREAMS
    STUCK SUCC SUCCESS SUCCESSFUL SUCCP SUPPR SUPPRESS SUPPRESSED SUSP SYMPHONY TIME TOTAL TWS UNDECIDED UNKNOWN
    UNLINKED UNTIL WAIT WAITD WAITING WORKSTATION WORKSTATIONS SYSTEM
"""
_ABBREVIATIONS = """
    AM API ASCII CPU CSV DNS ETA FTP GMT HTTP HTTPS ID JSON JVM NFS OK OS PM RAM RC SFTP SLA SQL SSH SSL TCP TLS
    URL UTC UTF-8 XML
"""
_EMPHASIS = """
    ALERT ATTENTION CAUTION FYI IMPORTANT NEVER NONE NOTE ONLY TIP URGENT WARNING YES ALERTA ATENÇÃO AVISO CRÍTICO
    ERRO ERROS ESTADO FALHA FALHOU HORA IMPORTANTE INÍCIO FIM NÃO NENHUM NENHUMA NOME NOTA NUNCA PRAZO PRONTO
    RECURSO RECURSOS SIM SOMENTE SUCESSO TOTAL URGENTE APENAS
"""
VOCABULARY = frozenset(word for text in (_HWA_WORDS, _ABBREVIATIONS, _EMPHASIS) for word in text.split()) | frozenset(
    word for enum in (Status, Reason) for member in enum for word in (member.value, *member.value.split("_"))
)

NUMBER_WORDS = {
    word: value
    for value, words in enumerate(
        (
            ("two", "dois", "duas"),
            ("three", "três", "tres"),
            ("four", "quatro"),
            ("five", "cinco"),
            ("six", "seis"),
            ("seven", "sete"),
            ("eight", "oito"),
            ("nine", "nove"),
            ("ten", "dez"),
            ("eleven", "onze"),
            ("twelve", "doze"),
        ),
        start=2,
    )
    for word in words
}  # "one" and "um" are articles more often than figures

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan", "janeiro"),
            ("february", "feb", "fevereiro", "fev"),
            ("march", "mar", "março"),
            ("april", "apr", "abril", "abr"),
            ("may", "maio", "mai"),
            ("june", "jun", "junho"),
            ("july", "jul", "julho"),
            ("august", "aug", "agosto", "ago"),
            ("september", "sep", "sept", "setembro", "set"),
            ("october", "oct", "outubro", "out"),
            ("november", "nov", "novembro"),
            ("december", "dec", "dezembro", "dez"),
        ),
        start=1,
    )
    for name in names
}
