import { type DType, type Shape, sizeOf } from './dtype.js';
import type { Lowering } from './lowering.js';
import type { Value } from './value.js';
import type { Storage } from './memory/storage.js';

type Attribute = number | boolean | string | null | readonly Attribute[];
/** Parameters of an operation that are part of a graph's structure: two graphs that differ in one are compiled apart. */
export type Attrs = Readonly<Record<string, Attribute>>;

/** An operation: its name in signatures, and how a recorded node of it becomes ONNX. */
export interface Op<A extends Attrs = Attrs> {
  readonly name: string;
  // In method form, so that an Op of particular attributes is an Op.
  lower(lowering: Lowering, node: Node<A>): Value;
  /** Floating-point operations, where they are many per element of the result. */
  work?(node: Node<A>): number;
}

export const NO_ATTRS = {} satisfies Attrs;

/**
 * One value of the recorded program. It is *pending* (an operation on other nodes, nothing computed) until a flush
 * computes it or drops it, or a *leaf* (it has storage) from its birth or from that flush on.
 */
export class Node<A extends Attrs = Attrs> {
  /** Tensors that hold this node. A pending node that none holds is computed only on the way to another. */
  holders = 0;
  storage: Storage | null = null;
  private signature: string | null = null;

  // Scratch of the value numbering; meaningless between flushes.
  walk: object | null = null;
  index = -1;
  /** The first node with the same value in the graph that is being flushed. */
  canonical: Node = this;

  constructor(
    public op: Op,
    public inputs: readonly Node[],
    readonly attrs: A,
    readonly shape: Shape,
    readonly dtype: DType,
  ) {}

  get size(): number {
    return sizeOf(this.shape);
  }

  /** Makes a pending node a leaf. */
  settle(storage: Storage): void {
    this.op = LEAF;
    this.storage = storage;
    this.inputs = [];
  }

  /** Operation, attributes, dtype and shape: all of the node but its inputs. */
  get key(): string {
    this.signature ??= `${this.op.name}${this.attrs === NO_ATTRS ? '' : JSON.stringify(this.attrs)}|${this.dtype}${this.shape.join()}|`;
    return this.signature;
  }
}

/** A leaf never reaches lowering as an operation: its value is a graph input. */
const LEAF: Op = {
  name: 'leaf',
  lower() {
    throw new Error('A leaf is an input of the graph and has nothing to lower.');
  },
};

export function leaf(storage: Storage, shape: Shape, dtype: DType): Node {
  const node = new Node(LEAF, [], NO_ATTRS, shape, dtype);
  node.settle(storage);
  return node;
}
