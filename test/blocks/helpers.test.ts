import { describe, expect, test } from 'vitest';
import { relu } from '../../src/layers/relu.js';
import { tanh } from '../../src/layers/tanh.js';
import { kindOfDefinition, ownParams, Registry } from '../../src/registry/index.js';

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
