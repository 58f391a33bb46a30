import { relative } from 'node:path';
import Table from 'cli-table3';
import { counted } from '../core/counted.js';
import { paint } from '../core/node/paint.js';
import prettyBytes from 'pretty-bytes';
import prettyMs from 'pretty-ms';
import type { RunEvent } from '../core/events.js';
import type { Plan } from '../plan/index.js';
import { run, type RunOutlook, type RunRequest, type RunResult } from '../runs/index.js';
import type { ExitCode } from './exit-code.js';
import { diskText, durationText } from './cost.js';
import { formatHealth } from './health.js';
import { onInterrupt } from './interrupt.js';
import { predictHint } from './predict-hint.js';
import { Progress } from './progress.js';

const show = (path: string): string => relative(process.cwd(), path) || '.';

/** Runs a request on a terminal: prints the plan and its cost, shows progress, then prints where everything is. */
export async function watchRun(request: Omit<RunRequest, 'signal'>): Promise<ExitCode> {
  let progress: Progress | undefined;
  let plan: Plan | undefined;
  const say = (text: string): void =>
    progress ? progress.note(text) : void process.stderr.write(`${text}\n`);
  const interrupt = onInterrupt(() =>
    say(paint.yellow('Stopping after this step and saving a checkpoint; Ctrl-C again leaves at once.')),
  );
  const start = performance.now();
  try {
    const result = await run(
      { ...request, signal: interrupt.signal },
      {
        outlook: (outlook) => {
          say(describe(outlook));
          plan = outlook.plan;
          progress = new Progress(outlook.steps, outlook.from);
        },
        event: (event) => {
          if (event.type === 'step') progress?.step(event);
          else announce(event, say);
        },
        busy: (text) => progress?.busy(text),
        warn: (text) => say(`${paint.yellow('warning')} ${text}`),
      },
    );
    progress?.stop();
    conclude(result, performance.now() - start, plan);
    return result.status === 'killed' ? 130 : 0;
  } finally {
    progress?.stop();
    interrupt.release();
  }
}

function describe({
  plan,
  data,
  engine,
  folder,
  from,
  steps,
  epochs,
  duration,
  checkpoints,
}: RunOutlook): string {
  const { recipe } = plan;
  const sources = Object.entries(data.sources).map(([name, { type, folder: path, counts, classes }]) => {
    const split = Object.entries(counts).map(([key, count]) => `${count} ${key}`);
    for (const [field, names] of Object.entries(classes ?? {}))
      split.push(`${names.length} classes of ${field}`);
    return `${name}: ${split.join(', ')} (${type}${path === undefined ? '' : ` in ${show(path)}`})`;
  });
  const networks = Object.values(plan.networks).map(
    ({ name, type, parameters, receptiveField }) =>
      `${name} ${type}, ${(parameters / 1e6).toFixed(2)} M parameters${
        type === 'patchgan' && receptiveField !== undefined ? `, patch ${receptiveField}` : ''
      }`,
  );
  const lines: [string, string][] = [
    ['recipe', `${recipe.name}${recipe.summary === undefined ? '' : `: ${recipe.summary}`}`],
    ['data', sources.join('; ')],
    ['networks', networks.join('; ')],
    ['engine', `${engine.name} ${engine.version} on ${engine.device}, ${counted(engine.threads, 'thread')}`],
    [
      'training',
      steps === from
        ? `none: all ${steps} steps are done; --steps or --epochs makes the run longer`
        : `${counted(steps - from, 'step')} of ${counted(recipe.train.batch, 'image')}${from > 0 ? `, from step ${from}` : ''} (${counted(Number(epochs.toPrecision(3)), 'epoch')} in all), ${(plan.cost.flopsPerStep / 1e9).toFixed(1)} GFLOP each`,
    ],
    [
      'memory',
      `about ${prettyBytes(plan.cost.trainingBytes)} at its peak, and up to ${prettyBytes(data.cache.budget)} of decoded images`,
    ],
    ['disk', diskText(plan, checkpoints)],
    ...(steps === from ? [] : [['time', durationText(duration, steps - from)] as [string, string]]),
    ['folder', show(folder)],
  ];
  const width = Math.max(...lines.map(([name]) => name.length));
  return lines.map(([name, text]) => `${paint.dim(name.padEnd(width))}  ${text}`).join('\n');
}

function announce(event: RunEvent, say: (text: string) => void): void {
  if (event.type === 'message' && event.level === 'info') say(event.text);
  if (event.type === 'health') say(formatHealth(event));
  if (event.type === 'evaluation') {
    const metrics = Object.entries(event.metrics).map(([key, value]) => `${key} ${value.toPrecision(4)}`);
    say(`${paint.dim(`step ${event.step}`)}  ${metrics.join('  ')}`);
  }
}

function conclude(result: RunResult, ms: number, plan: Plan | undefined): void {
  const time = prettyMs(ms, { unitCount: 2, secondsDecimalDigits: 0 });
  console.log(
    `\n${result.status === 'finished' ? paint.green('finished') : paint.yellow('stopped')} after ${result.step} steps in ${time}`,
  );
  const metrics = Object.entries(result.metrics);
  if (metrics.length > 0) {
    const table = new Table({ head: metrics.map(([key]) => key), style: { head: [], border: [] } });
    table.push(metrics.map(([, value]) => value.toPrecision(4)));
    console.log(table.toString());
  }
  const places: [string, string | undefined][] = [
    ['pictures', result.sample],
    ['report', result.report],
    ['checkpoint', result.checkpoint],
  ];
  for (const [name, path] of places) if (path !== undefined) console.log(`${name.padEnd(10)}  ${show(path)}`);
  const run = show(result.folder);
  const hint = plan && predictHint(run, plan);
  if (result.status === 'killed') console.log(`\nGo on with  gan run --resume ${run}`);
  else if (hint !== undefined) console.log(`\nUse it with  ${hint}`);
}
