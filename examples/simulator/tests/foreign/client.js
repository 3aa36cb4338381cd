// The npm package "openevse" on a serial port: prints what it says, as JSON.
// It must lie beside its node_modules.
"use strict";

// It wants serialport 6, which does not build any more: this is the interface of 6 on a current one.
const current = require("serialport");
function SerialPort(path, options) {
  return new current.SerialPort({ path, ...options });
}
SerialPort.parsers = { Readline: current.ReadlineParser };
require.cache[require.resolve("serialport")].exports = SerialPort;

const evse = require("openevse").connect(process.argv[2]);

// One at a time: it gives answers to the newest request, not to the oldest.
function ask(method, ...values) {
  return new Promise((resolve, reject) => {
    const done = (...answer) => resolve(answer);
    const request = method === "_request" ? evse._request(...values, done) : evse[method](done, ...values);
    request.error((problem) => resolve([problem.type]));
    setTimeout(() => reject(new Error(`${method}: no answer`)), 10000).unref();
  });
}

async function main() {
  const said = {};
  said.version = await ask("version");
  said.state = (await ask("status"))[0];
  said.current = await ask("current_capacity");
  said.current_set = await ask("current_capacity", 16, true);
  said.range = await ask("current_capacity_range");
  said.energy = await ask("energy");
  const time = new Date(2024, 5, 15, 12, 30, 0);
  said.time = Math.abs((await ask("time", time))[0] - time);
  said.temperatures = await ask("temperatures");
  said.faults = await ask("fault_counters");
  // Its status("sleep") would not tell about the error in what it asks next.
  await ask("_request", "FS");
  said.asleep = (await ask("status"))[0];
  console.log(JSON.stringify(said));
  process.exit(0);
}

main().catch((problem) => {
  console.error(problem);
  process.exit(1);
});
