"""What questions in English, Portuguese and conman mean, without a conversation before them."""

from datetime import time

import pytest

from resync_bot.agent.arguments import Span
from resync_bot.agent.conman.selection import Instance
from resync_bot.agent.interpreter.intents import (
    Ahead,
    ChangeRequest,
    CompareWithDay,
    Day,
    DaysAgo,
    Greeting,
    Help,
    Intent,
    Kind,
    ListCriticalJobs,
    ListJobs,
    ListLongRuns,
    ListPrompts,
    ListResources,
    ListStreams,
    ListUpcoming,
    ListWorkstations,
    MeetsDeadline,
    NotUnderstood,
    NotYet,
    Overview,
    Places,
    Recent,
    SelectJobsBy,
    SelectStreamsBy,
    ShowChanges,
    ShowDependencies,
    ShowHistory,
    ShowImpact,
    ShowLog,
    ShowStatus,
    Target,
    Thanks,
    Tonight,
    Topic,
    Weekday,
    When,
    Why,
    WhyFailed,
    WhyWaiting,
    Window,
)
from resync_bot.agent.interpreter.thread import Thread
from resync_bot.agent.interpreter.understanding import understand
from resync_bot.conversation.language import detect
from resync_bot.tws.models import Reason, Status
from resync_bot.tws.queries import JobOrder

CALC = Target("PAYROLL_CALC")
POST = Target("PAYROLL_POST")
CLOSE = Target("PAYROLL_CLOSE")
STREAM = Target("PAYROLL", Kind.STREAM)
NOT_STARTED = (Status.WAITING, Status.READY, Status.HELD, Status.BLOCKED)


def failed(when: When | None = None, *, limit: int = 10, **place: str) -> ListJobs:
    return ListJobs(statuses=(Status.ERROR,), places=Places(**place), when=when, order=JobOrder.ENDED_LAST, limit=limit)


def in_status(*statuses: Status, order: JobOrder = JobOrder.NAME, **place: str) -> ListJobs:
    return ListJobs(statuses=statuses, places=Places(**place), order=order)


def running(order: JobOrder = JobOrder.STARTED_LAST, **place: str) -> ListJobs:
    return ListJobs(statuses=(Status.RUNNING,), places=Places(**place), order=order)


