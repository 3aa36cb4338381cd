"""Old and new versions of the PyPI package "python_openevse_http": prints what the one on the path says, as JSON."""

import asyncio
import inspect
import json
import sys

import aiohttp

try:
    from openevsehttp.__main__ import OpenEVSE
except ImportError:
    from openevsehttp import OpenEVSE


async def call(evse, name, *values, **named):
    """What a method says; nothing where the version does not have it."""
    method = getattr(evse, name, None)
    if method is None:
        return None
    # Of the oldest ones every argument must be given, and some take fewer.
    for argument in inspect.signature(method).parameters.values():
        if argument.default is inspect.Parameter.empty and not values:
            named.setdefault(argument.name, None)
    named = {key: value for key, value in named.items() if key in inspect.signature(method).parameters}
    answer = method(*values, **named)
    return await answer if inspect.isawaitable(answer) else answer


async def main():
    async with aiohttp.ClientSession() as session:
        takes = "session" in inspect.signature(OpenEVSE.__init__).parameters
        evse = OpenEVSE(sys.argv[1], **({"session": session} if takes else {}))
        said = {"serial": (await call(evse, "test_and_get"))["serial"]}
        await evse.update()
        for name in ["openevse_firmware", "state", "vehicle", "current_capacity", "has_limit", "divertmode"]:
            said[name] = getattr(evse, name, None)
        said["rapi"] = list(await evse.send_command("$GV"))
        await call(evse, "set_override", state="active", charge_current=11)
        said["override"] = await call(evse, "get_override")
        await call(evse, "toggle_override")
        said["toggled"] = (await call(evse, "get_override"))["state"]
        await call(evse, "clear_override")
        said["cleared"] = await call(evse, "get_override")
        for name in ["set_charge_mode", "set_divert_mode"]:
            try:
                await call(evse, name, "fast")
            except ValueError:
                # A version that takes no word at all.
                pass
        await call(evse, "set_limit", "energy", 5000, True)
        await call(evse, "clear_limit")
        await call(evse, "make_claim", state="active", charge_current=12)
        said["target"] = await call(evse, "list_claims", target=True)
        await call(evse, "release_claim")
        await call(evse, "set_service_level", 2)
        if hasattr(evse, "set_schedule"):
            await evse.set_schedule({"state": "active", "time": "22:00:00", "days": ["Monday"], "duration": 60})
            said["event"] = await evse.get_schedule(1)
            await evse.delete_schedule(1)
            said["schedule"] = await evse.get_schedule()
            said["time"] = sorted(await evse.get_time())
            try:
                await evse.get_notifications()
            except Exception as problem:
                said["notifications"] = type(problem).__name__
        await call(evse, "restart_wifi")
        print(json.dumps(said))


asyncio.run(main())
