/** Curves on one axis of steps, thinned to what a screen can show. */
export interface Chart {
  readonly x: readonly number[];
  readonly series: readonly Series[];
}

export interface Series {
  readonly name: string;
  /** Per x; null where nothing was measured. */
  readonly mean: readonly (number | null)[];
  /** Extremes of what `mean` stands for; absent where each x is one step. */
  readonly low?: readonly (number | null)[];
  readonly high?: readonly (number | null)[];
  /** Values that were NaN or infinite, and are left out. */
  readonly notFinite: number;
}

/** Points on the axis of steps. Each also keeps the extremes of the steps it stands for. */
const MAX_POINTS = 1000;

/** Values by name and step, as they come from the journal. */
export class Curves {
  private readonly byName = new Map<string, { readonly steps: number[]; readonly values: number[] }>();

  add(step: number, values: Readonly<Record<string, number>>): void {
    for (const [name, value] of Object.entries(values)) {
      let curve = this.byName.get(name);
      if (!curve) this.byName.set(name, (curve = { steps: [], values: [] }));
      curve.steps.push(step);
      curve.values.push(value);
    }
  }

  get names(): readonly string[] {
    return [...this.byName.keys()];
  }

  /** All values of a curve with their steps; none where there is no such curve. */
  points(name: string): { readonly steps: readonly number[]; readonly values: readonly number[] } {
    return this.byName.get(name) ?? { steps: [], values: [] };
  }

  /** Shares a curve of another set under a new name. */
  adopt(as: string, of: Curves, name: string): void {
    const curve = of.byName.get(name);
    if (curve) this.byName.set(as, curve);
  }

  first(name: string): number | undefined {
    return this.byName.get(name)?.values[0];
  }

  last(name: string): number | undefined {
    return this.byName.get(name)?.values.at(-1);
  }

  /** Least and greatest finite value, where there is one. */
  range(name: string): readonly [number, number] | undefined {
    const values = this.byName.get(name)?.values.filter(Number.isFinite) ?? [];
    if (values.length === 0) return undefined;
    return values.reduce<readonly [number, number]>(
      ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
      [Infinity, -Infinity],
    );
  }

  /** Some of the curves on one axis; neighbouring steps are averaged where there are more than `maxPoints`. */
  chart(names: readonly string[], maxPoints = MAX_POINTS): Chart {
    const curves = names.map((name) => ({ name, ...this.byName.get(name)! }));
    const first = Math.min(...curves.map(({ steps }) => steps[0] ?? Infinity));
    const last = Math.max(...curves.map(({ steps }) => steps.at(-1) ?? -Infinity));
    // Up to `maxPoints` nothing is averaged.
    const isShort = new Set(curves.flatMap(({ steps }) => steps)).size <= maxPoints;
    const width = isShort ? 1 : Math.ceil((last - first + 1) / maxPoints);
    const bucketOf = (step: number): number => Math.floor((step - first) / width);
    const used = new Set(curves.flatMap(({ steps }) => steps.map(bucketOf)));
    const buckets = [...used].sort((a, b) => a - b);
    return {
      x: buckets.map((bucket) => Math.min(last, first + (bucket + 1) * width - 1)),
      series: curves.map(({ name, steps, values }) => thin(name, steps.map(bucketOf), values, buckets)),
    };
  }
}

/** @param at the bucket of each value, ascending. */
function thin(
  name: string,
  at: readonly number[],
  values: readonly number[],
  buckets: readonly number[],
): Series {
  const mean: (number | null)[] = [];
  const low: (number | null)[] = [];
  const high: (number | null)[] = [];
  let notFinite = 0;
  let isAveraged = false;
  let i = 0;
  for (const bucket of buckets) {
    let [sum, count, least, greatest] = [0, 0, Infinity, -Infinity];
    for (; at[i] === bucket; i++) {
      const value = values[i]!;
      if (!Number.isFinite(value)) {
        notFinite++;
        continue;
      }
      sum += value;
      count++;
      least = Math.min(least, value);
      greatest = Math.max(greatest, value);
    }
    isAveraged ||= count > 1;
    mean.push(count === 0 ? null : short(sum / count));
    low.push(count === 0 ? null : short(least));
    high.push(count === 0 ? null : short(greatest));
  }
  return { name, mean, ...(isAveraged ? { low, high } : {}), notFinite };
}

/** Five digits: more than a screen shows, and a third of the bytes. */
const short = (value: number): number => Number(value.toPrecision(5));