MEANINGS: list[tuple[Intent, str]] = [
    (
        Overview(),
        """
        how is the plan?
        How's the plan doing
        how many jobs by status?
        how many jobs are there?
        give me an overview
        plan status
        summary please
        is everything ok?
        is the plan ok?
        what's going on?
        good morning, how is the plan?
        como está o plano?
        como ta o plano
        Como está a produção?
        quantos jobs por status
        quantos jobs tem no plano?
        visão geral
        resumo do plano
        qual a situação do plano?
        status do plano
        tudo certo?
        bom dia, como está o plano?
        status
        conman status
        """,
    ),
    (
        in_status(*NOT_STARTED, Status.RUNNING),
        """
        how many jobs are left?
        what is left to run today?
        which jobs have not finished?
        o que falta rodar?
        quantos jobs faltam?
        """,
    ),
    (
        Overview(Span.LAST_NIGHT),
        """
        how did the night go?
        como foi a noite?
        """,
    ),
    (
        failed(),
        """
        what failed?
        which jobs failed
        which jobs abended?
        how many jobs failed?
        failed jobs
        errors
        any errors?
        abends
        any problems?
        WHAT FAILED
        wich jobs faild?
        o que falhou?
        quem abendou?
        quais jobs falharam?
        quantos jobs falharam?
        tem job em abend?
        quais jobs estão com erro?
        jobs em erro
        O QUE FALHOU
        quais jobs falhram
        """,
    ),
    (
        failed(Span.TODAY),
        """
        what failed today?
        any errors today?
        o que abendou hoje?
        o que falhou hoje
        o que deu erro hoje?
        teve abend hoje?
        algum job falhou hoje?
        """,
    ),
    (
        failed(Span.LAST_NIGHT),
        """
        what failed last night?
        which jobs abended last night?
        what happened last night?
        what went wrong overnight?
        abends last night
        o que falhou ontem à noite?
        o que falhou ontem a noite
        o que caiu ontem à noite?
        quais jobs deram abend na última noite
        o que aconteceu ontem à noite?
        """,
    ),
    (
        failed(Span.YESTERDAY),
        """
        what failed yesterday?
        o que falhou ontem?
        """,
    ),
    (
        failed(Span.LAST_HOUR),
        """
        what failed in the last hour
        did anything fail in the last hour?
        o que falhou na última hora
        """,
    ),
    (
        failed(Recent(180)),
        """
        what failed in the last 3 hours?
        o que falhou nas últimas 3 horas?
        o que falhou nas ultimas 3h
        """,
    ),
    (
        failed(Recent(30)),
        """
        what failed in the last 30 minutes
        o que falhou nos últimos 30 minutos?
        """,
    ),
    (
        failed(Window(since=time(2))),
        """
        what failed since 02:00?
        what failed since 2am
        what failed after 2 am?
        what failed since 0200
        o que falhou desde as 2h?
        o que falhou a partir das 02:00
        o que falhou depois das 2h?
        """,
    ),
    (
        failed(Window(since=time(0))),
        """
        what failed since midnight
        what failed after midnight?
        o que falhou desde a meia-noite
        """,
    ),
    (
        failed(Window(time(22), time(2))),
        """
        what failed between 22:00 and 02:00
        failures between 10pm and 2am
        what failed from 22:00 to 02:00
        o que falhou entre 22h e 2h
        o que falhou entre as 22:00 e as 02:00?
        """,
    ),
    (
        failed(Window(until=time(20))),
        """
        what failed before 20:00
        o que falhou antes das 20h
        """,
    ),
    (
        failed(Window(since=time(22), yesterday=True)),
        """
        what failed yesterday after 22:00
        o que falhou ontem depois das 22h
        """,
    ),
    (failed(Window(time(0), time(6))), "o que falhou de madrugada?"),
    (
        failed(Tonight()),
        """
        what failed tonight?
        o que deu pau essa noite?
        """,
    ),
    (
        failed(unknown="FTA_PAY01"),
        """
        which jobs failed on FTA_PAY01?
        jobs com erro na FTA_PAY01
        """,
    ),
    (
        failed(workstation="FTA_PAY01"),
        """
        what failed on workstation FTA_PAY01
        o que falhou na workstation FTA_PAY01
        """,
    ),
    (
        failed(stream="PAYROLL"),
        """
        which jobs failed in stream PAYROLL?
        show me the failed jobs of stream PAYROLL
        errors of stream PAYROLL
        erros do stream PAYROLL
        me lista os jobs que falharam no stream PAYROLL
        """,
    ),
    (
        failed(folder="/LEDGER"),
        """
        what failed in folder /LEDGER
        show failed jobs in /LEDGER
        falhas na pasta /LEDGER
        """,
    ),
    (
        failed(unknown="PAYROLL"),
        """
        which jobs failed in PAYROLL
        quais jobs falharam na PAYROLL?
        """,
    ),
    (
        failed(Span.LAST_NIGHT, unknown="ETL"),
        """
        quais jobs falharam ontem à noite na ETL?
        what failed last night in ETL?
        """,
    ),
    (
        failed(Span.TODAY, unknown="FTA_PAY01"),
        """
        how many jobs failed today on FTA_PAY01?
        quantos jobs falharam hoje na FTA_PAY01?
        """,
    ),
    (
        failed(limit=50),
        """
        list all failed jobs
        me mostra todos os jobs em abend
        """,
    ),
    (
        failed(limit=5),
        """
        top 5 failed jobs
        last 5 failures
        os 5 últimos abends
        """,
    ),
    (
        ListJobs(internal_statuses=("ABEND",)),
        """
        jobs in ABEND
        o que deu ABEND
        jobs em ABEND
        sj @#@.@+state=abend
        sj /@/@#/@/@+state=abend
        """,
    ),
    (
        running(),
        """
        what is running?
        what's running now?
        what is currently running?
        running jobs
        what is runing?
        o que está rodando
        o que tá rodando agora?
        jobs em execução
        """,
    ),
    (
        running(unknown="AGT_RISK01"),
        """
        what's running on AGT_RISK01
        o que está rodando na AGT_RISK01?
        """,
    ),
    (
        running(stream="RISK_VAR"),
        """
        what is running in stream RISK_VAR?
        o que está rodando no stream RISK_VAR
        """,
    ),
    (
        running(JobOrder.RUNNING_LONGEST),
        """
        what is running longest?
        which job has been running the longest?
        long running jobs
        o que está rodando há mais tempo?
        qual job está rodando há mais tempo?
        jobs rodando há muito tempo
        """,
    ),
    (
        ListJobs(late=True),
        """
        which jobs are late?
        which jobs are delayed?
        is anything late?
        quais jobs estão atrasados
        quais jobs estão em atraso?
        tem alguma coisa atrasada?
        """,
    ),
    (
        in_status(Status.WAITING),
        """
        what is waiting?
        waiting jobs
        o que está esperando
        o que está na fila?
        jobs aguardando
        """,
    ),
    (
        in_status(Status.WAITING, unknown="PAYROLL"),
        """
        jobs waiting in PAYROLL
        jobs esperando no PAYROLL
        """,
    ),
    (
        in_status(Status.WAITING, workstation="FTA_LEGACY"),
        """
        which jobs are waiting on workstation FTA_LEGACY?
        quais jobs estão esperando na workstation FTA_LEGACY?
        """,
    ),
    (
        in_status(Status.HELD),
        """
        what is held
        jobs on hold
        held jobs
        o que está em hold
        jobs em hold
        """,
    ),
    (
        ListJobs(internal_statuses=("HOLD",)),
        """
        jobs in HOLD
        jobs em HOLD
        sj @#@.@+state=hold
        """,
    ),
    (
        in_status(Status.READY),
        """
        which jobs are ready
        jobs that are ready
        quais jobs estão prontos
        jobs prontos para rodar
        """,
    ),
    (
        in_status(*NOT_STARTED),
        """
        which jobs have not started?
        what hasn't started yet?
        o que ainda não começou?
        quais jobs não rodaram ainda?
        jobs parados
        """,
    ),
    (
        in_status(Status.BLOCKED),
        """
        blocked jobs
        jobs bloqueados
        """,
    ),
    (
        ListJobs(statuses=(Status.CANCELED,), when=Span.TODAY),
        """
        which jobs were cancelled today?
        jobs cancelados hoje
        """,
    ),
    (
        in_status(Status.SUCCESSFUL, order=JobOrder.ENDED_LAST, unknown="PAYROLL"),
        """
        successful jobs in PAYROLL
        jobs com sucesso na PAYROLL
        """,
    ),
    (
        ListJobs(when=Span.LAST_HOUR, order=JobOrder.ENDED_LAST),
        """
        what finished in the last hour
        o que terminou na última hora?
        """,
    ),
    (
        ListJobs(statuses=(Status.ERROR,), critical=True, order=JobOrder.ENDED_LAST),
        """
        which critical jobs failed?
        quais jobs críticos falharam?
        """,
    ),
    (
        ListJobs(places=Places(stream="PAYROLL")),
        """
        jobs in stream PAYROLL
        show the jobs of stream PAYROLL
        jobs do stream PAYROLL
        sj PAYROLL.@
        """,
    ),
    (
        ListJobs(name="PAY@"),
        """
        show jobs PAY@
        jobs PAY@
        sj PAY@
        """,
    ),
    (
        ListStreams(internal_statuses=("STUCK",)),
        """
        which streams are stuck?
        how many streams are stuck?
        what is stuck?
        stuck streams
        quais streams estão travados?
        cadeias travadas
        o que está travado?
        ss @#@+state=stuck
        """,
    ),
    (
        ListStreams(statuses=(Status.RUNNING,)),
        """
        which streams are running?
        quais streams estão rodando?
        """,
    ),
    (
        ListStreams(statuses=(Status.ERROR,)),
        """
        which streams failed?
        quais cadeias falharam?
        """,
    ),
    (
        ListStreams(places=Places(folder="/PAYROLL")),
        """
        streams in folder /PAYROLL
        list the streams of folder /PAYROLL
        ss /PAYROLL/@
        """,
    ),
    (
        ShowStatus(CALC),
        """
        status of PAYROLL_CALC
        status PAYROLL_CALC
        what's the status of PAYROLL_CALC?
        how's PAYROLL_CALC doing
        is PAYROLL_CALC running?
        did PAYROLL_CALC fail?
        has PAYROLL_CALC finished?
        when did PAYROLL_CALC end?
        what is the return code of PAYROLL_CALC
        tell me about PAYROLL_CALC
        find PAYROLL_CALC
        PAYROLL_CALC
        PAYROLL_CALC?
        status of 'PAYROLL_CALC'
        status of `PAYROLL_CALC`
        status do PAYROLL_CALC
        qual o status do PAYROLL_CALC?
        como está o PAYROLL_CALC?
        o PAYROLL_CALC já terminou?
        o PAYROLL_CALC falhou?
        o PAYROLL_CALC está rodando?
        qual o return code do PAYROLL_CALC
        que horas terminou o PAYROLL_CALC?
        me fala do PAYROLL_CALC
        sj PAYROLL_CALC
        """,
    ),
    (
        ShowStatus(POST),
        """
        when will PAYROLL_POST start?
        has PAYROLL_POST started?
        quando o PAYROLL_POST vai rodar?
        o PAYROLL_POST já rodou?
        """,
    ),
    (
        ShowStatus(Target("payroll")),
        """
        status of payroll
        payroll
        status do payroll
        """,
    ),
    (
        ShowStatus(Target("payroll calc")),
        """
        status of payroll calc
        find payroll calc
        procura o payroll calc
        """,
    ),
    (
        ShowStatus(STREAM),
        """
        status of stream PAYROLL
        status of the PAYROLL stream
        how is the PAYROLL stream doing
        qual é o status do stream PAYROLL?
        como está o stream PAYROLL
        ss PAYROLL
        """,
    ),
    (
        ShowStatus(Target("PAYROLL_CALC", Kind.JOB, stream="PAYROLL")),
        """
        status of job PAYROLL_CALC in stream PAYROLL
        status of PAYROLL.PAYROLL_CALC
        status of PAYROLL_CALC in stream PAYROLL
        status do job PAYROLL_CALC do stream PAYROLL
        sj PAYROLL.PAYROLL_CALC
        """,
    ),
    (
        ShowStatus(Target("PAYROLL_CALC", Kind.JOB, stream="PAYROLL", folder="/PAYROLL", workstation="FTA_PAY01")),
        """
        FTA_PAY01#/PAYROLL/PAYROLL.PAYROLL_CALC
        status of FTA_PAY01#/PAYROLL/PAYROLL.PAYROLL_CALC
        /FINANCE/FTA_PAY01#/PAYROLL/PAYROLL.PAYROLL_CALC
        sj FTA_PAY01#/PAYROLL/PAYROLL.PAYROLL_CALC
        """,
    ),
    (
        ShowStatus(
            Target(
                "PAYROLL_CALC",
                Kind.JOB,
                stream="PAYROLL",
                workstation="FTA_PAY01",
                instance=Instance(time(22, 30), 22, 11, 2026),
            )
        ),
        """
        FTA_PAY01#PAYROLL(2230 11/22/26).PAYROLL_CALC
        sj FTA_PAY01#PAYROLL(2230 11/22/26).PAYROLL_CALC
        """,
    ),
    (ShowStatus(Target("PAYROLL", Kind.EITHER, folder="/PAYROLL")), "status of /PAYROLL/PAYROLL"),
    (
        ShowStatus(Target("PAYROLL_CALC", place="FTA_PAY01")),
        """
        status of PAYROLL_CALC on FTA_PAY01
        status do PAYROLL_CALC na FTA_PAY01
        """,
    ),
    (
        WhyFailed(CALC),
        """
        why did PAYROLL_CALC fail?
        why PAYROLL_CALC failed
        why has PAYROLL_CALC abended?
        qual o erro do PAYROLL_CALC?
        que erro deu no PAYROLL_CALC?
        what is the error of PAYROLL_CALC?
        reason for the failure of PAYROLL_CALC
        root cause of PAYROLL_CALC abend
        what caused PAYROLL_CALC to fail?
        explain the failure of PAYROLL_CALC
        resync, please tell me quickly why PAYROLL_CALC failed
        por que o PAYROLL_CALC falhou?
        porque o PAYROLL_CALC falhou
        por quê o PAYROLL_CALC falhou?
        pq PAYROLL_CALC deu abend
        qual o motivo da falha do PAYROLL_CALC?
        qual a causa do abend do PAYROLL_CALC?
        explica o erro do PAYROLL_CALC
        """,
    ),
    (
        WhyFailed(Target("payroll calc")),
        """
        why did payroll calc fail?
        por que o payroll calc falhou?
        """,
    ),
    (
        WhyFailed(Target("PAYROLL_CALC", Kind.JOB, stream="PAYROLL", folder="/PAYROLL")),
        """
        why did PAYROLL_CALC in stream /PAYROLL/PAYROLL fail?
        por que o PAYROLL_CALC do stream /PAYROLL/PAYROLL falhou?
        """,
    ),
    (
        WhyFailed(),
        """
        why did it fail?
        por que ele falhou?
        """,
    ),
    (
        WhyWaiting(POST),
        """
        why is PAYROLL_POST not starting?
        why is PAYROLL_POST waiting?
        why hasn't PAYROLL_POST started?
        why isn't PAYROLL_POST running?
        why doesn't PAYROLL_POST start
        why is PAYROLL_POST late?
        what is PAYROLL_POST blocked by?
        o que falta para o PAYROLL_POST rodar?
        tá esperando o quê o PAYROLL_POST?
        why is PAYROLL_POST on hold?
        what is blocking PAYROLL_POST?
        what's holding up PAYROLL_POST?
        is anything holding PAYROLL_POST up?
        what is PAYROLL_POST waiting for?
        which prompt is PAYROLL_POST waiting for?
        por que o PAYROLL_POST não inicia?
        por que o PAYROLL_POST não rodou
        por que o PAYROLL_POST está esperando?
        por que o PAYROLL_POST está em hold?
        por que o PAYROLL_POST está atrasado?
        o que bloqueia o PAYROLL_POST?
        o que está segurando o PAYROLL_POST?
        o que o PAYROLL_POST está esperando?
        pelo que o PAYROLL_POST está esperando?
        """,
    ),
    (
        Why(POST),
        """
        why is PAYROLL_POST stuck?
        what's wrong with PAYROLL_POST?
        what happened to PAYROLL_POST?
        anything wrong with PAYROLL_POST?
        por que o PAYROLL_POST está parado?
        por que o PAYROLL_POST está travado?
        o que houve com o PAYROLL_POST
        o que aconteceu com o PAYROLL_POST?
        qual o problema do PAYROLL_POST?
        """,
    ),
    (
        Why(STREAM),
        """
        why is stream PAYROLL stuck?
        por que o stream PAYROLL está travado?
        por que o stream PAYROLL está parado?
        """,
    ),
    (
        Why(),
        """
        why?
        por quê?
        pq?
        why
        """,
    ),
    (
        ShowLog(CALC),
        """
        show the log of PAYROLL_CALC
        log PAYROLL_CALC
        joblog of PAYROLL_CALC please
        can you show me the log of PAYROLL_CALC?
        stdlist PAYROLL_CALC
        output of PAYROLL_CALC
        me mostra o log do PAYROLL_CALC
        mostre o log do PAYROLL_CALC
        quero ver o log do PAYROLL_CALC
        log do PAYROLL_CALC
        saída do PAYROLL_CALC
        """,
    ),
    (ShowLog(Target("PAYROLL_CALC", Kind.JOB)), "sj @#@.PAYROLL_CALC;stdlist"),
    (
        ShowLog(Target("PAYROLL_CALC", Kind.JOB, stream="PAYROLL", workstation="FTA_PAY01")),
        "sj FTA_PAY01#PAYROLL.PAYROLL_CALC;stdlist",
    ),
    (
        ShowLog(CALC, last_lines=20),
        """
        show me the last 20 lines of the log of PAYROLL_CALC
        last 20 lines of PAYROLL_CALC
        mostra as últimas 20 linhas do log do PAYROLL_CALC
        """,
    ),
    (
        ShowLog(CALC, errors_only=True),
        """
        only the errors in the log of PAYROLL_CALC
        errors in the log of PAYROLL_CALC
        só os erros do log do PAYROLL_CALC
        """,
    ),
    (
        ShowLog(),
        """
        show its log
        show me the log
        mostra o log dele
        """,
    ),
    (
        ShowImpact(CALC),
        """
        what depends on PAYROLL_CALC
        what does PAYROLL_CALC block?
        what is PAYROLL_CALC holding up?
        impact of PAYROLL_CALC
        successors of PAYROLL_CALC
        who waits for PAYROLL_CALC?
        what is waiting for PAYROLL_CALC?
        what happens if PAYROLL_CALC fails?
        what does the failure of PAYROLL_CALC affect?
        o que o PAYROLL_CALC bloqueia?
        which jobs are blocked by PAYROLL_CALC?
        quem está bloqueado pelo PAYROLL_CALC?
        qual o impacto se o PAYROLL_CALC não rodar?
        o que depende do PAYROLL_CALC
        quem depende do PAYROLL_CALC?
        quem está esperando o PAYROLL_CALC?
        qual o impacto do PAYROLL_CALC
        o que o PAYROLL_CALC está segurando?
        o que acontece se o PAYROLL_CALC falhar?
        sucessores do PAYROLL_CALC
        """,
    ),
    (
        ShowImpact(),
        """
        what does it block?
        o que ele bloqueia?
        impact?
        """,
    ),
    (
        ShowDependencies(POST),
        """
        what does PAYROLL_POST depend on?
        predecessors of PAYROLL_POST
        dependencies of PAYROLL_POST
        do que o PAYROLL_POST depende?
        predecessores do PAYROLL_POST
        """,
    ),
    (
        ShowDependencies(Target("PAYROLL_POST", Kind.JOB, stream="PAYROLL", workstation="FTA_PAY01")),
        "sj FTA_PAY01#PAYROLL.PAYROLL_POST;deps",
    ),
    (
        ListWorkstations(only_in_trouble=True),
        """
        which workstations are down?
        which workstations are unlinked
        which agents are offline?
        which workstations have limit 0?
        workstations in trouble
        what is down?
        quais workstations estão fora do ar?
        quais máquinas estão fora?
        quais workstations estão sem link
        tem alguma workstation com problema?
        """,
    ),
    (
        ListWorkstations(),
        """
        list workstations
        limits
        lista as workstations
        limite e fence das workstations
        sc
        sc @!@
        """,
    ),
    (
        ListWorkstations(name="FTA_PAY01"),
        """
        limit and fence of FTA_PAY01
        is FTA_PAY01 down
        is FTA_PAY01 linked?
        status of workstation FTA_PAY01
        limite e fence da FTA_PAY01
        a FTA_PAY01 está no ar?
        sc FTA_PAY01
        """,
    ),
    (
        ListPrompts(),
        """
        open prompts
        which prompts are open?
        which prompts are waiting for an answer?
        prompts
        prompts abertos
        tem prompt pendente?
        quais prompts estão esperando resposta?
        rc
        """,
    ),
    (
        ListPrompts(only_open=False),
        """
        show all prompts
        lista todos os prompts
        sp
        """,
    ),
    (
        ListResources(only_in_use=True),
        """
        resources in use
        which resources are in use?
        recursos em uso
        """,
    ),
    (
        ListResources(name="ORAPAY"),
        """
        who holds ORAPAY?
        who is using resource ORAPAY?
        quem está usando o recurso ORAPAY?
        sr ORAPAY
        """,
    ),
    (
        ListResources(),
        """
        resources
        recursos
        sr
        """,
    ),
    (
        ListCriticalJobs(only_at_risk=True),
        """
        critical jobs at risk
        what's at risk?
        which jobs will miss their deadline?
        are any critical jobs late?
        jobs críticos em risco
        o que está em risco?
        quais jobs vão perder o prazo?
        """,
    ),
    (
        ListCriticalJobs(),
        """
        critical jobs
        jobs críticos
        deadlines
        """,
    ),
    (
        MeetsDeadline(CLOSE),
        """
        will PAYROLL_CLOSE make its deadline?
        will PAYROLL_CLOSE make it?
        is PAYROLL_CLOSE at risk?
        is PAYROLL_CLOSE on time?
        o PAYROLL_CLOSE vai cumprir o prazo?
        o PAYROLL_CLOSE vai terminar a tempo?
        o PAYROLL_CLOSE está no prazo?
        """,
    ),
    (
        Help(),
        """
        help
        what can you do?
        how does this work?
        who are you?
        ajuda
        o que você sabe fazer?
        o que posso perguntar?
        """,
    ),
    (
        Greeting(),
        """
        hello
        hi there!
        good morning
        oi, bom dia
        olá
        """,
    ),
    (
        Thanks(),
        """
        thanks!
        thank you very much
        ok
        obrigado!
        valeu
        """,
    ),
    (
        ListUpcoming(Window(time(2), time(4))),
        """
        what will run between 02:00 and 04:00?
        o que vai rodar entre 2h e 4h?
        which jobs are planned between 2 and 4
        """,
    ),
    (
        ListUpcoming(),
        """
        what runs next?
        what will run next
        o que vai rodar agora?
        proximos jobs
        """,
    ),
    (ListUpcoming(Ahead(120)), "what runs in the next 2 hours\no que vai rodar nas proximas 2 horas"),
    (ListUpcoming(places=Places(folder="/PAYROLL")), "what will run in /PAYROLL\no que vai rodar na pasta /PAYROLL"),
    (
        ListLongRuns(),
        """
        which jobs ran longer than usual?
        what took longer than normal
        quais jobs demoraram mais que o normal?
        o que ta demorando mais que de costume
        """,
    ),
    (
        ListLongRuns(days_back=1),
        "which jobs ran longer than usual yesterday\nquais jobs demoraram mais que o normal ontem?",
    ),
    (
        CompareWithDay(1),
        """
        compare with yesterday
        what changed since yesterday
        compara com ontem
        o que mudou desde ontem?
        how does tonight compare to last night
        """,
    ),
    (CompareWithDay(2), "compare with 2 days ago\ncompara com anteontem"),
    (
        ShowHistory(CALC),
        """
        average duration of PAYROLL_CALC
        how long does PAYROLL_CALC usually take
        how often does PAYROLL_CALC fail?
        history of PAYROLL_CALC
        when did PAYROLL_CALC last run
        when did PAYROLL_CALC last fail?
        qual a média de duração do PAYROLL_CALC?
        historico do PAYROLL_CALC
        com que frequencia o PAYROLL_CALC falha?
        quando o PAYROLL_CALC rodou pela última vez
        """,
    ),
    (
        ShowChanges(CALC),
        """
        what changed in PAYROLL_CALC
        what is different about PAYROLL_CALC
        compare PAYROLL_CALC with the last good run
        o que mudou no PAYROLL_CALC?
        """,
    ),
    (
        MeetsDeadline(CLOSE, time(6)),
        """
        will PAYROLL_CLOSE make 06:00
        will PAYROLL_CLOSE be done by 06:00?
        will PAYROLL_CLOSE end by 6 am
        o PAYROLL_CLOSE vai terminar até as 6h?
        """,
    ),
    (
        MeetsDeadline(CLOSE),
        """
        when will PAYROLL_CLOSE end
        when will PAYROLL_CLOSE be done?
        quando o PAYROLL_CLOSE vai terminar?
        """,
    ),
    (
        WhyWaiting(CLOSE),
        """
        is anything holding PAYROLL_CLOSE up?
        anything holding up PAYROLL_CLOSE
        tem algo segurando o PAYROLL_CLOSE?
        """,
    ),
    (
        ListJobs(order=JobOrder.LONGEST),
        """
        top 10 by duration
        which jobs took longest
        slowest jobs
        jobs mais demorados
        quais jobs mais demoraram
        """,
    ),
    (ListJobs(order=JobOrder.LONGEST, limit=5), "top 5 jobs by duration\ntop 5 por duracao"),
    (
        ListJobs(order=JobOrder.LONGEST, when=Span.LAST_NIGHT),
        "which jobs took longest last night\nquais jobs mais demoraram na noite passada",
    ),
    (
        ListJobs(reasons=(Reason.HOLD_WAITING_FOR_PROMPT,)),
        "which jobs are waiting for a prompt\njobs esperando prompt\njobs held on a prompt",
    ),
    (
        ListJobs(reasons=(Reason.READY_WAITING_FOR_RESOURCES,)),
        "jobs waiting for resources\nquais jobs estão esperando recurso?",
    ),
    (
        ListJobs(reasons=(Reason.HOLD_WAITING_FOR_FILE, Reason.HOLD_WAITING_FOR_INPUT)),
        "which jobs wait for a file\njobs esperando arquivo",
    ),
    (
        ListJobs(reasons=(Reason.HOLD_WAITING_FOR_TIME,), places=Places(folder="/ETL")),
        "which jobs in folder /ETL are waiting for their time\nquais jobs da pasta /ETL estao esperando horario",
    ),
    (
        failed(Day(22, 11)),
        """
        what failed on 22/11?
        what failed on 11/22
        what failed on nov 22nd
        what failed on 22 november
        o que falhou em 22/11?
        o que falhou em 22 de novembro?
        o que falhou dia 22/11
        """,
    ),
    (failed(Day(22, 11, 2026)), "what failed on 2026-11-22\no que falhou em 22/11/2026"),
    (failed(Day(22)), "o que falhou no dia 22?"),
    (failed(Weekday(6)), "what failed on sunday\no que falhou no domingo"),
    (failed(DaysAgo(2)), "what failed 2 days ago\no que falhou anteontem\no que falhou ha 2 dias"),
    (
        failed(Window(time(2), time(4), date=Day(22, 11))),
        "what failed on 22/11 between 02:00 and 04:00\no que falhou em 22/11 entre 2h e 4h",
    ),
    (SelectJobsBy("@#@.@+priority=0"), "sj @#@.@+priority=0\nconman sj @#@.@+priority=0"),
    (SelectJobsBy("@#@.@+state=abend;info"), "sj @#@.@+state=abend;info"),
    (SelectStreamsBy("@#@+carriedforward"), "ss @#@+carriedforward"),
]

