"""The JSON of the REST API V2: plan objects as dictionaries with the names of the vendor's API document.

Checked against WA_API3_v2.json 10.1.0.1, read 2026-11-23. The form of `key` and of the ids in `actions` is a guess.
"""

from resync_bot.simulator.rendering.formats import ENGINE_ID, Json, Scope
from resync_bot.simulator.rendering.jobs import job_json
from resync_bot.simulator.rendering.objects import prompt_json, resource_json, workstation_json
from resync_bot.simulator.rendering.streams import stream_json

__all__ = ["ENGINE_ID", "Json", "Scope", "job_json", "prompt_json", "resource_json", "stream_json", "workstation_json"]
