// What the tests kill: a process that appends, saves or holds a run until it is told, or made, to stop.
import { setImmediate } from 'node:timers/promises';

const record = new URL('../../dist/src/record/', import.meta.url);
const load = (file) => import(new URL(file, record).href);
const [task, ...args] = process.argv.slice(2);

const tasks = {
  /** Appends steps from `first` on as fast as it can. */
  async append(file, first) {
    const { Journal } = await load('journal.js');
    const journal = new Journal(file, { warn: (text) => console.log(text) });
    console.log('ready');
    for (let step = Number(first); ; step++) {
      journal.append({ type: 'message', step, level: 'info', text: `é${'x'.repeat(step % 300)}` });
      if (step % 20 === 0) journal.flush();
      if (step % 100 === 0) await setImmediate();
    }
  },

  /** Saves checkpoints from step `first` on; every value of one is its step. */
  async save(run, first) {
    const { saveCheckpoint } = await load('save-checkpoint.js');
    console.log('ready');
    for (let step = Number(first); ; step++) {
      const read = async () => new Float32Array(50_000).fill(step);
      const array = { name: 'kernel', shape: [50_000], read };
      const network = {
        weights: [array],
        optimizer: { slots: [{ ...array, name: 'kernel/m' }], updates: step },
      };
      const saved = await saveCheckpoint(
        run,
        { step, networks: { G: network } },
        { meta: { seed: 1, recipe: '', versions: {} }, keep: 2 },
      );
      console.log(saved.saved ? 'saved' : saved.warning);
    }
  },

  /** Opens a run and keeps it. */
  async hold(run) {
    const { openRun } = await load('run-folder.js');
    try {
      await openRun(run, '.');
      console.log('held');
    } catch (error) {
      console.log(error.message);
    }
    process.stdin.resume();
  },

  /** Makes runs, one after the other. */
  async create(runs) {
    const { createRun } = await load('run-folder.js');
    console.log('ready');
    for (;;)
      await createRun({ runs, name: 'maps', recipeText: 'name: maps\n', resolvedYaml: 'name: maps\n' });
  },
};

await tasks[task](...args);
