"""The filters and sorters of V1: for each type of object, what each member restricts or sorts by.

The members are those of FiltersPlan and Sorters in the API document that distributed engines fill. Where the document
does not say which workstation a job's `workstationName` is, both the job's own and its stream's are taken. A name
without a path matches in every folder.
"""

from collections.abc import Mapping

from resync_bot.simulator.v1.conditions import (
    Members,
    flag,
    in_folder,
    like,
    moment,
    number,
    number_range,
    one_of,
    time_range,
    values,
    word,
)
from resync_bot.simulator.v1.fields import LAST
from resync_bot.simulator.v1.members import (
    file_with_id,
    in_folder_id,
    never,
    on_workstation,
    prompt_of_job,
    prompt_with_id,
    resource_with_id,
    run_with_id,
    stream_with_id,
    with_workstation_id,
    workstation_with_id,
)
from resync_bot.simulator.v1.words import (
    COMMON_STATUSES,
    INTERNAL_STATUSES,
    RERUN_TYPES,
    STREAM_STATUSES,
    UNTIL_ACTIONS,
)

_UNTIL_WORDS = {told: (told,) for told in UNTIL_ACTIONS.values()}
_RESOURCE_STATUSES = {known: (known,) for known in ("AVAILABLE", "NOT_AVAILABLE", "UNDECIDED")}
_FILE_STATUSES = {known: (known,) for known in ("Not Checked", "Checking", "Exists", "Unavailable", "Resync")}
_PROMPT_STATUSES = {known: (known,) for known in ("NOT_ASKED", "ASKED", "ANSWERED_YES", "ANSWERED_NO")}
_PROMPT_TYPES = {known: (known,) for known in ("Ad Hoc Prompt", "Predefined Prompt", "Restart Prompt")}
_LINK_STATUSES = {known: (known,) for known in ("LINKED", "UNLINKED", "FULLY_LINKED", "NOT_APPLICABLE")}

JOB_MEMBERS: Members = {
    "jobId": run_with_id,
    "lastInRerunChain": flag(LAST),
    "jobName": like("name"),
    "jobStreamName": in_folder("jobStreamName", "folder"),
    "workstationName": on_workstation("jobStreamWorkstation", "workstation"),
    "jobWksName": on_workstation("workstation"),
    "workstationId": with_workstation_id("jobStreamWorkstation", "workstation"),
    "actualWorkstation": on_workstation("jobruns.actualWorkstation"),
    "folderId": in_folder_id,
    "inputArrivalTime": moment("schedTime"),
    "inputArrivalTimeRange": time_range("schedTime"),
    "statusList": one_of("jobruns.commonStatus", COMMON_STATUSES),
    "internalStatusList": one_of("jobruns.compositeStatus.status", INTERNAL_STATUSES),
    "taskTypeList": values("jobDefinition.taskType"),
    "priority": number("priority"),
    "priorityRange": number_range("priority"),
    "rerunType": word("jobruns.rerunType", RERUN_TYPES),
    "recoveryOptionList": values("jobDefinition.recoveryOption"),
    "confirmed": flag("jobOptions.requiresConfirmation"),
    "every": flag("jobOptions.every"),
    "untilExpired": flag("untilExpired"),
    "untilAction": word("untilAction", _UNTIL_WORDS),
    "untilTime": moment("timeRestrictions.untilTime"),
    "untilTimeRange": time_range("timeRestrictions.untilTime"),
    "startTime": moment("timeRestrictions.startTime"),
    "startTimeRange": time_range("timeRestrictions.startTime"),
    "actualStartTime": moment("jobruns.timeInfo.actualStartTime"),
    "actualStartTimeRange": time_range("jobruns.timeInfo.actualStartTime"),
    "actualEndTime": moment("jobruns.timeInfo.actualEndTime"),
    "actualEndTimeRange": time_range("jobruns.timeInfo.actualEndTime"),
    "deadlineTime": moment("timeRestrictions.deadlineTime"),
    "deadlineTimeRange": time_range("timeRestrictions.deadlineTime"),
    "userLogin": like("jobDefinition.userLogin"),
    "fileDependencyId": like("file.id"),
    "fileDependencyName": like("file.name"),
    "fileDependencyWorkstationName": like("file.workstation"),
    "promptDependencyId": like("prompt.id"),
    "promptDependencyName": like("prompt.name"),
    "promptDependencyNumber": number("prompt.number"),
    "resourceDependencyId": like("resource.id"),
    "resourceDependencyName": like("resource.name"),
    "resourceDependencyWorkstationName": like("resource.workstation"),
    "monitoredJob": flag("monitored"),
    "critical": flag("jobOptions.critical"),
    "canceled": flag("jobruns.compositeStatus.canceled"),
    "errorCode": like("errorCode"),
    "maxDurationGone": flag("jobruns.maxDurationGone"),
    "minDurationNotReached": flag("jobruns.minDurationNotReached"),
    "late": flag("late"),
    "runNumber": number("runNumber"),
    "returnCode": number("jobruns.returnCode"),
    "jobNumber": number("jobruns.jobNumber"),
    "replyNeeded": flag("replyNeeded"),
    "released": flag("released"),
    "promoted": flag("promoted"),
    "pendingCanc": flag("pendingCancellation"),
    "nopJob": flag("jobOptions.noOperation"),
}

