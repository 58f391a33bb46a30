import { blockedConv, blockedInputGradient } from '../lowerings/nchwc.js';
import type { ConvGeometry } from '../lowerings/geometry.js';
import { NCHWC, OnnxGraph } from '../onnx/graph.js';
import { copiedOutputs } from './outputs.js';
import { type NamedArray, Session } from './session.js';

/** Block sizes that onnxruntime uses, by the width of the CPU's vectors. */
const BLOCKS = [16, 8];

/**
 * The number of channels that onnxruntime's blocked layout groups on this CPU; null where the blocked operators are
 * missing or do not do what lowerings/nchwc.ts takes them to do.
 */
export function probeBlockSize(): number | null {
  try {
    const block = BLOCKS.find(reordersBy);
    return block !== undefined && convolves(block) ? block : null;
  } catch {
    return null;
  }
}

/** Whether two blocks of two pixels come out block by block, pixel by pixel. */
function reordersBy(block: number): boolean {
  const channels = 2 * block;
  const dims = [1, channels, 1, 2];
  const data = Float32Array.from({ length: 2 * channels }, (_, i) => i);
  const result = evaluate({ x: { dims, data } }, dims, (graph) =>
    graph.emit('ReorderInput', ['x'], {}, NCHWC),
  );
  return result.every((value, i) => {
    const [outer, pixel, inner] = [Math.floor(i / (2 * block)), Math.floor(i / block) % 2, i % block];
    return value === (outer * block + inner) * 2 + pixel;
  });
}

/** Whether a blocked convolution and its input gradient equal the plain operators'. Small whole numbers: no rounding. */
function convolves(block: number): boolean {
  const size = { n: 1, h: 6, w: 6, c: block, outH: 3, outW: 3, o: 2 * block, kernelH: 4, kernelW: 4 };
  const g: ConvGeometry = {
    ...size,
    strideH: 2,
    strideW: 2,
    dilationH: 1,
    dilationW: 1,
    top: 1,
    bottom: 1,
    left: 1,
    right: 1,
  };
  const numbers = (dims: number[]) => {
    const length = dims.reduce((product, each) => product * each, 1);
    return { dims, data: Float32Array.from({ length }, (_, i) => ((i * 7919) % 13) - 6) };
  };
  const inputs = {
    x: numbers([1, g.c, g.h, g.w]),
    filter: numbers([g.o, g.c, 4, 4]),
    dy: numbers([1, g.o, g.outH, g.outW]),
  };
  const attributes = { strides: [2, 2], pads: [1, 1, 1, 1] };
  const pairs: [number[], (graph: OnnxGraph) => string, (graph: OnnxGraph) => string][] = [
    [
      inputs.dy.dims,
      (graph) => graph.emit('Conv', ['x', 'filter'], attributes),
      (graph) => blockedConv(graph, 'x', 'filter', g, block),
    ],
    [
      inputs.x.dims,
      (graph) => graph.emit('ConvTranspose', ['dy', 'filter'], attributes),
      (graph) => blockedInputGradient(graph, 'dy', 'filter', g, block),
    ],
  ];
  return pairs.every(([dims, plain, blocked]) => {
    const [expected, actual] = [evaluate(inputs, dims, plain), evaluate(inputs, dims, blocked)];
    return actual.every((value, i) => value === expected[i]);
  });
}

type Inputs = Readonly<Record<string, { readonly dims: number[]; readonly data: Float32Array }>>;

function evaluate(inputs: Inputs, dims: number[], build: (graph: OnnxGraph) => string): Float32Array {
  const graph = new OnnxGraph();
  for (const [name, input] of Object.entries(inputs))
    graph.input({ name, element: 'float32', dims: input.dims });
  const name = build(graph);
  graph.output({ name, element: 'float32', dims });
  const model = graph.finish();
  const session = new Session(model, 1);
  try {
    const data = new Float32Array(dims.reduce((product, each) => product * each, 1));
    const feeds = model.inputs.map((input): NamedArray => {
      const { dims, data } = inputs[input.name]!;
      return { name: input.name, element: 'float32', dims, data };
    });
    copiedOutputs.run(session, feeds, [{ name, element: 'float32', dims, data }]);
    return data;
  } finally {
    session.release();
  }
}
