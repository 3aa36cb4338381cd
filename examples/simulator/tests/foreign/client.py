"""The PyPI package "python_openevse" on a serial port: prints what it says, as JSON."""

import datetime
import json
import sys

import openevse


def ask(method, *values):
    try:
        return method(*values)
    except openevse.EvseError as problem:
        return type(problem).__name__
    except ValueError as problem:
        return "ValueError: %s" % problem


evse = openevse.SerialOpenEVSE(sys.argv[1])
said = {"version": ask(evse.version), "state": ask(evse.status)}
said["current"] = ask(evse.current_capacity)
ask(evse.current_capacity, 16)
said["current_set"] = ask(evse.current_capacity)
said["range"] = ask(evse.current_capacity_range)
said["elapsed"] = ask(evse.elapsed)
said["Wh"] = ask(evse.accumulated_wh)
time = datetime.datetime(2024, 6, 15, 12, 30, 0)
ask(evse.time, time)
said["time"] = abs((evse.time() - time).total_seconds())
said["temperatures"] = ask(evse.temperature)
said["faults"] = ask(evse.fault_counters)
said["asleep"] = ask(evse.status, "sleep")
print(json.dumps(said))
