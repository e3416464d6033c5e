"""Message ids of HWA, in our own words where we know them.

Meanings after the Troubleshooting Guide, the User's Guide and the message pages of HWA 10.2.5, read 2026-11-23.
"""

import re

MESSAGE_ID = re.compile(r"\b(?:AWS[A-Z]{3}\d{3}[EWI]|AWK[A-Z]{3}\d{3}[EWI]|EQQ[A-Z]{1,2}\d{2,4}[EWI])\b")

WRAPPER = "AWSJSY404E"  # the connector's envelope: the id that matters is the other one

MEANINGS = {
    "AWKRAA209E": "The agent lacks the plug-in for this type of job.",
    "AWKRAA210E": "The user or password of the job is wrong for the agent.",
    "AWSBCV012E": "A message file between workstations could not be read or written.",
    "AWSBCV035W": "The workstation could not be linked.",
    "AWSBCV082I": "The link process reports a state change of a workstation.",
    "AWSBDW002E": "The job's user id is not valid on the agent.",
    "AWSBDW009E": "The job's user does not exist on the agent.",
    "AWSBDW019I": "The job was launched.",
    "AWSBDW057E": "The agent did not launch the job.",
    "AWSBDW062E": "The access method of the extended agent could not be called.",
    "AWSBDW064E": "The access method of the extended agent answered something unknown.",
    "AWSBDW066E": "The extended agent cannot do this kind of task.",
    "AWSBDX001E": "The agent already runs as many jobs as it can keep track of.",
    "AWSBEH021E": "The command line user is not authorised on the engine.",
    "AWSBEH023E": "The command line could not reach the engine.",
    "AWSBHT001E": "The job could not be launched: its script, its user or its log directory is not usable.",
    "AWSBHT057W": "The batch process warns about an event that it could not match.",
    "AWSBHT160E": "The event log of the batch process is full.",
    "AWSBHV082E": "The old and the new plan have the same run number.",
    "AWSBIN076E": "The job is not in a state in which this can be done.",
    "AWSBIN091E": "The engine's connector failed on this request.",
    "AWSBIO006E": "The id given is not of the kind that the engine expects.",
    "AWSDEC002E": "The event file could not be written; most often the disk is full.",
    "AWSITA002E": "The agent could not save the job in its store.",
    "AWSITA003E": "The agent could not cancel the job.",
    "AWSITA004E": "The agent has no executor for this type of job.",
    "AWSITA081E": "The agent could not send its resource information to the server.",
    "AWSITA104E": "The agent could not scan the system's resources.",
    "AWSITA122E": "The agent's Java part failed while calling the command.",
    "AWSITA245E": "The agent is down although its job manager runs.",
    "AWSJCO136E": "Too many people use this view of the engine at the same time.",
    "AWSJDB101E": "The object does not exist, or no longer.",
    "AWSJDB801E": "The engine's database reported an internal error.",
    "AWSJDB803E": "The engine's database was locked or too slow.",
    "AWSJDB817E": "The user lacks the right for this.",
    "AWSJMR002E": "The broker reported a fault.",
    "AWSJMR003E": "The broker could not be reached.",
    "AWSJMR011E": "The broker is not available.",
    "AWSJPL006E": "The planner could not load an object.",
    "AWSJPL017E": "An earlier action on the plan did not complete.",
    "AWSJPL018E": "The planner found the database locked.",
    "AWSJPL704E": "The preproduction plan could not be extended.",
    "AWSJSY404E": "The engine's connector passed on an error.",
    "EQQM391I": "The job log is still being fetched.",
    "EQQM637I": "The job log is still being fetched.",
}