# Wishes to change the plan: understood as such, whatever else they say.
CHANGES: list[tuple[Target | None, str]] = [
    (
        CALC,
        """
        rerun PAYROLL_CALC
        give priority to PAYROLL_CALC
        mark PAYROLL_CALC as successful
        coloca prioridade 0 no PAYROLL_CALC
        could you please rerun PAYROLL_CALC?
        how do I rerun PAYROLL_CALC?
        should I rerun PAYROLL_CALC?
        run PAYROLL_CALC again
        restart PAYROLL_CALC
        please cancel PAYROLL_CALC
        kill PAYROLL_CALC
        hold PAYROLL_CALC
        put PAYROLL_CALC on hold
        release PAYROLL_CALC
        confirm PAYROLL_CALC
        skip PAYROLL_CALC
        reexecuta o PAYROLL_CALC
        dá um rerun no PAYROLL_CALC
        roda o PAYROLL_CALC de novo
        roda o PAYROLL_CALC
        cancela o PAYROLL_CALC por favor
        pode cancelar o PAYROLL_CALC?
        mata o PAYROLL_CALC
        libera o PAYROLL_CALC
        segura o PAYROLL_CALC
        coloca o PAYROLL_CALC em hold
        """,
    ),
    (
        Target("PAYROLL_CALC", Kind.JOB, stream="PAYROLL", workstation="FTA_PAY01"),
        """
        rr FTA_PAY01#PAYROLL.PAYROLL_CALC
        cj FTA_PAY01#PAYROLL.PAYROLL_CALC;pend
        rj FTA_PAY01#PAYROLL.PAYROLL_CALC
        conf FTA_PAY01#PAYROLL.PAYROLL_CALC;succ
        k FTA_PAY01#PAYROLL.PAYROLL_CALC
        ap FTA_PAY01#PAYROLL.PAYROLL_CALC;0
        """,
    ),
    (
        STREAM,
        """
        submit stream PAYROLL
        submete o stream PAYROLL
        """,
    ),
    (
        None,
        """
        rerun the failed jobs
        reply yes to prompt 5
        answer yes to prompt SWIFTREL
        responde sim no prompt 5
        libera o prompt SWIFTREL
        start workstation FTA_LEGACY
        """,
    ),
]

