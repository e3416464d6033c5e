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


def message_ids(text: str) -> tuple[str, ...]:
    """The ids in `text`, each once, in order of appearance, the connector's envelope last."""
    found = dict.fromkeys(MESSAGE_ID.findall(text))
    return tuple(sorted(found, key=lambda one: one == WRAPPER))


def meaning_of(message_id: str) -> str | None:
    """One sentence, or None for an id that is not known here."""
    return MEANINGS.get(message_id)