STREAM_MEMBERS: Members = {
    "jobStreamId": stream_with_id,
    "jobStreamName": in_folder("name", "folder"),
    "workstationName": on_workstation("workstation"),
    "workstationId": with_workstation_id("workstation"),
    "folderId": in_folder_id,
    "aliasName": never,
    "statusList": one_of("commonStatus", COMMON_STATUSES),
    "internalStatusList": one_of("compositeStatus.status", STREAM_STATUSES),
    "limit": number("limit"),
    "limitRange": number_range("limit"),
    "carriedForward": flag("jsDefinitionFlags.carriedForward"),
    "carryForward": flag("jsOptions.carryForward"),
    "priority": number("priority"),
    "priorityRange": number_range("priority"),
    "inputArrivalTime": moment("schedTime"),
    "inputArrivalTimeRange": time_range("schedTime"),
    "scheduledTimeRange": time_range("schedTime"),
    "startTime": moment("timeRestrictions.startTime"),
    "startTimeRange": time_range("timeRestrictions.startTime"),
    "deadlineTime": moment("timeRestrictions.deadlineTime"),
    "deadlineTimeRange": time_range("timeRestrictions.deadlineTime"),
    "actualStartTime": moment("timeInfo.actualStartTime"),
    "actualStartTimeRange": time_range("timeInfo.actualStartTime"),
    "actualEndTime": moment("timeInfo.actualEndTime"),
    "actualEndTimeRange": time_range("timeInfo.actualEndTime"),
    "monitoredJob": flag("monitored"),
    "submitter": like("submitter"),
}

WORKSTATION_MEMBERS: Members = {
    "workstationId": workstation_with_id,
    "workstationName": in_folder("name", "folder"),
    "domainName": like("domainName"),
    "linkStatus": word("linkStatus", _LINK_STATUSES),
    "linkStatusList": one_of("linkStatus", _LINK_STATUSES),
    "workstationTypeList": values("type"),
    "workstationType": like("type"),
    "jobmanUp": flag("jobmanUp"),
    "writerUp": flag("writerUp"),
    "limit": number("limit"),
    "fence": number("fence"),
    "nodeName": like("nodeName"),
    "version": like("version"),
    "symRunNumber": number("runNumber"),
}

PROMPT_MEMBERS: Members = {
    "promptId": prompt_with_id,
    "promptJobId": prompt_of_job,
    "promptName": in_folder("name", "folder"),
    "promptNumber": number("number"),
    "statusList": one_of("status", _PROMPT_STATUSES),
    "promptText": like("text"),
    "promptType": word("type", _PROMPT_TYPES),
    "promptTypeList": one_of("type", _PROMPT_TYPES),
}

RESOURCE_MEMBERS: Members = {
    "resourceId": resource_with_id,
    "resourceName": in_folder("name", "folder"),
    "workstatioName": on_workstation("workstation"),  # so spelt in the API document
    "workstationId": with_workstation_id("workstation"),
    "status": word("status", _RESOURCE_STATUSES),
    "statusList": one_of("status", _RESOURCE_STATUSES),
    "quantityDefined": number("quantity"),
    "quantityAvailable": number("quantityAvailable"),
    "quantityAvailableRange": number_range("quantityAvailable"),
    "quantityInUse": number("quantityInUse"),
}

FILE_MEMBERS: Members = {
    "fileId": file_with_id,
    "fileName": like("name"),
    "workstationName": on_workstation("workstation"),
    "workstationId": with_workstation_id("workstation"),
    "status": word("status", _FILE_STATUSES),
    "statusList": one_of("status", _FILE_STATUSES),
}

DOMAIN_MEMBERS: Members = {
    "domainId": like("name"),
    "domainName": like("name"),
}

CRITICAL_JOB_MEMBERS: Members = {
    "jobName": like("name"),
    "jobStreamName": in_folder("jobStreamName", "folder"),
    "workstationName": on_workstation("workstation"),
    "jobStreamWorkstationName": on_workstation("jobStreamWorkstation"),
    "priority": number("priority"),
    "priorityRange": number_range("priority"),
    "statusList": one_of("jobruns.commonStatus", COMMON_STATUSES),
    "internalStatusList": one_of("jobruns.compositeStatus.status", INTERNAL_STATUSES),
    "criticalStartTime": moment("criticalStart"),
    "criticalStartTimeRange": time_range("criticalStart"),
    "deadline": moment("timeRestrictions.deadlineTime"),
    "deadlineRange": time_range("timeRestrictions.deadlineTime"),
    "startTime": moment("timeRestrictions.startTime"),
    "startTimeRange": time_range("timeRestrictions.startTime"),
}

