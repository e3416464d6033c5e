"""The engine itself, and its plans: the current one and those that it archived."""

import re

import orjson
from aiohttp import web

from resync_bot.simulator import draws
from resync_bot.simulator.archive import ArchivedPlan
from resync_bot.simulator.bodies import json_object
from resync_bot.simulator.oql.compilation import wildcard_expression
from resync_bot.simulator.parameters import PLAN, SIMULATOR
from resync_bot.simulator.plan import Plan
from resync_bot.simulator.refusals import bad_parameter
from resync_bot.simulator.rendering import ENGINE_ID, Json
from resync_bot.simulator.rendering.formats import instant
from resync_bot.simulator.v1.conditions import text_of
from resync_bot.simulator.v1.ids import DOMAIN
from resync_bot.simulator.v1.queries import filter_of
from resync_bot.simulator.v1.wire import ARCHIVE, CURRENT_PLAN, ONLY_V1, first_page

_PLAN_TYPES = ("ARCHIVED", "SYMNEW", "TRIAL", "FORECAST", "CURRENT", "UNKNOWN")
_VERSION, _VERSION_WITHOUT_V2 = "10.2.5", "9.5.0"


def _plain(content: object) -> web.Response:
    return web.Response(body=orjson.dumps(content), content_type="application/json", headers={"Context-Locale": "en"})


def _master(plan: Plan) -> str:
    return next(workstation.name for workstation in plan.workstations if workstation.spec.master)


async def engine_info(request: web.Request) -> web.Response:
    """GET /engine/info; "synphony" is how the API spells it."""
    plan, zone = request[PLAN], request.app[SIMULATOR].settings.zone
    version = _VERSION_WITHOUT_V2 if request.app[ONLY_V1] else _VERSION
    return _plain(
        {
            "version": version,
            "fullVersion": f"{version}.00",
            "displayVersion": version,
            "apiLevel": 1,
            "featureLevel": 1,
            "type": "DISTRIBUTED",
            "engineType": "MASTER",
            "hasModel": True,
            "hasPlan": True,
            "hasDatabasePlan": True,
            "locale": "en",
            "timezone": zone,
            "planTimezone": zone,
            "timezoneEnable": True,
            "workstationName": _master(plan),
            "domainName": DOMAIN,
            "masterWorkstation": _master(plan),
            "masterDomain": DOMAIN,
            "synphonyFound": True,
            "synphonyFileName": "Symphony",
            "synphonyRunNumber": plan.run_number,
            "synphonyScheduledDate": instant(plan.starts),
            "synphonyBatchManStatus": "LIVES",
            "synphonyPlanStart": instant(plan.starts),
            "synphonyPlanEnd": instant(plan.ends),
            "synphonyStartTime": instant(plan.starts),
            "synphonySize": len(plan.jobs) + len(plan.streams),
            "roleBasedSecurityEnabled": True,
            "enableRerunOpt": True,
            "auditStore": "DB",
            "licenseType": "perJob",
            "referenceId": draws.uuid("installation", ENGINE_ID),
        }
    )


async def mailbox_fill_percentage(request: web.Request) -> web.Response:
    """GET /engine/mailbox_fill_percentage: nothing piles up in the mailboxes of this engine."""
    if not request.query.get("mailboxName"):
        raise bad_parameter("mailboxName is required.")
    return _plain(0)


async def query_plans(request: web.Request) -> web.Response:
    """POST /plan/query: symphonyInPlanFilter with planName, planId, planType."""
    wanted = filter_of(await json_object(request), "symphonyInPlanFilter")
    unknown = sorted(wanted.keys() - {"planName", "planId", "planType"})
    if unknown:
        raise bad_parameter(f"symphonyInPlanFilter does not know {', '.join(unknown)}.")
    kind = wanted.get("planType")
    if kind is not None and kind not in _PLAN_TYPES:
        raise bad_parameter(f"planType must be one of {', '.join(_PLAN_TYPES)}.")
    name = re.compile(wildcard_expression(text_of("planName", wanted.get("planName", "@"))), re.DOTALL)
    identity = wanted.get("planId")
    found = [
        plan
        for plan in _plans(request)
        if kind in (None, plan["key"]["type"])
        and identity in (None, plan["id"])
        and name.fullmatch(plan["key"]["name"])
    ]
    return _plain(list(first_page(request).of(found)))


def _plans(request: web.Request) -> list[Json]:
    plan = request[PLAN]
    current = _plan_json("Symphony", "CURRENT", CURRENT_PLAN, plan.run_number) | {
        "validFrom": instant(plan.starts),
        "validTo": instant(plan.ends),
        "creationDate": instant(plan.starts),
        "size": len(plan.jobs) + len(plan.streams),
        "active": True,
        "masterWorkstationName": _master(plan),
        "numberOfCpu": len(plan.workstations),
    }
    return [current, *(_archived(one) for one in request.app[ARCHIVE].plans())]


def _archived(one: ArchivedPlan) -> Json:
    return _plan_json(one.id, "ARCHIVED", one.id, one.night.run_number) | {
        "validFrom": instant(one.night.starts),
        "validTo": instant(one.night.ends),
        "creationDate": instant(one.night.starts),
        "active": False,
    }


def _plan_json(name: str, kind: str, identity: str, run_number: int) -> Json:
    return {
        "id": identity,
        "key": {"name": name, "type": kind},
        "runNumber": run_number,
        "masterDomainName": DOMAIN,
        "criticalPathEnabled": True,
    }
