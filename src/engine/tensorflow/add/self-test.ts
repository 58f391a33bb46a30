/** A process of its own, see self-test-process.ts: what training computes, on `tensorflow` and on `cpu`. */
import { conform, families } from '../../conformance/index.js';
import { openEngine } from '../../index.js';

/** Those that the libraries and this engine's own kernels decide; `gan engine test` runs all. */
const FAMILIES = ['elementwise', 'linear', 'normalisation', 'updates'];

const [cpu, tensorflow] = [await openEngine('cpu'), await openEngine('tensorflow')];
const chosen = families.filter(({ name }) => FAMILIES.includes(name));
for await (const { family, name, failure } of conform(tensorflow, cpu, chosen)) {
  if (failure === undefined) continue;
  console.error(`${family}, ${name}: ${failure}`);
  process.exitCode = 1;
}
