"""What the bot says it is doing while a tool runs, in the person's language."""

from resync_bot.agent.arguments import Arguments
from resync_bot.agent.names import name_parts
from resync_bot.conversation.language import Language

_LONGEST_NAME = 60

# {name} is the object's name as it was asked for; the second form is for calls without one.
_DOING: dict[Language, dict[str, tuple[str, str]]] = {
    Language.EN: {
        "plan_overview": ("looking over the plan", "looking over the plan"),
        "find_jobs": ("looking for jobs {name}", "looking for jobs"),
        "find_streams": ("looking for job streams {name}", "looking for job streams"),
        "select_jobs": ("selecting jobs", "selecting jobs"),
        "select_streams": ("selecting job streams", "selecting job streams"),
        "what_will_run": ("looking at what is planned", "looking at what is planned"),
        "look_up": ("looking for {name}", "looking through the plan"),
        "job_detail": ("looking at job {name}", "looking at a job"),
        "stream_detail": ("looking at job stream {name}", "looking at a job stream"),
        "read_job_log": ("reading the job log of {name}", "reading a job log"),
        "why_waiting": ("finding out why {name} is waiting", "finding out why a job is waiting"),
        "why_failed": ("finding out why {name} failed", "finding out why a job failed"),
        "what_it_blocks": ("following what depends on {name}", "following what depends on a job"),
        "run_history": ("looking at the runs of {name}", "looking at past runs"),
        "what_changed": ("comparing the runs of {name}", "comparing runs"),
        "long_runs": ("comparing durations", "comparing durations"),
        "compare_days": ("comparing days", "comparing days"),
        "find_workstations": ("looking at workstation {name}", "looking at the workstations"),
        "find_prompts": ("looking at the prompts", "looking at the prompts"),
        "find_resources": ("looking at resource {name}", "looking at the resources"),
        "critical_jobs": ("checking critical job {name}", "checking the critical jobs"),
        "forecast": ("working out when {name} ends", "working out when it ends"),
        "explain_message": ("looking up a message id", "looking up a message id"),
        "open_alerts": ("looking at the alerts", "looking at the alerts"),
        "alert_rules": ("looking at the alert rules", "looking at the alert rules"),
        "silences": ("looking at the silences", "looking at the silences"),
        "why_not_told": ("finding out what was told of {name}", "finding out what was told"),
    },
    Language.PT: {
        "plan_overview": ("olhando o plano", "olhando o plano"),
        "find_jobs": ("procurando jobs {name}", "procurando jobs"),
        "find_streams": ("procurando job streams {name}", "procurando job streams"),
        "select_jobs": ("selecionando jobs", "selecionando jobs"),
        "select_streams": ("selecionando job streams", "selecionando job streams"),
        "what_will_run": ("olhando o que está planejado", "olhando o que está planejado"),
        "look_up": ("procurando {name}", "procurando no plano"),
        "job_detail": ("olhando o job {name}", "olhando um job"),
        "stream_detail": ("olhando o job stream {name}", "olhando um job stream"),
        "read_job_log": ("lendo o log de {name}", "lendo um log"),
        "why_waiting": ("descobrindo por que {name} está esperando", "descobrindo por que um job está esperando"),
        "why_failed": ("descobrindo por que {name} falhou", "descobrindo por que um job falhou"),
        "what_it_blocks": ("seguindo o que depende de {name}", "seguindo o que depende de um job"),
        "run_history": ("olhando as execuções de {name}", "olhando execuções passadas"),
        "what_changed": ("comparando as execuções de {name}", "comparando execuções"),
        "long_runs": ("comparando durações", "comparando durações"),
        "compare_days": ("comparando os dias", "comparando os dias"),
        "find_workstations": ("olhando a workstation {name}", "olhando as workstations"),
        "find_prompts": ("olhando os prompts", "olhando os prompts"),
        "find_resources": ("olhando o recurso {name}", "olhando os recursos"),
        "critical_jobs": ("verificando o job crítico {name}", "verificando os jobs críticos"),
        "forecast": ("calculando quando {name} termina", "calculando quando termina"),
        "explain_message": ("procurando um id de mensagem", "procurando um id de mensagem"),
        "open_alerts": ("olhando os alertas", "olhando os alertas"),
        "alert_rules": ("olhando as regras de alerta", "olhando as regras de alerta"),
        "silences": ("olhando os silêncios", "olhando os silêncios"),
        "why_not_told": ("vendo o que foi avisado sobre {name}", "vendo o que foi avisado"),
    },
}


def doing(tool: str, arguments: Arguments, language: Language) -> str:
    """One phrase without a full stop, such as "reading the job log of PAYROLL_POST"."""
    with_name, without_name = _DOING[language][tool]
    name = getattr(arguments, "name", None)
    if not isinstance(name, str):
        return without_name
    return with_name.format(name=name_parts(name).name[:_LONGEST_NAME])
