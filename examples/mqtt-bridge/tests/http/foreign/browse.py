"""Zeroconf, with which Home Assistant finds stations: prints what it sees from one address, until nothing is left."""

import sys
import time

from zeroconf import IPVersion, ServiceBrowser, Zeroconf

KINDS = ["_openevse._tcp.local.", "_http._tcp.local."]
found = Zeroconf(interfaces=[sys.argv[1]], ip_version=IPVersion.V4Only)
there = set()


class Listener:
    def add_service(self, zeroconf, kind, name):
        info = zeroconf.get_service_info(kind, name, 5000)
        text = {key.decode(): value.decode() for key, value in info.properties.items()}
        there.add(name)
        print("added", name, info.parsed_addresses(), info.port, text["type"], text["id"], "version" in text, flush=True)

    def remove_service(self, zeroconf, kind, name):
        there.discard(name)
        print("removed", name, flush=True)

    def update_service(self, zeroconf, kind, name):
        pass


browser = ServiceBrowser(found, KINDS, Listener())
begin = time.monotonic()
seen = 0
while time.monotonic() - begin < 30 and not (seen == len(KINDS) and not there):
    time.sleep(0.1)
    seen = max(seen, len(there))