MEANINGS_IN_PORTUGUESE = {
    "AWKRAA209E": "O agente não tem o plug-in para este tipo de job.",
    "AWKRAA210E": "O usuário ou a senha do job está errado para o agente.",
    "AWSBCV012E": "Um arquivo de mensagens entre workstations não pôde ser lido ou gravado.",
    "AWSBCV035W": "Não foi possível fazer o link com a workstation.",
    "AWSBCV082I": "O processo de link avisa uma mudança de estado de uma workstation.",
    "AWSBDW002E": "O usuário do job não é válido no agente.",
    "AWSBDW009E": "O usuário do job não existe no agente.",
    "AWSBDW019I": "O job foi disparado.",
    "AWSBDW057E": "O agente não disparou o job.",
    "AWSBDW062E": "O método de acesso do agente estendido não pôde ser chamado.",
    "AWSBDW064E": "O método de acesso do agente estendido respondeu algo desconhecido.",
    "AWSBDW066E": "O agente estendido não sabe fazer este tipo de tarefa.",
    "AWSBDX001E": "O agente já roda tantos jobs quantos consegue acompanhar.",
    "AWSBEH021E": "O usuário da linha de comando não está autorizado no engine.",
    "AWSBEH023E": "A linha de comando não conseguiu falar com o engine.",
    "AWSBHT001E": "O job não pôde ser disparado: o script, o usuário ou o diretório de log não serve.",
    "AWSBHT057W": "O processo batch avisa de um evento que não conseguiu associar.",
    "AWSBHT160E": "O log de eventos do processo batch está cheio.",
    "AWSBHV082E": "O plano velho e o novo têm o mesmo número de execução.",
    "AWSBIN076E": "O job não está em um estado em que isso possa ser feito.",
    "AWSBIN091E": "O conector do engine falhou neste pedido.",
    "AWSBIO006E": "O id informado não é do tipo que o engine espera.",
    "AWSDEC002E": "O arquivo de eventos não pôde ser gravado; quase sempre o disco está cheio.",
    "AWSITA002E": "O agente não conseguiu guardar o job.",
    "AWSITA003E": "O agente não conseguiu cancelar o job.",
    "AWSITA004E": "O agente não tem executor para este tipo de job.",
    "AWSITA081E": "O agente não conseguiu enviar as informações de recursos ao servidor.",
    "AWSITA104E": "O agente não conseguiu examinar os recursos do sistema.",
    "AWSITA122E": "A parte Java do agente falhou ao chamar o comando.",
    "AWSITA245E": "O agente está parado, embora o gerenciador de jobs dele esteja no ar.",
    "AWSJCO136E": "Gente demais usa esta visão do engine ao mesmo tempo.",
    "AWSJDB101E": "O objeto não existe, ou já não existe.",
    "AWSJDB801E": "O banco de dados do engine acusou um erro interno.",
    "AWSJDB803E": "O banco de dados do engine estava bloqueado ou lento demais.",
    "AWSJDB817E": "O usuário não tem direito a isso.",
    "AWSJMR002E": "O broker acusou uma falha.",
    "AWSJMR003E": "Não foi possível falar com o broker.",
    "AWSJMR011E": "O broker não está disponível.",
    "AWSJPL006E": "O planejador não conseguiu carregar um objeto.",
    "AWSJPL017E": "Uma ação anterior no plano não terminou.",
    "AWSJPL018E": "O planejador encontrou o banco de dados bloqueado.",
    "AWSJPL704E": "O plano de pré-produção não pôde ser estendido.",
    "AWSJSY404E": "O conector do engine repassou um erro.",
    "EQQM391I": "O log do job ainda está sendo buscado.",
    "EQQM637I": "O log do job ainda está sendo buscado.",
}


def message_ids(text: str) -> tuple[str, ...]:
    """The ids in `text`, each once, in order of appearance, the connector's envelope last."""
    found = dict.fromkeys(MESSAGE_ID.findall(text))
    return tuple(sorted(found, key=lambda one: one == WRAPPER))


def meaning_of(message_id: str) -> str | None:
    """One sentence in English, or None for an id that is not known here."""
    return MEANINGS.get(message_id)


def meaning_in_portuguese(message_id: str) -> str | None:
    """The same in Brazilian Portuguese."""
    return MEANINGS_IN_PORTUGUESE.get(message_id)
