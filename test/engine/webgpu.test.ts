import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { conform, families } from '../../src/engine/conformance/index.js';
import { type Engine, listEngines, openEngine } from '../../src/engine/index.js';
import { probeWebGpu } from '../../src/engine/ort/runtime/webgpu-probe.js';

/** A card made of software takes a second a case: each way has its half of them, unless all are asked for. */
const all = process.env['GAN_TEST_ALL_CASES'] === '1';

const listed = (await listEngines()).find(({ name }) => name === 'webgpu')!;
const onOrt = await probeWebGpu();
/** By how an engine is opened: what says whether it can be, here. */
const ways = [
  { name: 'webgpu', device: undefined, availability: listed },
  { name: 'ort', device: 'webgpu', availability: onOrt },
] as const;

for (const [way, { name, device, availability }] of ways.entries()) {
  const title = device === undefined ? name : `${name} on ${device}`;
  if (availability.available) {
    describe(title, () => {
      let engines: { readonly engine: Engine; readonly cpu: Engine };
      beforeAll(async () => {
        engines = { cpu: await openEngine('cpu'), engine: await openEngine(name, { device }) };
      });
      afterAll(() => engines.engine.close());

      describe.each(families)('$name', ({ name: family, cases }) => {
        const ours = cases.filter((_, i) => all || cases.length < ways.length || i % ways.length === way);
        test.each(ours)('$name', async (each) => {
          for await (const { failure } of conform(engines.engine, engines.cpu, [
            { name: family, cases: [each] },
          ]))
            expect(failure).toBeUndefined();
        });
      });
    });
  } else {
    if (process.env['CI'] === 'true') throw new Error(`CI needs ${title}: ${availability.reason}.`);
    test.skip(`${title} conforms (not here: ${availability.reason})`, () => undefined);
    test(`${title} is refused with the reason and the remedy`, async () => {
      await expect(openEngine(name, { device })).rejects.toMatchObject({
        message: expect.stringContaining(availability.reason) as string,
        remedy: availability.remedy,
        exitCode: 2,
      });
      expect(availability.remedy).toMatch(/npm install webgpu|Vulkan|driver|--device/);
    });
  }
}

describe('an unknown device', () => {
  test.each([
    ['ort', 'cuda', 'Devices of ort: cpu, webgpu.'],
    ['cpu', 'webgpu', 'Devices of cpu: cpu. "webgpu" is one of: ort, webgpu.'],
  ])('%s on %s is taught', async (name, device, remedy) => {
    await expect(openEngine(name, { device })).rejects.toMatchObject({
      message: `Engine "${name}" has no device "${device}".`,
      remedy,
      exitCode: 2,
    });
  });
});
