import fc from 'fast-check';
import { stringify } from 'yaml';

/** What fuzzing makes of recipes and ablations: keys renamed, values of the wrong type, texts cut. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Holder = Record<string | number, Json>;

/** Paths of all values below a root. */
function paths(value: Json, path: readonly (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [];
  const children: [string | number, Json][] = Array.isArray(value)
    ? value.map((item, i) => [i, item])
    : Object.entries(value);
  return children.flatMap(([key, item]) => [[...path, key], ...paths(item, [...path, key])]);
}

const at = (root: Json, path: readonly (string | number)[]): Json | undefined =>
  path.reduce<Json | undefined>((value, key) => (value as Holder | null | undefined)?.[key], root);

// Words and numbers that a recipe could hold, and that programs stumble over.
const words = fc.constantFrom(
  ...[
    'G',
    'D',
    'fake',
    'source',
    'target',
    'G(source)',
    'D(fake)',
    'D(source, fake)',
    'D(',
    'G()',
    'G.e1(source)',
  ],
  ...[
    'G(G(G(source)))',
    'D.features(source, fake)',
    'bce',
    'l1',
    'wgan',
    'gradient-penalty',
    'unet',
    'layers',
  ],
  ...[
    'patchgan',
    'encoder-decoder',
    'like',
    'none',
    'auto',
    'same',
    'image',
    'noise',
    'detach',
    '3 steps',
    '0 steps',
  ],
  ...[
    '1 epoch',
    '99999999999999999999 steps',
    'e1',
    'input',
    'type',
    'extends',
    '__proto__',
    'constructor',
    'toString',
  ],
  ...[
    '',
    ' ',
    '\u0000',
    '\ud83d\ude00',
    'é'.repeat(300),
    '../..',
    'C:\\data',
    'a.b.c',
    '*',
    '~',
    'null',
    'yes',
  ],
);
const numbers = fc.constantFrom(
  ...[
    0,
    1,
    2,
    3,
    7,
    16,
    64,
    255,
    256,
    1000,
    16_384,
    16_385,
    65_536,
    1e6,
    2 ** 31,
    2 ** 53 - 1,
    2 ** 53,
    1e21,
  ],
  ...[-1, -0, 0.5, 1e-7, 5e-324, 1e308, -1e308, 0.9999999999999999, 1.0000000001],
);
const values: fc.Arbitrary<Json> = fc.oneof(
  { weight: 4, arbitrary: words },
  { weight: 4, arbitrary: numbers },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Json>(null, true, false, [], {}, [[]], [null], { type: 'x' }, { id: 'e1' }),
  },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json> },
);

interface Mutation {
  readonly where: number;
  readonly how: 'set' | 'rename' | 'remove' | 'copy' | 'repeat' | 'wrap';
  readonly value: Json;
  readonly other: number;
}
const mutations = fc.array(
  fc.record<Mutation>({
    where: fc.nat(),
    how: fc.constantFrom('set', 'set', 'set', 'rename', 'remove', 'copy', 'repeat', 'wrap'),
    value: values,
    other: fc.nat(),
  }),
  { minLength: 1, maxLength: 4 },
);

function mutate(root: Json, { where, how, value, other }: Mutation): Json {
  const all = paths(root);
  if (all.length === 0) return value;
  const path = all[where % all.length]!;
  const copy = structuredClone(root);
  const parent = at(copy, path.slice(0, -1)) as Holder;
  const key = path.at(-1)!;
  const old = parent[key]!;
  const second = structuredClone(at(copy, all[other % all.length]!)!);
  if (how === 'set') parent[key] = value;
  else if (how === 'copy') parent[key] = second;
  else if (how === 'wrap') parent[key] = Array.isArray(old) ? { first: old } : [old];
  else if (how === 'repeat' && Array.isArray(parent)) parent.push(structuredClone(old));
  else if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else {
    Reflect.deleteProperty(parent, key);
    const name = typeof value === 'string' ? value : `${key}_`;
    // Not an assignment, which `__proto__` would turn into something else.
    if (how !== 'remove')
      Object.defineProperty(parent, name, { value: old, enumerable: true, configurable: true });
  }
  return copy;
}

/** As text: JSON is YAML too, and ten times as fast to write. */
const written = (json: Json, style: number): string =>
  style === 0 ? stringify(json) : JSON.stringify(json, null, style % 3);

/** Some of a list of roots, mutated, as text. */
export const mutated = (roots: fc.Arbitrary<Json>): fc.Arbitrary<string> =>
  fc
    .tuple(roots, mutations, fc.nat(39))
    .map(([root, list, style]) => written(list.reduce(mutate, root), style));

const inserts = fc.oneof(
  fc.constantFrom(
    ...['{', '}', '[', ']', ':', ': ', '- ', '\t', '&a ', '*a', '? ', '|', '>', '"', "'", '#', '\n', '---\n'],
  ),
  fc.constantFrom(
    ...[
      '...\n',
      '!!str ',
      '!x ',
      '<<: *a',
      '%YAML 1.1\n',
      '\r',
      '\u2028',
      '\ufeff',
      '\u0000',
      '    ',
      ',',
      '@',
      '`',
    ],
  ),
  // `fc.string({ unit: 'binary' })` lists a million characters first.
  fc
    .array(fc.integer({ max: 0x10ffff, min: 0 }), { maxLength: 6 })
    .map((points) => String.fromCodePoint(...points)),
);
/** Slips of the keyboard: characters put in, lines lost, the rest cut off. */
export const slipped = (texts: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(
      texts,
      fc.array(fc.tuple(fc.nat(), fc.constantFrom('insert', 'delete', 'cut', 'line'), inserts), {
        minLength: 1,
        maxLength: 3,
      }),
    )
    .map(([base, edits]) => edits.reduce(slip, base));

function slip(text: string, [position, how, insert]: readonly [number, string, string]): string {
  const i = text.length === 0 ? 0 : position % text.length;
  if (how === 'insert') return text.slice(0, i) + insert + text.slice(i);
  if (how === 'delete') return text.slice(0, i) + text.slice(i + 1 + (position % 7));
  if (how === 'cut') return text.slice(0, i);
  const lines = text.split('\n');
  const line = i % lines.length;
  return [...lines.slice(0, line + 1), ...lines.slice(line)].join('\n');
}

/** A value with every key and every text in it replaced by a word, one at a time. */
export function replaced(root: Json, word: string): Json[] {
  return paths(root).flatMap((path) => {
    const holder = path.slice(0, -1);
    const last = path.at(-1)!;
    const changed = (change: (holder: Holder) => void): Json => {
      const copy = structuredClone(root);
      change(at(copy, holder) as unknown as Holder);
      return copy;
    };
    const renamed = (of: Holder): void => {
      // Not by assignment, which makes no key of __proto__.
      Object.defineProperty(of, word, { value: of[last], enumerable: true, configurable: true });
      Reflect.deleteProperty(of, last);
    };
    return [
      ...(typeof last === 'string' ? [changed(renamed)] : []),
      ...(typeof at(root, path) === 'string' ? [changed((of) => void (of[last] = word))] : []),
    ];
  });
}
