import type { KernelFunc } from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { conform, families, type Verdict } from '../../src/engine/conformance/index.js';
import { type Engine, openEngine } from '../../src/engine/index.js';

let engines: { ort: Engine; cpu: Engine };

beforeAll(async () => {
  engines = { cpu: await openEngine('cpu'), ort: await openEngine('ort', { threads: 1 }) };
});

afterAll(() => engines.ort.close());

describe.each(families)('$name', ({ name, cases }) => {
  test.each(cases)('$name', async (each) => {
    for await (const { failure } of conform(engines.ort, engines.cpu, [{ name, cases: [each] }]))
      expect(failure).toBeUndefined();
  });
});

/** Runs one case while one kernel of ort is another function. */
async function withKernel(kernelName: string, kernelFunc: KernelFunc | null, family: string, name: string) {
  const { tf } = engines.ort;
  const ortKernel = tf.getKernel(kernelName, 'ort');
  tf.unregisterKernel(kernelName, 'ort');
  if (kernelFunc) tf.registerKernel({ kernelName, backendName: 'ort', kernelFunc });
  try {
    const cases = families.find((each) => each.name === family)!.cases.filter((each) => each.name === name);
    const verdicts: Verdict[] = [];
    for await (const verdict of conform(engines.ort, engines.cpu, [{ name: family, cases }]))
      verdicts.push(verdict);
    return verdicts;
  } finally {
    if (kernelFunc) tf.unregisterKernel(kernelName, 'ort');
    tf.registerKernel(ortKernel);
  }
}

describe('the suite fails', () => {
  test('where a kernel is wrong, by the gradient that shows it', async () => {
    const { tf } = engines.ort;
    const right = tf.getKernel('Step', 'ort').kernelFunc;
    const wrong: KernelFunc = (call) => right({ ...call, attrs: { alpha: 0.21 } });
    const [verdict] = await withKernel('Step', wrong, 'elementwise', 'leakyRelu');
    expect(verdict!.failure).toMatch(/^gradient of input 0: off by \d\.\de-\d, allowed 2e-6$/);
  });

  test('where a kernel is missing, by its name', async () => {
    const [verdict] = await withKernel('Softplus', null, 'elementwise', 'softplus');
    expect(verdict!.failure).toMatch(/'Softplus'/);
  });
});
