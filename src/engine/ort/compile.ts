import type { AdamAttrs } from './lowerings/adam.js';
import { Lowering } from './lowering.js';
import { sizeOf } from './dtype.js';
import type { Node } from './node.js';
import { type Numbering, stateIsDead } from './numbering.js';
import { OnnxGraph } from './onnx/graph.js';
import type { HostUpdate, Plan, PlanOutput } from './plan.js';
import type { OutputPath } from './runtime/outputs.js';
import { type Provider, Session } from './runtime/session.js';
import { ADAM, ADAM_OUTPUT } from './structure.js';

export interface CompileOptions {
  readonly threads: number;
  readonly outputPath: OutputPath;
  readonly nchwcBlock: number | null;
  readonly provider: Provider;
}

/** Below this many operations a second thread costs more to wake than it saves, and 19 ms to create. */
const SMALL_GRAPH = 5e7;
/** An element-wise operation waits for memory for as long as a convolution computes this many operations. */
const WORK_PER_ELEMENT = 8;
/** Smaller variables are updated inside the graph; it costs less than fetching their gradients. */
const HOST_UPDATE_MIN_SIZE = 4096;

/** Turns a numbered graph into one ONNX session. */
export function compile(numbering: Numbering, options: CompileOptions): Plan {
  const { order, outputs, filters } = numbering;
  const updates = hostUpdates(order);
  const onHost = new Set(updates.flatMap(({ adam, results }) => [adam, ...results]));
  const graph = new OnnxGraph();
  options.outputPath.prepare(graph);
  const lowering = new Lowering(graph, filters, options.nchwcBlock, options.provider);
  for (const node of order) if (!onHost.has(node.index)) lowering.lower(node);

  const wanted = new Set(updates.map(({ gradient }) => order[gradient]!));
  for (const output of outputs) if (!onHost.has(output.index)) wanted.add(output);
  const planned = [...wanted].map((node) => declareOutput(lowering, node));
  const model = graph.finish();
  const read = new Set(model.inputs.map(({ name }) => name));
  const threads = workOf(order) < SMALL_GRAPH ? 1 : options.threads;
  return {
    session: planned.length === 0 ? null : new Session(model, threads, options.provider),
    outputPath: options.outputPath,
    inputs: lowering.inputs.filter(({ name }) => read.has(name)),
    outputs: planned,
    updates,
  };
}

/** The Adam nodes that can be done on the host: nothing in the graph needs their results, or their old state again. */
function hostUpdates(order: readonly Node[]): HostUpdate[] {
  const used = new Set<Node>();
  const states = new Map<Node, number>();
  const results = new Map<Node, Node[]>();
  for (const { op, inputs } of order) {
    for (const input of inputs) if (input.canonical.op.name === ADAM_OUTPUT) used.add(input.canonical);
    if (op.name !== ADAM) continue;
    for (const state of inputs.slice(0, 3))
      states.set(state.canonical, (states.get(state.canonical) ?? 0) + 1);
  }
  for (const node of order) {
    if (node.op.name !== ADAM_OUTPUT) continue;
    const adam = node.inputs[0]!.canonical;
    results.set(adam, [...(results.get(adam) ?? []), node]);
  }
  return order
    .filter((node) => node.op.name === ADAM && node.size > HOST_UPDATE_MIN_SIZE && stateIsDead(node))
    .filter((node) => !(results.get(node) ?? []).some((result) => used.has(result)))
    .filter((node) => node.inputs.slice(0, 3).every((state) => states.get(state.canonical) === 1))
    .map((node) => {
      const place = (k: number) =>
        results.get(node)?.find(({ attrs }) => attrs['index'] === k)?.index ?? null;
      const [w, m, v, gradient, stepSize, epsilon] = node.inputs.map(({ canonical }) => canonical.index);
      const { beta1, beta2 } = (node as Node<AdamAttrs>).attrs;
      return {
        adam: node.index,
        state: [w!, m!, v!],
        shape: node.shape,
        gradient: gradient!,
        stepSize: stepSize!,
        epsilon: epsilon!,
        beta1,
        beta2,
        results: [place(0), place(1), place(2)],
      };
    });
}

function declareOutput(lowering: Lowering, node: Node): PlanOutput {
  const { graph } = lowering;
  const value = lowering.expanded(lowering.value(node));
  // A reshape just before an output would be a copy: hand out what it reshapes, which is the same data.
  const before = graph.beforeReshape(value.name);
  let { name, dims } = before ? { name: before.source, dims: before.dims } : value;
  if (!graph.canBeOutput(name)) {
    dims = value.dims;
    name = `y${node.index}`;
    graph.name(name, 'Identity', [value.name], {});
  }
  graph.output({ name, element: node.dtype, dims });
  return { index: node.index, name, dtype: node.dtype, layout: value.layout, dims };
}

function workOf(order: readonly Node[]): number {
  return order.reduce(
    (total, node) => total + (node.op.work?.(node) ?? WORK_PER_ELEMENT * sizeOf(node.shape)),
    0,
  );
}
