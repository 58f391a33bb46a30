import { relative } from 'node:path';
import { paint } from '../../core/node/paint.js';
import prettyBytes from 'pretty-bytes';
import prettyMs from 'pretty-ms';
import type { PreparedSweep } from '../../sweep/index.js';
import { describeSearch } from './rungs.js';
import { countStates, formatTrialStates } from './table.js';

/** What a sweep is and will take, before it begins. */
export function describeSweep({
  expanded,
  folder,
  trials: states,
  share,
  outlook,
  request,
}: PreparedSweep): string {
  const { sweep, ablation } = expanded;
  const { seconds, diskBytes, freeBytes, memoryBytes, dataProblem } = outlook;
  const { jobs, threads } = share;
  const trials = ablation.trials.length;
  const runs = sweep.runs.length;
  const equal = trials === runs ? '' : `, ${trials - runs} of them the same as another: ${runs} runs`;
  const chosen = states.length === runs ? '' : `; ${states.length} chosen`;
  const time =
    seconds === undefined
      ? 'not known before the data is there'
      : `about ${prettyMs(seconds * 1000, { unitCount: 2, secondsDecimalDigits: 0 })} (a first guess)`;
  const search = describeSearch(sweep);
  const lines: [string, string][] = [
    ['sweep', `${sweep.name}${sweep.summary === undefined ? '' : `: ${sweep.summary}`}`],
    ...sweep.axes.map(({ name, levels }): [string, string] => [name, levels.join(', ')]),
    ...(search === undefined ? [] : [['search', search] as [string, string]]),
    ['trials', `${trials}${equal}${chosen}: ${countStates(states)}`],
    [
      'at once',
      `${jobs} ${jobs === 1 ? 'trial' : 'trials'} with ${threads} ${threads === 1 ? 'thread' : 'threads'}${jobs === 1 ? '' : ' each'}, up to ${prettyBytes(memoryBytes)} of memory with decoded images; one that crashes is taken up again ${request.retries === 1 ? 'once' : `${request.retries} times`}`,
    ],
    ['time', time],
    ['disk', `up to ${prettyBytes(diskBytes)} for checkpoints, ${prettyBytes(freeBytes)} free`],
    ['folder', relative('', folder) || '.'],
  ];
  const width = Math.max(...lines.map(([name]) => name.length));
  const notes = [
    ...(dataProblem ? [`${paint.yellow('warning')} ${dataProblem.message}`] : []),
    ...(diskBytes > freeBytes ? [`${paint.yellow('warning')} The disk may not have room for that.`] : []),
  ];
  return [...lines.map(([name, text]) => `${paint.dim(name.padEnd(width))}  ${text}`), ...notes].join('\n');
}

/** The runs with the index of each. */
export function listRuns({ expanded, trials, outlook }: PreparedSweep): string {
  const live = new Map(Object.entries(outlook.steps).map(([id, steps]) => [id, { steps }]));
  return formatTrialStates(expanded.sweep, trials, live);
}