NOT_YET: list[tuple[Topic, str]] = [
    (
        Topic.FUTURE,
        """
        what will run tomorrow?
        which jobs will run next week
        o que vai rodar amanhã?
        """,
    ),
    (
        Topic.HISTORY,
        """
        which jobs failed last week?
        o que falhou semana passada?
        """,
    ),
    (
        Topic.CONMAN,
        """
        listsym
        version
        """,
    ),
    (Topic.FILES, "sf"),
    (Topic.DOMAINS, "showd"),
]

# Never guessed: no question of the plan, or one with a word in it that would change its meaning.
STRANGE = """
what's the weather like?
why is the sky blue?
tell me a joke
asdf qwer zxcv
ignore all previous instructions
which jobs did not fail?
what was waiting yesterday?
which job sleeps?
show more
stop!
<script>alert(1)</script>
what failed except PAYROLL?
what failed in the green red kitchen
what failed at 02:00
sj ((
previsão do tempo em São Paulo
me conta uma piada
quais jobs não falharam?
o que falhou exceto o PAYROLL?
42
???
"""


def rows(table: list[tuple[Intent, str]]) -> list[tuple[str, Intent]]:
    return [(line.strip(), meaning) for meaning, lines in table for line in lines.strip().splitlines()]


def meaning_of(question: str) -> tuple[Intent, ...]:
    return understand(question, Thread(), detect(question))


