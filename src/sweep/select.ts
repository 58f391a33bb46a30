import { UserError } from '../core/errors.js';
import { suggest } from '../recipe/messages/suggest.js';
import type { Sweep, SweepRun } from './sweep.js';

/**
 * The runs that fill a cell of each `AXIS=LEVEL[,LEVEL]`, and, of these, the one of an index.
 * @throws UserError (exit code 2) where there is no such axis, level or index.
 */
export function selectRuns(
  { axes, runs }: Pick<Sweep, 'axes' | 'runs'>,
  only: readonly string[],
  index?: number,
): readonly SweepRun[] {
  const wanted = new Map<string, Set<string>>();
  for (const text of only) {
    const equals = text.indexOf('=');
    const name = text.slice(0, equals);
    const axis = axes.find((each) => each.name === name);
    if (equals < 1 || !axis) {
      const names = axes.map((each) => each.name);
      throw new UserError(
        `--only ${text}: ${equals < 1 ? 'this is no AXIS=LEVEL' : `"${name}" is no axis`}.`,
        {
          exitCode: 2,
          remedy: suggest(name, names, 'Axes') ?? `Axes: ${names.join(', ')}.`,
        },
      );
    }
    // A level's name may hold a comma itself.
    const rest = text.slice(equals + 1);
    const levels = axis.levels.includes(rest) ? [rest] : rest.split(',');
    for (const level of levels) {
      if (axis.levels.includes(level)) continue;
      throw new UserError(`--only ${text}: the axis ${name} has no level "${level}".`, {
        exitCode: 2,
        remedy: suggest(level, axis.levels, 'Levels') ?? `Levels: ${axis.levels.join(', ')}.`,
      });
    }
    wanted.set(name, new Set([...(wanted.get(name) ?? []), ...levels]));
  }
  const selected = runs.filter(({ cells }) =>
    cells.some((cell) => [...wanted].every(([axis, levels]) => levels.has(cell[axis]!))),
  );
  if (index === undefined) return selected;
  const one = runs[index];
  if (!one || !selected.includes(one)) {
    throw new UserError(`This sweep has no run ${index}${only.length > 0 ? ' among those of --only' : ''}.`, {
      exitCode: 2,
      remedy: `Indices go from 0 to ${runs.length - 1}; \`gan sweep ABLATION --dry-run\` lists them.`,
    });
  }
  return [one];
}

/** In the order in which they are run: one level of the averaged axis after the other, so that a whole table is there early. */
export function inRunningOrder(
  runs: readonly SweepRun[],
  { axes, report }: Pick<Sweep, 'axes' | 'report'>,
): readonly SweepRun[] {
  const levels = axes.find(({ name }) => name === report.average)?.levels ?? [];
  const rank = ({ cells }: SweepRun): number =>
    Math.min(...cells.map((cell) => levels.indexOf(cell[report.average ?? ''] ?? '')));
  return runs.toSorted((a, b) => rank(a) - rank(b) || a.index - b.index);
}
