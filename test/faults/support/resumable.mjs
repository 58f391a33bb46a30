// A process that is there to be killed: it trains as `gan run` does, and kills itself in a situation that it is told, by
// another thread, so many milliseconds later, whatever this one is at by then.
import { existsSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

const { kill, ...request } = JSON.parse(process.argv[2]);
const flag = new Int32Array(new SharedArrayBuffer(4));
const executioner = `
const { flag, delay } = require('node:worker_threads').workerData;
Atomics.wait(flag, 0, 0);
Atomics.wait(flag, 0, 1, delay);
process.kill(process.pid, 'SIGKILL');
`;
if (kill) new Worker(executioner, { eval: true, workerData: { flag, delay: kill.delay } }).unref();

let journal = request.resume && join(request.resume, 'events.jsonl');
const size = () => (journal && existsSync(journal) ? statSync(journal).size : 0);
let before = size();
let done = 0;
function say(text) {
  done = Number(/^(?:step|training) (\d+)/.exec(text)?.[1] ?? done);
  if (!kill || (done < kill.from && !['opening', 'resume'].includes(kill.says))) return;
  if (!(kill.says === 'write' ? done > 0 && size() !== before : text.startsWith(kill.says))) return;
  Atomics.store(flag, 0, 1);
  Atomics.notify(flag, 0);
}

say('opening');
const { run } = await import(new URL('../../../dist/src/runs/run.js', import.meta.url).href);
const { status } = await run(
  { set: [], data: [], engine: 'ort', threads: 1, ...request },
  {
    outlook: ({ from, folder }) => {
      journal = join(folder, 'events.jsonl');
      before = size();
      say(`training ${from}`);
    },
    event: ({ type, step }) => say(`${type} ${step}`),
    sample: (step) => say(`drawing ${step}`),
    busy: (text) => say(text),
    warn: (text) => writeSync(2, `warning ${text}\n`),
  },
);
process.exitCode = status === 'finished' ? 0 : 1;
