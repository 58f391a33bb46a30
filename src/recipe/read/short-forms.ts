import { type Entry, map, mapValues, type Node, scalar, textOf, withEntry } from './node.js';
import { idOf } from './path.js';

/** One short form: where it is allowed (`*` is any name or position), and what it is short for. */
interface ShortForm {
  readonly at: string;
  readonly expand: (node: Node) => Node;
}

const isNumber = (node: Node): boolean => node.kind === 'scalar' && typeof node.value === 'number';

/** `256` is `{ height: 256, width: 256 }`. */
const square = (node: Node): Node =>
  isNumber(node)
    ? map(
        [
          ['height', node],
          ['width', node],
        ],
        node.origin,
      )
    : node;

/** `left` is `{ from: left }`. */
const under =
  (key: string) =>
  (node: Node): Node =>
    textOf(node) === undefined ? node : map([[key, node]], node.origin);

/** `for: 200 epochs` is one phase of that length. */
const phased = (train: Node): Node => {
  if (train.kind !== 'map') return train;
  const length = train.entries.get('for');
  if (!length || train.entries.has('phases')) return mapValues(train, (value, key) => numbered(key, value));
  const phase = map([['for', length.value]], length.value.origin);
  const phases: Node = { kind: 'list', items: [phase], origin: length.value.origin };
  const entries = [...train.entries].map(([key, entry]): [string, Entry] =>
    key === 'for' ? ['phases', { key: length.key, value: numbered('phases', phases) }] : [key, entry],
  );
  return { ...train, entries: new Map(entries) };
};

/** `D` is `[D]`. */
const listed = (node: Node): Node =>
  textOf(node) === undefined ? node : { kind: 'list', items: [node], origin: node.origin };

/** Entries without `id` get one by the list's first letter and their position: e1, e2, ..., d1, ... */
const numbered = (key: string, node: Node): Node => {
  if (node.kind !== 'list' || !node.items.every((item) => item.kind === 'map')) return node;
  const items = node.items.map((item, i): Node => {
    if (idOf(item) !== undefined) return item;
    const id = scalar(`${key.charAt(0)}${i + 1}`, item.origin);
    return { ...item, entries: new Map([['id', { key: item.origin, value: id }], ...item.entries]) };
  });
  return { ...node, items };
};

const SHORT_FORMS: readonly ShortForm[] = [
  { at: 'data.*.size', expand: square },
  { at: 'data.*.augment.jitter', expand: square },
  { at: 'data.*.fields.*', expand: under('from') },
  { at: 'game.updates.*.train', expand: listed },
  { at: 'game.outputs.*.from', expand: listed },
  { at: 'evaluate.metrics.*', expand: under('type') },
  { at: 'networks.*', expand: numberBlocks },
  { at: 'train', expand: phased },
];

function numberBlocks(network: Node): Node {
  return network.kind === 'map' ? mapValues(network, (value, key) => numbered(key, value)) : network;
}

/** The same recipe, or patch of one, without short forms. Works on each file by itself, before any merging. */
export function expandShortForms(root: Node): Node {
  return SHORT_FORMS.reduce((node, form) => rewrite(node, form.at.split('.'), form.expand), root);
}

function rewrite(node: Node, path: readonly string[], expand: (node: Node) => Node): Node {
  const [step, ...rest] = path;
  if (step === undefined) return expand(node);
  if (node.kind === 'scalar') return node;
  if (node.kind === 'list') {
    return step === '*' ? { ...node, items: node.items.map((item) => rewrite(item, rest, expand)) } : node;
  }
  if (step === '*') return mapValues(node, (value) => rewrite(value, rest, expand));
  const entry = node.entries.get(step);
  return entry ? withEntry(node, step, { ...entry, value: rewrite(entry.value, rest, expand) }) : node;
}
