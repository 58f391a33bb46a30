import {
  identity,
  type Layout,
  movesNothing,
  OIHW,
  physicalDims,
  sameNumbers,
  transposition,
} from './layout.js';
import { type DType, type Shape, sizeOf } from './dtype.js';
import type { Node } from './node.js';
import type { OnnxGraph } from './onnx/graph.js';
import type { OnnxAttributes } from './onnx/model.js';
import type { PlanInput } from './plan.js';
import type { Provider } from './runtime/session.js';
import type { Value } from './value.js';

/** What a lowering may know and do: the ONNX graph in the making, and the values of nodes lowered before. */
export class Lowering {
  private readonly values = new Map<Node, Value>();
  /** Leaves that the graph reads, as it reads them. */
  readonly inputs: PlanInput[] = [];
  /** Results of nodes that have several. */
  readonly results = new Map<Node, readonly Value[]>();

  constructor(
    readonly graph: OnnxGraph,
    private readonly filters: ReadonlySet<number>,
    /** Channels per block of onnxruntime's blocked layout; null to do without it. */
    readonly nchwcBlock: number | null,
    readonly provider: Provider,
  ) {}

  /** Lowers one node; its inputs must have been lowered, except leaves. */
  lower(node: Node): void {
    if (!node.storage) this.values.set(node, node.op.lower(this, node));
  }

  /** The value of a node. `preferred` is the layout a leaf is given that nothing has read yet. */
  value(node: Node, preferred?: Layout): Value {
    const known = this.values.get(node.canonical);
    if (known) return known;
    const value = this.input(node.canonical, preferred);
    this.values.set(node.canonical, value);
    return value;
  }

  private input(node: Node, preferred: Layout | undefined): Value {
    const { storage, shape, dtype, index } = node;
    if (!storage) throw new Error(`${node.op.name} is used before it is lowered.`);
    const wanted = this.filters.has(index) ? OIHW : preferred;
    const layout = wanted ?? storage.layout;
    const dims = physicalDims(shape, layout);
    const name = `x${index}`;
    this.graph.input({ name, element: dtype, dims });
    this.inputs.push({ index, name, shape, dtype, layout, dims });
    return { name, shape, dtype, layout, dims, incidental: wanted === undefined && shape.length > 1 };
  }

  /** A new value in logical order, fully expanded. */
  plain(name: string, { shape, dtype }: { readonly shape: Shape; readonly dtype: DType }): Value {
    return { name, shape, dtype, layout: identity(shape.length), dims: shape, incidental: false };
  }

  /** A value that stands for one number everywhere. */
  uniform(name: string, { shape, dtype }: { readonly shape: Shape; readonly dtype: DType }): Value {
    return { name, shape, dtype, layout: identity(shape.length), dims: [], incidental: false };
  }

  /** With every dim at its full size. */
  expanded(value: Value): Value {
    const dims = physicalDims(value.shape, value.layout);
    if (sameNumbers(dims, value.dims)) return value;
    const name = this.graph.emit('Expand', [value.name, this.graph.ints(dims)]);
    return { ...value, name, dims };
  }

  /** In a layout that the caller can rely on, whatever the history of the leaves it came from. */
  settled(value: Value): Value {
    return value.incidental ? this.inLayout(value, identity(value.shape.length)) : value;
  }

  /** Fully expanded, in the given layout. */
  inLayout(value: Value, layout: Layout): Value {
    if (sameNumbers(value.layout, layout)) return { ...this.expanded(value), incidental: false };
    const source = value.dims.length === value.shape.length ? value : this.expanded(value);
    const order = transposition(source.layout, layout);
    const dims = order.map((axis) => source.dims[axis]!);
    const name = this.transpose(source.name, source.dims, order);
    return this.expanded({ ...source, name, layout, dims, incidental: false });
  }

  /** Fully expanded, in logical order. */
  logical(value: Value): Value {
    return this.inLayout(value, identity(value.shape.length));
  }

  /** Transposes data of `dims`; as a reshape where nothing moves. */
  transpose(name: string, dims: readonly number[], order: readonly number[]): string {
    if (movesNothing(dims, order)) {
      const target = order.map((axis) => dims[axis]!);
      return this.graph.reshape(name, dims, target);
    }
    return this.graph.emit('Transpose', [name], { perm: order });
  }

  /**
   * An ONNX operation that broadcasts over its inputs, done in the layout of its largest input.
   * @param exact whether each element's bits depend on that element's inputs alone, not on its place in memory.
   */
  broadcast(
    op: string,
    inputs: readonly Value[],
    result: { readonly shape: Shape; readonly dtype: DType },
    attributes: OnnxAttributes = {},
    exact = true,
  ): Value {
    const operands = exact ? inputs : inputs.map((input) => this.settled(input));
    const { shape, dtype } = result;
    const guide = guideOf(operands, shape.length);
    const layout = guide?.layout ?? identity(shape.length);
    const names = operands.map((operand) => this.aligned(operand, layout));
    const uniform = operands.every((operand) => operand.dims.length === 0);
    const dims = uniform ? [] : layout.map((axis) => broadcastSize(operands, axis, shape.length));
    const made = this.graph.emit(op, names, attributes);
    // Where only numbers that stand for a whole shape have the result's rank, ONNX makes one of fewer axes.
    const name = guide || uniform ? made : this.graph.emit('Reshape', [made, this.graph.ints(dims)]);
    return {
      name,
      shape,
      dtype,
      layout,
      dims,
      incidental: guide?.incidental ?? false,
    };
  }

  /** A value's data with the axes of `layout`, dims of 1 where it broadcasts. */
  private aligned(value: Value, layout: Layout): string {
    const { dims, name } = value;
    if (dims.length === 0) return name;
    if (sizeOf(dims) === 1 && dims.length <= layout.length) return name;
    const added = layout.length - value.shape.length;
    const from = [...identity(added), ...value.layout.map((axis) => axis + added)];
    const padded = [...identity(added).map(() => 1), ...dims];
    if (sameNumbers(from, layout)) return name;
    return this.transpose(this.graph.reshape(name, dims, padded), padded, transposition(from, layout));
  }
}

/** The largest operand of full rank; among equals one whose layout the graph itself has chosen. */
function guideOf(operands: readonly Value[], rank: number): Value | undefined {
  let guide: Value | undefined;
  for (const operand of operands) {
    if (operand.dims.length === 0 || operand.shape.length !== rank) continue;
    const gain = guide ? sizeOf(operand.dims) - sizeOf(guide.dims) : 1;
    if (gain > 0 || (gain === 0 && guide?.incidental && !operand.incidental)) guide = operand;
  }
  return guide;
}

function broadcastSize(operands: readonly Value[], axis: number, rank: number): number {
  for (const { shape, layout, dims } of operands) {
    const size = dims.length === 0 ? 1 : dims[layout.indexOf(axis - (rank - shape.length))];
    if (size !== undefined && size !== 1) return size;
  }
  return 1;
}