CRITICAL_PATH_MEMBERS: Members = {
    "late": flag("network.late"),
    "longRunning": flag("network.longRunning"),
    "missingDeadline": flag("late"),
    "promotedToUrgentQueue": flag("promoted"),
    "statusList": one_of("jobruns.commonStatus", COMMON_STATUSES),
    "internalStatusList": one_of("jobruns.compositeStatus.status", INTERNAL_STATUSES),
}

JOB_SORTERS: Mapping[str, str] = {
    "actualEndTime": "jobruns.timeInfo.actualEndTime",
    "actualStartTime": "jobruns.timeInfo.actualStartTime",
    "actualWorkstation": "jobruns.actualWorkstation",
    "deadlineTime": "timeRestrictions.deadlineTime",
    "earliestStartTime": "timeRestrictions.startTime",
    "estimatedDuration": "jobruns.estimatedDuration",
    "internalStatus": "jobruns.compositeStatus.status",
    "jobCritical": "jobOptions.critical",
    "jobDefTaskType": "jobDefinition.taskType",
    "jobDefUserLogin": "jobDefinition.userLogin",
    "jobDefRecoveryOption": "jobDefinition.recoveryOption",
    "jobDefWorkstationName": "workstation",
    "jobEvery": "jobOptions.every",
    "jobId": "id",
    "jobName": "name",
    "jobNop": "jobOptions.noOperation",
    "jobNumber": "jobruns.jobNumber",
    "jobstreamFolderName": "folder",
    "jobstreamName": "jobStreamName",
    "jobstreamScheduledTime": "schedTime",
    "jobstreamWksName": "jobStreamWorkstation",
    "lastInChain": LAST,
    "late": "late",
    "maxDurationGone": "jobruns.maxDurationGone",
    "monitored": "monitored",
    "numUnresolvedDeps": "dependenciesStats.numberOfUnresolvedDependencies",
    "position": "position",
    "priority": "priority",
    "requiresConfirmation": "jobOptions.requiresConfirmation",
    "rerunNumber": "run.attempt",
    "rerunType": "jobruns.rerunType",
    "returnCode": "jobruns.returnCode",
    "runNumber": "runNumber",
    "startTime": "timeRestrictions.startTime",
    "status": "jobruns.commonStatus",
    "totalElapsedTime": "jobruns.elapsedTime",
    "untilTime": "timeRestrictions.untilTime",
}

STREAM_SORTERS: Mapping[str, str] = {
    "actualEndTime": "timeInfo.actualEndTime",
    "actualStartTime": "timeInfo.actualStartTime",
    "carriedForward": "jsDefinitionFlags.carriedForward",
    "carryForward": "jsOptions.carryForward",
    "deadlineTime": "timeRestrictions.deadlineTime",
    "folderName": "folder",
    "internalStatus": "compositeStatus.status",
    "jobStreamId": "id",
    "limit": "limit",
    "name": "name",
    "originalName": "originalJobStreamName",
    "priority": "priority",
    "scheduledTime": "schedTime",
    "startTime": "timeRestrictions.startTime",
    "status": "commonStatus",
    "submitter": "submitter",
    "totalElapsedTime": "timeInfo.elapsedTime",
    "totalJobs": "jobStreamStats.numberOfJob",
    "workstationName": "workstation",
}

WORKSTATION_SORTERS: Mapping[str, str] = {
    "domainName": "domainName",
    "fence": "fence",
    "folderName": "folder",
    "jobmanUp": "jobmanUp",
    "limit": "limit",
    "linkStatus": "linkStatus",
    "nodeName": "nodeName",
    "operatingSystem": "os",
    "symRunNumber": "runNumber",
    "version": "version",
    "workstationId": "id",
    "workstationName": "name",
    "workstationType": "type",
    "writerUp": "writerUp",
}

PROMPT_SORTERS: Mapping[str, str] = {
    "askTime": "timeAsked",
    "folderName": "folder",
    "name": "name",
    "number": "number",
    "status": "status",
    "text": "text",
    "type": "type",
    "workstationName": "workstation",
}

RESOURCE_SORTERS: Mapping[str, str] = {
    "availableQuantity": "quantityAvailable",
    "folderName": "folder",
    "name": "name",
    "quantity": "quantity",
    "quantityInUse": "quantityInUse",
    "status": "status",
    "workstatioName": "workstation",
}

FILE_SORTERS: Mapping[str, str] = {"name": "name", "status": "status", "workstationName": "workstation"}
DOMAIN_SORTERS: Mapping[str, str] = {"domainName": "name"}
