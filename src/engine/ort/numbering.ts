import { ADAM, FILTER_USERS } from './structure.js';
import type { Node } from './node.js';
import type { Storage } from './memory/storage.js';

/** The pending graph with equal values merged, and the key under which its compiled form is cached. */
export interface Numbering {
  /** Every distinct value, inputs before users; `node.index` is its place here. */
  readonly order: readonly Node[];
  /** The canonical nodes that must be computed because tensors hold them. */
  readonly outputs: readonly Node[];
  readonly signature: string;
  /** Indices of leaves that a convolution reads as its filter. */
  readonly filters: ReadonlySet<number>;
}

/**
 * Value numbering by one walk over everything that `roots` need: nodes with the same operation on the same values get
 * one number, so that a network that user code applies twice to one input is computed once.
 *
 * Scalars are told apart by value only within the graph. Their values are no part of the signature: a loss weight or
 * a learning rate that changes compiles nothing anew, and changes no bit of what else is computed.
 */
export function numberValues(roots: Iterable<Node>): Numbering {
  const walk = {};
  const order: Node[] = [];
  const keys: string[] = [];
  const byKey = new Map<string, Node>();
  const byStorage = new Map<Storage, Node>();
  const byScalar = new Map<number | '-0', Node>();
  const filters = new Set<number>();
  /** Leaves that Adam keeps in its gradient's layout. */
  const followers = new Set<number>();

  const assign = (node: Node, key: string) => {
    node.canonical = node;
    node.index = order.length;
    order.push(node);
    keys.push(key);
  };

  const numberLeaf = (node: Node, storage: Storage) => {
    const scalar = isScalar(node) && !storage.varies ? scalarKey(storage) : null;
    const known = scalar === null ? byStorage.get(storage) : byScalar.get(scalar);
    if (known) {
      node.canonical = known;
      return;
    }
    if (scalar === null) byStorage.set(storage, node);
    else byScalar.set(scalar, node);
    assign(node, scalar === null ? `L${node.dtype}${node.shape.join()}` : 'S');
  };

  const numberOperation = (node: Node) => {
    let key = node.key;
    for (const input of node.inputs) key += `${input.canonical.index},`;
    if (node.op.name === ADAM) {
      key += stateIsDead(node) ? 'dead' : 'alive';
      for (const state of node.inputs.slice(0, 3)) followers.add(state.canonical.index);
    }
    const known = byKey.get(key);
    if (known) {
      node.canonical = known;
      return;
    }
    byKey.set(key, node);
    assign(node, key);
    if (FILTER_USERS.has(node.op.name)) {
      const filter = node.inputs[1]!.canonical;
      if (filter.storage) filters.add(filter.index);
    }
  };

  const stack: Node[] = [];
  for (const root of roots) {
    stack.push(root);
    while (stack.length > 0) {
      const node = stack.at(-1)!;
      if (node.walk === walk) {
        stack.pop();
        continue;
      }
      const waiting = stack.length;
      for (let i = node.inputs.length - 1; i >= 0; i--) {
        const input = node.inputs[i]!;
        if (input.walk !== walk) stack.push(input);
      }
      if (stack.length > waiting) continue;
      stack.pop();
      node.walk = walk;
      if (node.storage) numberLeaf(node, node.storage);
      else numberOperation(node);
    }
  }

  const outputs = [...new Set(Array.from(roots, (root) => root.canonical))];
  for (const { index, storage, shape } of order) {
    if (storage && shape.length > 1 && !filters.has(index) && !followers.has(index))
      keys.push(layoutKey(index, storage));
  }
  const signature = `${keys.join(';')};O${outputs.map((output) => output.index).join()}`;
  return { order, outputs, filters, signature };
}

/** Rank-0 floats are fed by value, and merged by it. */
function isScalar(node: Node): boolean {
  return node.shape.length === 0 && node.dtype === 'float32';
}

function scalarKey(storage: Storage): number | '-0' {
  const value = storage.data[0]!;
  return Object.is(value, -0) ? '-0' : value; // a Map takes -0 and 0 for the same key
}

/** Whether an Adam node's old weights and moments are used by nothing once this graph has run. */
export function stateIsDead(adam: Node): boolean {
  return adam.inputs.slice(0, 3).every(({ canonical: { storage } }) => storage?.holders === 0);
}

/** Where the graph takes a leaf in the layout it happens to have, that layout is a part of the structure. */
function layoutKey(index: number, { layout }: Storage): string {
  return layout.some((axis, i) => axis !== i) ? `${index}:${layout.join('')}` : '';
}
