import type { Tensor4D } from '@tensorflow/tfjs';
import { Type } from 'typebox';
import { expect, test } from 'vitest';
import { UserError } from '../../../src/core/errors.js';
import { planRecipe } from '../../../src/plan/plan.js';
import { formatDiagnostics } from '../../../src/recipe/messages/findings.js';
import { parseRecipe } from '../../../src/recipe/node.js';
import { recipeSchema } from '../../../src/recipe/schema/publish.js';
import { initParam, kernelInit } from '../../../src/blocks/index.js';
import { defineLayer } from '../../../src/registry/index.js';
import { registry as shipped, TINY_RECIPE } from '../../support/plan.js';
import { compiled } from '../support.js';

/** A norm with a kernel, whose start is chosen by role as the norm is. */
const mixingNorm = defineLayer({
  type: 'mixing-norm',
  role: 'norm',
  short: 'mixing',
  summary: 'Mixes channels.',
  params: Type.Object({ init: initParam() }, { additionalProperties: false }),
  example: { type: 'mixing-norm' },
  plan({ init }, [input]) {
    const channels = input!.at(-1)!;
    const fans = { fanIn: channels, fanOut: channels };
    const shape = [1, 1, channels, channels];
    return {
      output: input!,
      variables: [{ name: 'kernel', shape, init: kernelInit(init, fans), trainable: true }],
      flops: 0,
    };
  },
  build:
    (_params, { tf }) =>
    ([input], { kernel }) =>
      tf.conv2d(input as Tensor4D, kernel as Tensor4D, 1, 'same'),
});
const registry = shipped.with([['layer', mixingNorm]]);
const withNorm = (norm: string): string =>
  TINY_RECIPE.replace('filters: 8, skip: e2', `filters: 8, norm: ${norm}, skip: e2`);

test.each([
  'mixing',
  '{ type: mixing }',
  '{ type: mixing, init: he }',
  '{ type: mixing, init: { type: xavier } }',
])('norm: %s is planned', async (norm) => {
  const { recipe } = await parseRecipe(withNorm(norm), { registry });
  const layers = planRecipe(recipe, registry).networks['G']!.layers;
  expect(layers.find(({ config }) => config.type === 'mixing-norm')?.variables).toHaveLength(1);
});

test('a slip in it is said as anywhere', async () => {
  const error = await parseRecipe(withNorm('{ type: mixing, init: hee }'), { registry }).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(UserError);
  expect(formatDiagnostics((error as UserError).diagnostics)).toMatch(/"hee".*\n.*\n +\| +\^+\n.*"he"/);
});

test('the published schema has its choices', () => {
  const schema = recipeSchema(registry);
  expect(JSON.stringify(schema)).not.toContain('x-role');
  expect(compiled(schema)).toBeTypeOf('function');
});
