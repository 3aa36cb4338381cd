"""The PyPI package "python_openevse_http", on which Home Assistant's integration stands: prints what it says, as JSON."""

import asyncio
import json
import sys

import aiohttp
from openevsehttp.__main__ import OpenEVSE


async def main():
    async with aiohttp.ClientSession() as session:
        evse = OpenEVSE(sys.argv[1], session=session)
        said = {"serial": await evse.test_and_get()}
        await evse.update()
        said["firmware"] = evse.openevse_firmware
        said["status"] = evse.status
        said["state"] = evse.state
        said["vehicle"] = bool(evse.vehicle)
        said["min"], said["max"] = evse.min_amps, evse.max_amps
        said["rapi"] = await evse.send_command("$GV")
        await evse.soc(55)
        await evse.set_divert_mode("eco")
        await evse.set_divert_mode("fast")
        await evse.set_charge_mode("eco")
        pushed = asyncio.Event()

        async def changed(*_):
            if evse._status.get("pilot") == 10:
                pushed.set()

        evse.callback = changed
        evse.ws_start()
        await evse.set_override(state="active", charge_current=10)
        try:
            await asyncio.wait_for(pushed.wait(), 15)
        except asyncio.TimeoutError:
            pass
        said["pushed"] = pushed.is_set()
        said["override"] = await evse.get_override()
        await evse.update()
        said["divertmode"] = evse.divertmode
        said["battery"] = evse.vehicle_soc
        await evse.set_limit("energy", 5000, True)
        said["limit"] = await evse.get_limit()
        await evse.clear_limit()
        await evse.clear_override()
        await evse.make_claim(state="disabled", charge_current=10)
        said["claims"] = (await evse.list_claims(target=True))["properties"]
        await evse.release_claim()
        await evse.ws_disconnect()
        print(json.dumps(said))


asyncio.run(main())
