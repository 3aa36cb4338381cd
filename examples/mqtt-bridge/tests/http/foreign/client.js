// The npm package "openevse" over HTTP: prints what it says, as JSON.
// It must lie beside its node_modules.
"use strict";

// It loads serialport 6, which does not build any more, even where it does not use it.
const current = require("serialport");
require.cache[require.resolve("serialport")].exports = { parsers: { Readline: current.ReadlineParser } };

const evse = require("openevse").connect(`http://${process.argv[2]}/r`);

function ask(method, ...values) {
  return new Promise((resolve, reject) => {
    evse[method]((...answer) => resolve(answer), ...values).error((problem) => resolve([problem.type]));
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
  said.temperatures = await ask("temperatures");
  console.log(JSON.stringify(said));
  process.exit(0);
}

main().catch((problem) => {
  console.error(problem);
  process.exit(1);
});
