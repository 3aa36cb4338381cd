"""Paho, the MQTT client that most people have, against the bridge: client.py PORT VERSION.

Prints one line of JSON: what it heard."""

import json
import queue
import sys

import paho.mqtt.client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

port, version = int(sys.argv[1]), int(sys.argv[2])
protocol = mqtt.MQTTv5 if version == 5 else mqtt.MQTTv311
heard = queue.Queue()
client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, protocol=protocol)
client.on_connect = lambda client, *_: client.subscribe([("openevse/#", 1), ("answers/#", 1)])
client.on_message = lambda _client, _data, message: heard.put(message)
client.connect("127.0.0.1", port)
client.loop_start()


def wait(topic, fits=lambda text: True):
    """The first message on a topic that fits, and its correlation data."""
    while True:
        message = heard.get(timeout=20)
        text = message.payload.decode()
        if message.topic == topic and fits(text):
            data = getattr(message.properties, "CorrelationData", None)
            return text, data.decode() if data else None


wait("openevse/state", lambda text: text == "1")
properties = None
if version == 5:
    properties = Properties(PacketTypes.PUBLISH)
    properties.ResponseTopic = "answers/me"
    properties.CorrelationData = b"number 7"
answers = "answers/me" if version == 5 else "openevse/rapi/out/$GE"
client.publish("openevse/rapi/in/$GE", '{"id": 7}', qos=1, properties=properties)
text, correlation = wait(answers)
answer = json.loads(text)
client.publish("openevse/override/set", '{"charge_current": 11}', qos=1)
result, _ = wait("openevse/override/result")
pilot, _ = wait("openevse/pilot", lambda text: text == "11")
client.loop_stop()
client.disconnect()
print(json.dumps({"answer": answer, "correlation": correlation, "result": result, "pilot": pilot}))