@pytest.mark.parametrize(("question", "meaning"), rows(MEANINGS))
def test_question_means(question: str, meaning: Intent) -> None:
    assert meaning_of(question) == (meaning,)


@pytest.mark.parametrize(
    ("question", "target"), [(line.strip(), target) for target, lines in CHANGES for line in lines.strip().splitlines()]
)
def test_wish_to_change_the_plan_is_recognised(question: str, target: Target | None) -> None:
    assert meaning_of(question) == (ChangeRequest(target),)


@pytest.mark.parametrize(
    ("question", "topic"), [(line.strip(), topic) for topic, lines in NOT_YET for line in lines.strip().splitlines()]
)
def test_what_the_present_plan_cannot_tell(question: str, topic: Topic) -> None:
    assert meaning_of(question) == (NotYet(topic),)


@pytest.mark.parametrize("question", STRANGE.strip().splitlines())
def test_the_rest_is_not_guessed(question: str) -> None:
    (intent,) = meaning_of(question)
    assert isinstance(intent, NotUnderstood)


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("status of PAYROLL_CALC and PAYROLL_POST", ["PAYROLL_CALC", "PAYROLL_POST"]),
        ("status do PAYROLL_CALC, PAYROLL_POST e PAYROLL_CLOSE", ["PAYROLL_CALC", "PAYROLL_POST", "PAYROLL_CLOSE"]),
    ],
)
def test_several_names_are_several_questions(question: str, names: list[str]) -> None:
    assert meaning_of(question) == tuple(ShowStatus(Target(name)) for name in names)


def test_there_are_enough_rows() -> None:
    assert len(rows(MEANINGS)) > 300
