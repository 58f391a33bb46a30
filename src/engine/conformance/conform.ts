import type { Engine } from '../definition.js';
import { type Case, type Family, TOLERANCE, TOLERANCE_TWICE, WGSL_ROUNDING } from './case.js';
import { evaluate, type Result } from './evaluate.js';

/** How one case went. */
export interface Verdict {
  readonly family: string;
  readonly name: string;
  /** Largest difference from the reference, relative to the largest value of the same tensor. */
  readonly error: number;
  /** Of the tensor whose error is the largest part of its tolerance. */
  readonly tolerance: number;
  /** Milliseconds that the engine took, with compiling and reading. */
  readonly ms: number;
  /** What is wrong; absent where the case holds. */
  readonly failure?: string;
}

/** Runs cases on an engine and on the reference, and says how far they are apart. */
export async function* conform(
  engine: Engine,
  reference: Engine,
  families: readonly Family[],
): AsyncGenerator<Verdict, void> {
  for (const { name, cases } of families)
    for (const each of cases) yield { family: name, ...(await verdictOn(engine, reference, each)) };
}

async function verdictOn(engine: Engine, reference: Engine, each: Case): Promise<Omit<Verdict, 'family'>> {
  const expected = await evaluate(reference, each);
  const before = engine.tf.memory().numTensors;
  const start = performance.now();
  let verdict = { name: each.name, error: 0, tolerance: toleranceOn(engine, each, 'value') };
  try {
    const actual = await evaluate(engine, each);
    const ms = performance.now() - start;
    const failures: string[] = [];
    for (const [i, result] of actual.entries()) {
      const tolerance = toleranceOn(engine, each, result.what);
      const { error, failure } = compare(result, expected[i]!, tolerance);
      if (failure !== undefined) failures.push(`${result.what}: ${failure}`);
      if (error / tolerance > verdict.error / verdict.tolerance) verdict = { ...verdict, error, tolerance };
    }
    const left = engine.tf.memory().numTensors - before;
    if (left !== 0) failures.push(`leaves ${left} tensors behind`);
    return { ...verdict, ms, ...(failures.length > 0 ? { failure: failures.join('; ') } : {}) };
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    return { ...verdict, error: Infinity, ms: performance.now() - start, failure };
  }
}

function toleranceOn({ wgsl }: Engine, { tolerance, wgslTolerance }: Case, what: string): number {
  const exact = tolerance ?? (what.startsWith('penalty') ? TOLERANCE_TWICE : TOLERANCE);
  return wgsl ? (wgslTolerance ?? WGSL_ROUNDING * exact) : exact;
}

function compare(actual: Result, expected: Result, tolerance: number): { error: number; failure?: string } {
  if (actual.shape.join() !== expected.shape.join())
    return {
      error: Infinity,
      failure: `shape [${actual.shape.join()}] instead of [${expected.shape.join()}]`,
    };
  if (actual.dtype !== expected.dtype)
    return { error: Infinity, failure: `${actual.dtype} instead of ${expected.dtype}` };
  const error = difference(actual.values, expected.values);
  if (error < tolerance) return { error };
  return { error, failure: `off by ${error.toExponential(1)}, allowed ${tolerance.toExponential(0)}` };
}

/**
 * Largest difference, relative to the largest expected value, or to `floor` if that is larger: where everything
 * cancels out, nothing but rounding is left to be compared.
 */
export function difference(actual: ArrayLike<number>, expected: ArrayLike<number>, floor = 1e-3): number {
  if (actual.length !== expected.length) return Infinity;
  let worst = 0;
  let scale = floor;
  for (let i = 0; i < expected.length; i++) {
    const [a, b] = [Number(actual[i]), Number(expected[i])];
    if (Object.is(a, b)) continue;
    scale = Math.max(scale, Number.isFinite(b) ? Math.abs(b) : 0);
    const distance = Math.abs(a - b);
    worst = Math.max(worst, a === b ? 0 : Number.isNaN(distance) ? Infinity : distance);
  }
  return worst / scale;
}
