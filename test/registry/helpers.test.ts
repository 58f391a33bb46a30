import { describe, expect, test } from 'vitest';
import { openEngine } from '../../src/engine/index.js';
import { relu } from '../../src/layers/relu.js';
import { tanh } from '../../src/layers/tanh.js';
import {
  alike,
  differences,
  kindOfDefinition,
  masked,
  ownParams,
  Registry,
  squaredNorms,
} from '../../src/registry/index.js';

const { tf } = await openEngine('cpu');

describe('a registry', () => {
  const registry = new Registry({ layer: [tanh] });

  test('gives definitions by kind and name, and names the choices where there is none', () => {
    const more = registry.with([['layer', relu]]);
    expect([more.get('layer', 'tanh'), more.find('layer', 'relu')]).toEqual([tanh, relu]);
    expect([more.types('layer'), more.all('layer')]).toEqual([
      ['relu', 'tanh'],
      [tanh, relu],
    ]);
    expect([registry.find('layer', 'relu'), more.find('loss', 'relu')]).toEqual([undefined, undefined]);
    expect(() => more.get('layer', 'elu')).toThrow(
      expect.objectContaining({
        message: 'There is no layer "elu".',
        remedy: 'Choices: relu, tanh.',
      }) as Error,
    );
    expect(() => more.with([['layer', tanh]])).toThrow('Two definitions of layer "tanh".');
  });

  test('keeps the plugins that it has, and adds more', () => {
    const [a, b] = ['a', 'b'].map((file) => ({ file, digest: '', types: [] }));
    expect(new Registry({}, [a!]).with([], [b!]).plugins).toEqual([a, b]);
  });

  test('definitions know their kind and own keys', () => {
    expect([kindOfDefinition(tanh), kindOfDefinition({}), kindOfDefinition(null)]).toEqual([
      'layer',
      undefined,
      undefined,
    ]);
    const section = { type: 'pad', amount: 1, from: 'x' };
    expect(ownParams({ ...tanh, params: { properties: { amount: {} } } as never }, section)).toEqual({
      amount: 1,
    });
  });
});

test('squares are summed example by example; differences go downwards and to the right', () => {
  expect([...squaredNorms(tf, tf.tensor([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2])).dataSync()]).toEqual([30, 174]);
  const [down, right] = differences(tf, tf.tensor([1, 10, 3, 50, 4, 90], [1, 3, 2, 1]));
  expect([down!.shape, [...down!.dataSync()]]).toEqual([
    [1, 2, 2, 1],
    [2, 40, 1, 40],
  ]);
  expect([right!.shape, [...right!.dataSync()]]).toEqual([
    [1, 3, 1, 1],
    [9, 47, 86],
  ]);
});

test('operands are alike, and a mask has the height and width of what it lies on', () => {
  expect(alike('blend', [4, 6, 3], [4, 6, 3])).toEqual([4, 6, 3]);
  for (const other of [
    [4, 6, 1],
    [6, 4, 3],
    [4, 6],
  ])
    expect(() => alike('blend', [4, 6, 3], other)).toThrow(/4x6x3 and/);
  expect(masked('erase', [4, 6, 3], [4, 6, 1])).toEqual([4, 6, 3]);
  for (const mask of [
    [6, 4, 1],
    [4, 6, 3],
    [4, 6],
  ])
    expect(() => masked('erase', [4, 6, 3], mask)).toThrow(/not a mask of 4x6x3/);
});
