import { describe, expect, test } from 'vitest';
import { parseCall } from '../../../src/recipe/check/parse-call.js';
import { GameGraph } from '../../../src/recipe/check/game-graph.js';

const graphOf = (tensors: Readonly<Record<string, string>>): GameGraph =>
  new GameGraph(
    new Map(
      // `!x` is a copy of x through which no gradient goes; nothing is made by no call.
      Object.entries(tensors).map(([name, call]) => [
        name,
        {
          calls: call === '' ? [] : [parseCall(call.replace('!', ''))],
          stopsGradient: call.startsWith('!'),
        },
      ]),
    ),
  );

const graph = graphOf({
  z: '',
  fake: 'G(source, z)',
  still: '!fake',
  verdict: 'D(source, still)',
  again: 'G(fake, z)',
});

describe('what a call depends on', () => {
  test.each<[string, string, unknown]>([
    // method, call, what is behind it
    ['fieldsBehind', 'verdict', ['source']],
    ['fieldsBehind', 'D(target, nothing)', ['target', 'nothing']],
    ['fieldsBehind', 'z', []],
    ['tensorsBehind', 'verdict', ['verdict', 'still', 'fake', 'z']],
    ['tensorsBehind', 'source', []],
    ['tensorsBehind gradient', 'verdict', ['verdict']],
    ['tensorsBehind gradient', 'D(again)', ['again', 'fake', 'z']],
    ['networksBehind', 'E(verdict)', ['E', 'D', 'G']],
    ['networksBehind gradient', 'E(verdict)', ['E', 'D']],
    ['networksBehind gradient', 'D(source, again)', ['D', 'G']],
    ['networksThroughTensors', 'D(source)', []],
    ['networksThroughTensors', 'E(D(fake))', ['G']],
    ['networksThroughTensors', 'E(verdict)', ['D']],
    ['networksThroughTensors', 'still', []],
  ])('%s of %s', (query, text, expected) => {
    const call = parseCall(text);
    const [method, gradient] = query.split(' ');
    const found = {
      fieldsBehind: () => graph.fieldsBehind(call),
      tensorsBehind: () => graph.tensorsBehind(call, { gradient: gradient !== undefined }),
      networksBehind: () => graph.networksBehind(call, { gradient: gradient !== undefined }),
      networksThroughTensors: () => graph.networksThroughTensors(call),
    }[method!]!();
    expect([...found]).toEqual(expected);
  });

  test('a call needs no fields behind what is given', () => {
    const fields = (...given: string[]) => [
      ...graph.fieldsBehind(parseCall('D(target, again)'), new Set(given)),
    ];
    expect([fields(), fields('target'), fields('fake'), fields('source', 'target')]).toEqual([
      ['target', 'source'],
      ['source'],
      ['target'],
      [],
    ]);
  });

  test('a copy without gradient has a slope by itself, and by nothing behind it', () => {
    const slopes = (call: string) =>
      ['source', 'z', 'fake', 'still', 'target'].filter((name) => graph.slopesBy(parseCall(call), name));
    expect(slopes('D(again)')).toEqual(['source', 'z', 'fake']);
    expect(slopes('verdict')).toEqual(['source', 'still']);
  });

  test('the network that makes a value is found through copies, not in fields, noise or cycles', () => {
    const head = (of: GameGraph, text: string) => of.head(parseCall(text))?.network;
    const texts = ['E(D(fake))', 'verdict', 'still', 'source', 'z'];
    expect(texts.map((text) => head(graph, text))).toEqual(['E', 'D', 'G', undefined, undefined]);
    expect(head(graphOf({ a: 'b', b: 'a' }), 'a')).toBeUndefined();
  });

  test.each<[Record<string, string>, readonly string[] | undefined]>([
    [{ a: 'N(a)' }, ['a']],
    [{ c: 'N(b)', b: 'N(a)', a: 'N(x, c)' }, ['a', 'c', 'b']],
    [{ a: 'N(b)', b: 'N(M(c))', c: 'N(b)' }, ['b', 'c']],
    [{ a: 'N(b, c)', b: 'N(d)', c: 'N(d)', d: 'N(x)' }, undefined],
  ])('the cycle of %o', (tensors, cycle) => {
    expect(graphOf(tensors).cycle()).toEqual(cycle);
  });
});
