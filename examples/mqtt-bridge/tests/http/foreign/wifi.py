"""The PyPI package "openevsewifi", on which Home Assistant's own integration stood: by JSON, and by the page."""

import json
import sys

import openevsewifi

said = {}
for way in ["json", "page"]:
    charger = openevsewifi.Charger(sys.argv[1], json=way == "json")
    said[way] = [
        charger.status,
        charger.charge_time_elapsed > 0,
        charger.min_amps,
        charger.max_amps,
        charger.current_capacity,
        charger.ambient_temperature,
        charger.charging_current,
        charger.firmware_version,
    ]
print(json.dumps(said))
