"""Portuguese words and phrases of Brazilian operators, without accents, by what they mean. `|` separates them."""

from typing import Final

from resync_bot.agent.interpreter.concepts import Concept

WORDS: Final[dict[Concept, str]] = {
    Concept.WHY: """
        o que derrubou | o que matou | o que quebrou o | o que quebrou a |
        com quem eu falo | com quem falo | com quem tenho que falar | com quem devo falar | com quem eu devo falar |
        quem pode liberar | quem libera | quem pode responder | quem responde | quem aprova | quem pode aprovar |
        quem eu aciono | quem aciono | quem eu procuro | quem procuro | quem devo acionar | quem devo procurar |
        quem eu chamo | quem chamo | quem eu chamo para | quem eu chamo pra | quem eu chamo pro | quem chamo para |
        quem chamo pro |
        com quem falo sobre | quem aciono para | quem aciono pro | quem eu aciono para | algum problema com |
        algo errado com | problema com | problema no | problema na | o que tem no | o que tem na | por que | porque |
        pq | por qual motivo | por qual razao | qual o motivo | motivo | motivos | razao | causa | causa raiz |
        o que causou | explica | explique | explicar | qual o problema | qual e o problema | o que ha com |
        o que tem de errado com | o que houve com | o que aconteceu com | o que deu errado com | que houve com |
        o que deu no | o que deu na | o que ha de errado com | como assim | o que foi que aconteceu com | por qual |
        esperando o que | aguardando o que | espera o que | qual o erro | qual foi o erro | que erro deu | qual erro |
        o que falta para | o que falta pro | o que falta pra
    """,
    Concept.HAPPENED: """
        algo vermelho | o que esta vermelho | tem vermelho | o que houve | o que aconteceu | que houve |
        que aconteceu | o que deu errado | deu ruim | algum problema | tem problema | problemas | o que ha de errado |
        o que quebrou | ocorrencias | o que rolou | houve problema | teve problema
    """,
    Concept.HOW_MANY: """
        quantos | quantas | qtos | qtas | qts | qual o total | total de | numero de | quantidade de |
        contagem | quanto
    """,
    Concept.HOW_IS: """
        como esta | como estao | como ta | como tao | como vai | como vao | como anda | como andam | como foi |
        como foram | visao geral | resumo | resume | panorama | situacao geral | status geral | saude | tudo certo |
        tudo bem | tudo ok | o que esta acontecendo | o que ta acontecendo | como que esta | como que ta |
        como e que esta | passagem de turno | resumo do turno | resumo do plantao | passagem de plantao |
        relatorio do turno | resumo da noite | como e que ta
    """,
    Concept.STATUS_WORD: """
        status | estatus | estado | situacao | return code | codigo de retorno | rc | progresso | andamento
    """,
    Concept.RETURN_CODE: "return code | codigo de retorno | rc",
    Concept.PRIORITY: "prioridade | prio | prioridades",
    Concept.DEFINITION: """
        script | comando | login | dono | qual usuario | usuario | opcao de recovery | recovery | definicao
    """,
    Concept.FIND: """
        procura | procure | procurar | busca | busque | buscar | acha | ache | encontra | encontre | cade |
        onde esta
    """,
    Concept.SHOW: """
        ve se | ve pra mim se | ve para mim se | ve ai se | veja se | ver se | verifica se | verifique se |
        verificar se | me diz se | me diga se | diz se | diga se | me fala se | me fale se | fala se | sabe se |
        sabe dizer se | sabe me dizer se | saber se | dizer se | me dizer se | confere se | confira se | checa se |
        cheque se | checar se | olha se | olhe se | me confirma se | confirma se | confirma pra mim se |
        confirmar se | me informa se | informa se | gostaria de saber se | quero saber se | queria saber se |
        preciso saber se | ve | me ve | me ver | me da | mostra | mostre | mostrar | lista | liste | listar | ver |
        veja | exibe | exiba |
        exibir | traz | traga | trazer | fala | fale | diz | diga | dizer | manda | mande | abre | abrir | consulta |
        consulte | consultar | lista de | passa | informa | informe | informar | olha | verifica | verifique | saber
    """,
    Concept.WHAT: """
        o que | que | qual | quais | quem | algum | alguma | algo | alguns |
        algumas | oque | oq | q | onde | em que | em qual
    """,
    Concept.JOB: "job | tarefa | rotina",
    Concept.JOBS: "jobs | tarefas | rotinas",
    Concept.STREAM: "stream | job stream | jobstream | schedule | cadeia | fluxo",
    Concept.STREAMS: "streams | job streams | jobstreams | schedules | cadeias | fluxos",
    Concept.WORKSTATION: "workstation | cpu | agente | estacao | estacao de trabalho | maquina | servidor | fta | ws",
    Concept.WORKSTATIONS: """
        workstations | cpus | agentes | estacoes | estacoes de trabalho | maquinas | servidores | ftas
    """,
    Concept.FOLDER: "pasta | pastas | diretorio | folder",
    Concept.PROMPT: "prompt | prompts | pergunta | perguntas",
    Concept.RESOURCE: """
        unidades | unidades livres | recurso | recursos | resource | resources | livre | livres | disponivel |
        disponiveis
    """,
    Concept.PLAN: """
        plano | producao | batch | processamento | malha | as coisas | coisas | grade | plano de producao | tudo
    """,
    Concept.LOG: "log | logs | joblog | saida | stdlist | job log",
    Concept.LINES: "linha | linhas | linhas de erro | linha de erro",
    Concept.FAILED: """
        falhou | falharam | falha | falhas | falhado | falhada | falhados | falhadas | falhando | falhar | falham |
        abend | abends | abendou | abendaram | abendado | abendada | abendados | abendadas | abendar | abendando |
        deu abend | deram abend | em abend | com abend | deu erro | deram erro | com erro | em erro | erro |
        quebrou | quebraram | quebrado | quebrados | caiu | cairam | deu pau | deram pau | deu problema |
        deram problema | com problema | estourou | estouraram | terminou com erro | terminaram com erro |
        terminou em erro | morreu | errou | deu falha | deram falha | falhou tudo | com falha | com falhas |
        deu ruim no | qual o erro | qual foi o erro | que erro deu | qual erro
    """,
    Concept.ERRORS: "erros | linhas de erro | linha de erro | mensagens de erro | falhas | abends",
    Concept.RUNNING: "rodando | executando | em execucao | em andamento | ativo | ativos | processando | em exec",
    Concept.WAITING: """
        esperando | aguardando | espera | aguarda | esperam | aguardam | pendente | pendentes | na fila |
        em espera | em wait | esperando o que | aguardando o que | espera o que
    """,
    Concept.HELD: "em hold | segurado | segurados | retido | retidos | suspenso | suspensos | no hold",
    Concept.READY: "pronto | prontos | pronta | prontas | em ready",
    Concept.SUCCESSFUL: "com sucesso | sucesso | deu certo | deram certo | em succ | bem sucedido | bem sucedidos",
    Concept.ENDED: """
        terminou | terminaram | terminado | terminados | termina | terminar | acabou | acabaram | acaba | acabar |
        finalizou | finalizaram | finalizado | finalizados | concluiu | concluiram | concluido | concluidos |
        encerrou | encerraram
    """,
    Concept.CANCELED: "cancelado | cancelados | cancelada | canceladas",
    Concept.STUCK: """
        travado | travados | travada | travadas | travou | travaram | preso | presos | presa | emperrado |
        emperrou | empacado | empacou | stuck | em stuck | agarrado | agarrados
    """,
    Concept.BLOCKED: "bloqueado | bloqueados | bloqueada | bloqueadas",
    Concept.STOPPED: "parado | parados | parada | paradas | parou | pararam",
    Concept.LATE: """
        atrasar | vai atrasar | vao atrasar | atrasara | atrasado | atrasados | atrasada | atrasadas | atraso |
        atrasos | em atraso | atrasou | atrasaram | atrasando
    """,
    Concept.START: """
        inicia | iniciou | iniciaram | iniciar | iniciado | comeca | comecou | comecaram | comecar | roda | rodou |
        rodaram | rodar | executa | executou | executaram | executar | entra | entrou | entraram | dispara |
        disparou | disparar | disparado | partiu | parte | startou | sobe | subiu | start | comecado | rodado |
        executado | anda | andou | o que falta para | o que falta pro | o que falta pra
    """,
    Concept.BLOCK: """
        bloqueia | bloqueiam | bloqueando | bloquear | trava | travam | travando | segura | seguram | segurando |
        impacta | impactam | impactando | afeta | afetam | afetando | atrasa | prende | prendendo | impede |
        impedindo | barra | barrando
    """,
    Concept.IMPACT: """
        ameaca | ameacam | coloca em risco | poe em risco | quem e afetado | quem e impactado | o que e afetado |
        o que e impactado | quem sofre | quem sera afetado |
        quem fica parado | o que fica parado | quem para | o que para | impacto | impactos | sucessor | sucessores |
        dependentes | downstream | vem depois do | vem depois da |
        vem depois dele | vem depois dela | vem depois disso | impactado por | impactados por | afetado por |
        afetados por | vem atras | o que acontece se | o que acontece quando | o que trava se | o que para se |
        o que e impactado se | impacto se | o impacto se
    """,
    Concept.DEPEND: "depende | dependem | depender | dependente",
    Concept.PREDECESSORS: """
        predecessor | predecessores | dependencia | dependencias | antecessor | antecessores | upstream
    """,
    Concept.FILE: "arquivo | arquivos | por arquivo | de arquivo | um arquivo | file",
    Concept.TIME_TO_START: "horario | o horario | por horario | pelo horario | hora de inicio",
    Concept.CONFIRMATION: """
        confirmacao | operador | do operador | intervencao | acao do operador | ser confirmado
    """,
    Concept.DOWN: """
        fence alto | fence levantado | fence elevado | fence alta |
        fora do ar | fora | caida | caidas | caido | offline | indisponivel | indisponiveis | com problemas |
        desligada | desligadas | desligado | morta | mortas | fora de servico | em problema
    """,
    Concept.UNLINKED: """
        deslinkada | deslinkadas | deslinkado | deslinkados | sem link | desconectada | desconectadas |
        desconectado | nao linkada | nao linkadas | unlinked | nao esta linkada | nao estao linkadas
    """,
    Concept.LINKED: """
        linkada | linkadas | linkado | linkados | no ar | online | conectada | conectadas | conectado | up | link
    """,
    Concept.LIMIT: "limite | limites | limit | limits",
    Concept.FENCE: "fence | fences",
    Concept.OPEN: """
        aberto | abertos | aberta | abertas | sem resposta | a responder | para responder | pra responder |
        nao respondido | nao respondidos
    """,
    Concept.IN_USE: """
        em uso | usado | usados | usando | ocupado | ocupados | alocado | alocados | quem segura | quem usa |
        sendo usados | sendo usado | usa | quem esta com | quem ta com | quem tem | em utilizacao
    """,
    Concept.CRITICAL: "critico | criticos | critica | criticas",
    Concept.AT_RISK: """
        em risco | risco | riscos | arriscado | arriscados | ameacado | ameacados | vai perder | vao perder |
        vai estourar | vao estourar | perder | perdem | perigo | em perigo
    """,
    Concept.DEADLINE: """
        previsao da | previsao do | previsao para o | previsao para a | falta quanto | falta quanto pra |
        quanto falta | quanto falta pra | termina quando | acaba quando |
        termina que horas | acaba que horas | quanto tempo falta | quanto tempo falta para o |
        quanto tempo falta pro | falta muito para o |
        falta muito pro | falta muito para | que horas acaba | q horas acaba |
        a que horas acaba | a que horas termina | que hora acaba | que hora termina | quando que acaba |
        quando que termina | quando vai acabar | quando vai terminar | prazo | prazos | deadline | deadlines | sla |
        slas | a tempo | no horario | da tempo | dar tempo | quando termina | qdo termina | que horas termina |
        q horas termina | quando acaba | qdo acaba | eta | quanto falta para o | quanto falta pro | falta quanto pro |
        falta quanto para o | previsao de termino | no prazo | cumpre o prazo | cumprir o prazo | cumpre
    """,
    Concept.TODAY: "hj | hoje | no dia de hoje | dia de hoje",
    Concept.NOW: "agora | neste momento | no momento | atualmente | nesse momento | agorinha | ate agora",
    Concept.LAST_NIGHT: """
        ontem a noite | ontem de noite | noite passada | na noite passada | da noite passada |
        ultima noite | na noite | durante a noite | de noite |
        a noite | noite de ontem | da noite | pela noite
    """,
    Concept.TONIGHT: "esta noite | essa noite | nesta noite | nessa noite | hoje a noite | hoje de noite",
    Concept.SMALL_HOURS: """
        madrugada | de madrugada | na madrugada | nesta madrugada | nessa madrugada | esta madrugada
    """,
    Concept.MORNING: "manha | de manha | hoje de manha | esta manha | nesta manha | pela manha",
    Concept.YESTERDAY: "ontem | dia anterior",
    Concept.LAST_HOUR: "ultima hora | na ultima hora | ultima 1 hora",
    Concept.HOURS: "horas | hora | hrs | h",
    Concept.MINUTES: "minutos | minuto | mins | min",
    Concept.SINCE: """
        desde | a partir de | a partir das | a partir da | depois das | depois de | depois da | apos | apos o |
        apos a | depois do | apos as |
        desde as
    """,
    Concept.UNTIL: "ate | antes | antes das | antes de | antes da | ate as",
    Concept.BETWEEN: "entre | entre as",
    Concept.FUTURE: """
        vem | vai rodar | vao rodar | vai iniciar | vao iniciar | vai comecar | vao comecar | proximo | proximos |
        proxima | proximas | planejado | planejados | planejada | planejadas | previsto | previstos | prevista |
        agendado | agendados | agendada | agendadas | programado | programados | vai executar | vao executar |
        vai entrar | vao entrar | vai | vao
    """,
    Concept.TOMORROW: "amanha | semana que vem | mes que vem | proxima semana | depois de amanha",
    Concept.HISTORY: """
        execucoes | as execucoes |
        historico | tendencia | semana passada | esta semana | mes passado | semana | ultimos dias | estatisticas |
        execucoes passadas | ultimas execucoes | execucoes anteriores | ultima vez | pela ultima vez | na ultima vez |
        semanas atras | meses atras | ano passado | ficando mais lento | ficando mais lenta | ficando mais demorado |
        ficando mais demorada | ficando lento | ficando lenta | ficando mais rapido | ficando mais rapida |
        ficando pior | cada vez mais lento | cada vez mais lenta | cada vez mais demorado | piorando |
        ficou mais lento |
        ficou mais lenta | ficou mais rapido | anda mais lento | anda mais lenta
    """,
    Concept.USUAL: """
        que o normal | do que o normal | sempre | tipico | tipica | tipicamente | fora do normal | anormal |
        fora do comum | fora do padrao |
        normalmente | normal | media | em media | na media | de costume |
        que o de costume | do que de costume | costuma | costumam | habitual | que o habitual | que o esperado |
        do que o esperado | que a estimativa | do que a estimativa | que a media | geralmente
    """,
    Concept.COMPARE: """
        diferenca entre | diferencas entre | comparar | compara | compare | comparado | comparado com | comparacao |
        versus | vs | em relacao a |
        em comparacao com | pior que | melhor que | do que ontem | que ontem
    """,
    Concept.CHANGED: """
        o que mudou | mudou desde | que mudou | mudou | mudou algo | o que esta diferente | o que tem de diferente |
        diferente | diferencas | a diferenca | diferenca | o que tem de novo | o que ha de novo | novidades
    """,
    Concept.HOW_OFTEN: "com que frequencia | quantas vezes | de quanto em quanto tempo | taxa de falha",
    Concept.RECOVERS: """
        tentou de novo | tenta de novo | tentar de novo | tentou novamente | roda de novo sozinho |
        rodar de novo sozinho | rerun automatico | reruns automaticos | foi reexecutado | vai ser reexecutado |
        reexecutado sozinho | tentativas | quantas tentativas
    """,
    Concept.WHAT_TIME: "que horas | q horas | a que horas | que hora | a que hora | as quantas horas",
    Concept.LONGEST: """
        quanto tempo | ha quanto tempo | fora do normal | anormal | fora do comum | fora do padrao | mais tempo |
        ha mais tempo | mais longo |
        mais longos | demorando mais | muito tempo | ha muito tempo |
        mais demorando | demorando muito | demorando | demora | demora mais | demorou | demoraram | demoraram mais |
        passaram | passou
    """,
    Concept.BY_DURATION: """
        maiores tempos | maior tempo | maiores tempos de execucao | maior tempo de execucao | maiores duracoes |
        por duracao | por tempo de execucao | por tempo | pela duracao | mais demorado | mais demorados | mais lento |
        mais lentos | demorou mais | demoram mais | que mais demoraram | mais demoraram | mais demorou |
        que mais demora | mais pesados | mais pesado | levou mais tempo | levaram mais tempo | maior duracao |
        jobs mais longos | mais longas
    """,
    Concept.LAST: "ultimo | ultimos | ultima | ultimas | recente | recentes | mais recente | mais recentes | final",
    Concept.FIRST: "primeiro | primeiros | primeira | primeiras | top",
    Concept.ALL: """
        todos | todas | todo | toda | ambos | ambas | os dois | as duas | cada | todos eles | o resto | os outros |
        mostra mais | mostrar mais | ver mais | os demais
    """,
    Concept.ONLY: "so | somente | apenas",
    Concept.BY_STATUS: "por status | por estado | em cada status | cada status | por situacao",
    Concept.IT: """
        ele | ela | dele | dela | nele | nela | eles | elas | deles | delas | isso | isto | esse | essa | este |
        desse | dessa | deste | desta | nesse | nessa | neste | nesta | aquele | aquela | daquele | daquela |
        esse job | este job | esse stream | desse job | deste job | o mesmo | do mesmo | disso | nisso | esse ai |
        esses | essas
    """,
    Concept.ONE: "opcao | item",
    Concept.SECOND: "segundo | segunda",
    Concept.THIRD: "terceiro | terceira",
    Concept.FOURTH: "quarto | quarta",
    Concept.FIFTH: "quinto | quinta",
    Concept.LIST_NUMBER: "numero | opcao | item | n",
    Concept.IN: "em | no | na | nos | nas | dentro do | dentro da | num | numa",
    Concept.ON: "on | em cima de",
    Concept.OF: "sobre | de | do | da | dos | das | pelo | pela | pelos | pelas | com | ao | aos",
    Concept.OR: "ou",
    Concept.ELSEWHERE: """
        em outro lugar | em outros lugares | noutro lugar | em algum outro lugar | em mais algum lugar |
        em outro stream | em outra stream | em outros streams | em outras streams | noutro stream |
        outras instancias | em outras instancias | outra instancia | em outra instancia
    """,
    Concept.AND: "e | e quanto a | e quanto ao | e sobre | tambem | mais | e os | e as | e o | e a",
    Concept.NOT: "nao | nunca | sem | nem | num",
    Concept.EXCEPT: """
        previsao do tempo | exceto | menos | fora o | tirando | alem de | alem do | a nao ser | se | salvo |
        mais de uma vez | duas vezes | mais de | menos de | sem prazo | have no deadline | has no deadline
    """,
    Concept.POLITE: """
        por favor | pf | pfv | pfvr | favor | pode | voce pode | vc pode | poderia | consegue | da para | da pra |
        preciso | preciso que | quero | quero que | queria | gostaria de | gostaria | vamos | bora | tem como | me |
        posso | podemos | devo | deveria | como faco para | como faco pra | como eu | favor de | por gentileza |
        gentileza | faz favor | oi | ola | bot | resync | entao | bem | ai | opa | rapidinho | preciso de |
        queria que | e preciso
    """,
    Concept.FILLER: """
        acontece | acontecem | acontecer | chefe | patrao | parceiro | irmao | mestre | levou | leva | levaram |
        bem | demais | meio | bastante | pouco |
        o | a | os | as | um | uma | uns | umas | e | esta | estao | estava | estavam | estou | ta | tao | tava |
        foi | foram | ser | sao | era | eram | tem | temos | tenho | tinha | teve | tiveram | ha | houve | existe |
        existem | por | para | pra | pro | pros | pras | que | quando | qdo | como | eu | voce | vc | vcs | voces |
        nos | mim | meu | minha | meus | minhas | nosso | nossa | seu | sua | ja | ainda | muito | muita | aqui |
        ali | la | se | faz | fez | ficou | fica | ficaram | tempo | vez | vezes | assim | ate que | deu | deram |
        da | dar | dando | esses | atual | atuais | detalhe | detalhes | informacao | informacoes | cara | gente |
        pessoal | galera | mano | amigo | nome | nomes | precisa | precisam | completo | completa | inteiro |
        resultado | conteudo | sim | acontecendo | hein | ne | tipo | dia | hora que | direito | certo |
        mesmo | porem | mas | resposta | la no | ultimamente | feito | e que | alguem | ninguem | tanto | tanta |
        quero saber | quer | isso ai | motor | engine | lado | duracao | apareceu | tivemos | tivermos |
        direitinho | certinho
    """,
    Concept.NAMED: "chamado | chamada | chamados | com nome | de nome | com o nome",
    Concept.CHANGE: """
        reexecuta | reexecute | reexecutar | re-executa | re-executar | reroda | rerodar | roda de novo |
        rode de novo | rodar de novo | roda novamente | rode novamente | rodar novamente | executa de novo |
        executar de novo | reinicia | reinicie | reiniciar | relanca | relance | relancar | ressubmete |
        ressubmeter | cancela | cancele | cancelar | mata | mate | matar | derruba | derrube | derrubar | libera |
        libere | liberar | submete | submeta | submeter | pula | pule | pular | aborta | aborte | abortar | solta |
        solte | soltar | apaga | apagar | deleta | deletar | rerun | cancel | kill | submit | restart | restarta |
        restartar | restarte | destrava | destrave | destravar | desbloqueia | desbloquear | muda o limite |
        mudar o limite | muda a prioridade | mudar a prioridade | aumenta o limite | aumentar o limite |
        coloca em hold | colocar em hold | poe em hold | bota em hold | dar release | da release | da prioridade |
        dar prioridade | aumenta a prioridade | aumentar a prioridade
    """,
    Concept.CHANGE_IF_FIRST: """
        segura | segure | segurar | confirma | confirme | confirmar | responde | responda | responder | roda |
        rode | rodar | executa | execute | executar | inicia | inicie | iniciar | pare | parar | sobe | suba |
        subir | desce | linka | linkar | deslinka | deslinkar | muda | mude | mudar | altera | altere | alterar |
        aumenta | aumente | aumentar | baixa | baixe | baixar | diminui | diminua | diminuir | coloca | coloque |
        colocar | poe | ponha | bota | remove | remova | remover | tira | tire | tirar | adiciona | adicione |
        dispara | dispare | disparar | forca | force | forcar | ativa | desativa | corrige | corrija | conserta |
        arruma | resolve | hold | release | start | stop | seta | setar | encerra | finaliza | troca | trocar |
        pausa | pausar | suspende | retoma | aprova | autoriza | marca | marque | marcar | prioriza | priorize |
        priorizar | fecha | reseta | escala
    """,
    Concept.HELP: """
        ajuda | me ajuda | me ajude | o que voce faz | o que voce sabe fazer | o que vc faz | o que vc sabe |
        comandos | exemplos | como funciona | como usar | menu | o que voce pode fazer | o que posso perguntar |
        quem e voce | o que vc pode fazer | o que da para perguntar | o que da pra perguntar | socorro
    """,
    Concept.HELLO: "oi | ola | bom dia | boa tarde | boa noite | opa | salve | e ai | fala ai | oie",
    Concept.THANKS: """
        obrigado | obrigada | valeu | vlw | brigado | brigada | beleza | blz | perfeito | otimo | legal | certo |
        entendi | muito obrigado | muito obrigada | tchau | ate mais | falou | show de bola | agradeco |
        tudo bem obrigado | joia | massa
    """,
    Concept.YES: "sim | isso | isso mesmo | exato | esse mesmo | s",
    Concept.BLOCKED_BY: """
        preso atras de | presos atras de | preso atras do | presos atras do | preso atras da | parado atras de |
        parados atras do | bloqueado pelo | bloqueados pelo | bloqueado por | bloqueados por | travado pelo |
        travados pelo |
        travado por | travados por | segurado pelo | segurados pelo | preso pelo | presos pelo |
        parado por causa do | parados por causa do | esperando por causa do
    """,
    Concept.REMAINING: """
        faltam | falta | restam | resta | faltando | por rodar | restantes | para rodar ainda | falta rodar |
        faltam rodar
    """,
}
