import { OnnxGraph } from '../onnx/graph.js';
import { ELEMENT } from '../onnx/model.js';
import type { OutputPath } from './outputs.js';
import { type NamedArray, Session } from './session.js';

/**
 * Outputs without a copy, by an implementation detail of onnxruntime-node 1.30.
 *
 * It lets onnxruntime write into preallocated outputs, and afterwards copies every one of them into a new ArrayBuffer
 * all the same (0.25 to 1.7 ms per 4 MB, and garbage to collect). The copies are made in the order of the model's
 * outputs, after the run. So the model gets a first output of a type that JavaScript has no array for: turning it into
 * a JavaScript value throws, the run is complete, and nothing has been copied.
 *
 * Whether this holds is tried when the engine opens (`inPlaceOutputsWork`); if not, outputs are copied.
 */
const FIRST_OUTPUT = 'unreadable';
const REFUSAL = /Tensor type \(16\) is not supported/;

export const inPlaceOutputs: OutputPath = {
  name: 'in place',
  prepare(graph) {
    graph.name(FIRST_OUTPUT, 'Cast', [graph.scalar(0)], { to: ELEMENT.bfloat16 });
    graph.output({ name: FIRST_OUTPUT, element: 'bfloat16', dims: [] });
  },
  run(session, feeds, outputs) {
    const fetches: Record<string, NamedArray | null> = { [FIRST_OUTPUT]: null };
    for (const output of outputs) fetches[output.name] = output;
    try {
      session.run(feeds, fetches);
    } catch (error) {
      if (error instanceof Error && REFUSAL.test(error.message)) return;
      throw error;
    }
    throw new Error(
      'onnxruntime-node has read a bfloat16 output: in-place outputs do not work with this version.',
    );
  },
};

/** Runs x + 1 for a few values of x and looks whether the results arrive in the buffer. */
export function inPlaceOutputsWork(): boolean {
  const graph = new OnnxGraph();
  const dims = [4];
  inPlaceOutputs.prepare(graph);
  graph.input({ name: 'x', element: 'float32', dims });
  const name = graph.emit('Add', ['x', graph.scalar(1)]);
  graph.output({ name, element: 'float32', dims });
  const session = new Session(graph.finish(), 1);
  try {
    const output = { name, element: 'float32', dims, data: new Float32Array(4) } as const;
    return [10, 20].every((start) => {
      const x = Float32Array.from({ length: 4 }, (_, i) => start + i);
      inPlaceOutputs.run(session, [{ name: 'x', element: 'float32', dims, data: x }], [output]);
      return output.data.every((value, i) => value === start + i + 1);
    });
  } catch {
    return false;
  } finally {
    session.release();
  }
}
