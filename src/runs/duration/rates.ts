import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { cpus, hostname } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from '../../core/node/cache-folder.js';
import { packageVersion } from '../../core/node/package.js';
import type { Plan } from '../../plan/index.js';
import { replaceFile } from '../../record/index.js';

/** How fast steps of a plan went on this machine. */
export interface KnownRate {
  /** Of one step, the mean. */
  readonly seconds: number;
  /** That were timed. */
  readonly steps: number;
  /** Milliseconds since 1970. */
  readonly time: number;
}

/** What computes, as settings say it: known before an engine is opened. */
export interface RateEngine {
  readonly engine: string;
  readonly threads: number;
  readonly device?: string | undefined;
}

/** Rates that are kept; the oldest make room. */
const MAX_RATES = 500;

const folder = (): string => cacheFolder('rates');

/** The last known rate of a plan on this machine and engine, undefined where there is none that can be read. */
export async function knownRate(plan: Plan, engine: RateEngine): Promise<KnownRate | undefined> {
  try {
    const rate: unknown = JSON.parse(await readFile(fileOf(plan, engine), 'utf8'));
    return isRate(rate) ? rate : undefined;
  } catch {
    // What is not there, or not whole, is not known.
    return undefined;
  }
}

/** Keeps a rate for the next estimate. It is a convenience: where it cannot be kept, nothing is lost. */
export async function keepRate(plan: Plan, engine: RateEngine, rate: Omit<KnownRate, 'time'>): Promise<void> {
  try {
    await mkdir(folder(), { recursive: true });
    await replaceFile(fileOf(plan, engine), `${JSON.stringify({ ...rate, time: Date.now() })}\n`);
    await prune();
  } catch {
    // A full disk or a home that is read-only is for others to complain about.
  }
}

const fileOf = (plan: Plan, engine: RateEngine): string => join(folder(), `${rateKey(plan, engine)}.json`);

/** Equal for plans whose steps take equally long: weights of losses, rates and seeds do not count. */
export function rateKey(plan: Plan, { engine, threads, device = '' }: RateEngine): string {
  const { networks, tensors, updates, play, fields, recipe } = plan;
  const parts = {
    machine: [hostname(), cpus()[0]?.model, cpus().length],
    engine: [engine, threads, device, packageVersion()],
    fields: Object.values(fields).map(({ name, shape }) => [name, shape]),
    networks: Object.values(networks).map(({ name, layers, ema }) => [
      name,
      ema !== undefined,
      layers.map(({ config, params, from, output }) => [config.id, config.type, params, from, output]),
    ]),
    tensors: tensors.map(({ name, config, call, operands }) => [name, config, call, operands]),
    updates: Object.values(updates).map(({ name, train, every, optimizer, losses }) => [
      name,
      train,
      every,
      optimizer.type,
      losses.map(({ config: { type, weight }, operands, every: due }) => [type, weight !== 0, operands, due]),
    ]),
    play,
    batch: [recipe.train.batch, recipe.train.accumulate],
  };
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

const isRate = (value: unknown): value is KnownRate =>
  typeof value === 'object' &&
  value !== null &&
  ['seconds', 'steps', 'time'].every((key) => Number.isFinite((value as Record<string, unknown>)[key]));

async function prune(): Promise<void> {
  const files = await readdir(folder());
  if (files.length <= MAX_RATES) return;
  const aged = await Promise.all(
    files.map(async (name) => {
      const file = join(folder(), name);
      return { file, time: (await stat(file)).mtimeMs };
    }),
  );
  const oldest = aged.sort((a, b) => a.time - b.time).slice(0, files.length - MAX_RATES);
  await Promise.all(oldest.map(({ file }) => rm(file, { force: true })));
}
