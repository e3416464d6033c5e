"""Which language a person writes: English or Portuguese, from a few short words.

Operators write "sj @#@.@+state=abend" and "e na WS3?": names and commands say nothing about the language, so only plain
words are counted, and where they do not decide the language of the conversation so far stays.
"""

import re
from enum import StrEnum
from functools import lru_cache


class Language(StrEnum):
    """The languages that the bot speaks."""

    EN = "en"
    PT = "pt"


# Words of one language only: those of both ("a", "as", "do", "me", "no", "status", "job", "log") are left out.
# The Portuguese ones are without accents, as they are often typed.
_ENGLISH_WORDS = """
    about all am an and any anything are at be because been block blocked blocks but by can cancel could critical
    currently day deadline depend depends did didn does doesn down explain fail failed failing fails failure
    failures find fine finish finished for forget from get give going good had happened has have hello help here hey hi
    hour hours how i if in is isn it its kill last late list long longest look many mean much my need night not
    nothing now of off ok on open or our out overview please problem problems prompts queue ran release rerun
    resources restart run running runs see should show since so start started starting starts still stop stopped
    stuck tell than thank thanks that the their them there these they this to today tonight top
    unlinked up us use waiting was we went were what when where which while who why will with workstation
    workstations would wrong yesterday yet you your
"""
_PORTUGUESE_WORDS = """
    abendado abendados abendaram abendou aberta abertas aberto abertos abriu acontecendo aconteceu agora aguarda
    aguardando ainda ajuda ajude algo algum alguma ao aos aqui assim ate atrasada atrasadas atrasado atrasados
    atraso atrasou bem bloqueada bloqueado bloqueados bloqueia bloqueiam boa bom cadeia cadeias cancelar cancele
    causa com como critica criticas critico criticos cujo da das de deixe dela dele depende dependem depois deram
    desde desta deste deu dia dias diga dos e ela ele eles em entao entre era erro erros espera esperando
    esqueca esquece essa esse
    esta estacao estacoes estado estao estar estava este estou execucao executa executando executar executou existe
    explica explique falha falhado falhando falhar falharam falhas falhou falta faltam favor faz fez fica ficou fila
    fim fluindo fluxo fluxos foi foram geral hoje hora horas iniciar iniciou isso isto ja la liberar libere lista
    listar liste madrugada mais manha maquina maquinas mas mata mate menos mesmo meu meus minha mostra mostrar
    mostre muito muitos na nada nao nas nenhum nenhuma nessa nesse nesta neste noite nos nossa nosso num numa o
    obrigada obrigado oi ola olhar onde ontem os ou para parada paradas parado parados parar parou passada passado
    passo pasta pela pelo pendente pendentes pergunta perguntas perto plano pode podem por porque posso pra prazo
    preciso preso pressa problema problemas processamento proximo proximos q quais qual quando quantas quanto
    quantos que quem recurso recursos reexecutar reexecute reinicia reiniciar resumo risco roda rodada rodando rodar
    rodaram rode rodou saber sai sair se seja sem ser seu seus sim situacao sobre sua suas sucesso ta tal tambem
    tarde tarefa tarefas tem temos tenho ter terminaram terminou teve tinha toda todas todo todos trabalho trabalhos
    acabou acabaram andamento bloquear cade cairam caiu chegaram chegou cedo comeca comecaram comecou confirma costuma
    cumpre demora demorado demorados demoram demoraram demorando demorou diz dono duracao enviado falando faltando
    ficando garante jeito lenta lento ligar linhas medio mudou nenhum normalmente parou piorou pra previsao prende
    prendendo quebrou quer rapido recente resumo segura segurando sendo servidor significa terminar termina tivemos
    trava travada travado travados travando travou tudo ultima ultimas ultimo ultimos um uma usa usando uso vai vao ve
    veio ver vez vezes visao voce voces vou
"""
TELLING = 1000  # characters that are looked at: more of a text says no more about its language
_ENGLISH = frozenset(_ENGLISH_WORDS.split())
_PORTUGUESE = frozenset(_PORTUGUESE_WORDS.split())
_PORTUGUESE_LETTERS = re.compile(r"[ãõçâêôàáéíóú]", re.IGNORECASE)
# A word of its own: nothing of a name (`PAY_POST`, `FTA1`), a pattern (`@#@`) or a command (`+state=abend`) next to it.
_WORD = re.compile(r"(?<![\w@#./+=~;:\\-])[^\W\d_]+(?![\w@#/=~]|[.:;-]\w)")
# "do" is of both languages; behind one of these words it is Portuguese: "status do PAYROLL_CALC".
_PORTUGUESE_OF = re.compile(
    r"\b(?!(?:what|how|why|when|where|which|who|and|that)\b)[a-zà-ú]{3,} (?:d[oa]s?|pr[oa]) [A-Za-z][A-Za-z0-9]*_"
)
_PORTUGUESE_DO = re.compile(r"\b(?:e?status|log|jobs?|streams?|rc|eta|prompts?|deadline) d[oa]s?\b", re.IGNORECASE)
_WITHOUT_ACCENTS = str.maketrans("áàâãéêíóôõúüç", "aaaaeeiooouuc")


@lru_cache(1000)  # each part of a turn asks it for the same text
def detect(text: str, default: Language = Language.EN) -> Language:
    """The language of `text`; `default` where its words do not tell.

    `default` is best the language of the conversation so far, so that a bare name or a conman command keeps it.
    """
    words = _WORD.findall(text[:TELLING])
    if any(word.islower() for word in words):
        # Within ordinary writing, capitals are names and status words ("o PARA falhou").
        words = [word for word in words if len(word) == 1 or not word.isupper()]
    english, portuguese = 0, int(any(of.search(text[:TELLING]) for of in (_PORTUGUESE_DO, _PORTUGUESE_OF)))
    for word in words:
        plain = word.lower().translate(_WITHOUT_ACCENTS)
        english += plain in _ENGLISH
        portuguese += plain in _PORTUGUESE or bool(_PORTUGUESE_LETTERS.search(word))
    if english == portuguese:
        return default
    return Language.PT if portuguese > english else Language.EN
