import { adapterRemedy } from '../../adapter.js';
import type { Availability } from '../../definition.js';
import { OnnxGraph } from '../onnx/graph.js';
import { Session } from './session.js';

/** Whether onnxruntime's WebGPU provider finds an adapter: there is no way to ask but to open a session. */
export async function probeWebGpu(): Promise<Availability> {
  const { listSupportedBackends } = await import('onnxruntime-node');
  if (!listSupportedBackends().some(({ name }) => name === 'webgpu')) {
    return {
      available: false,
      reason: `onnxruntime-node has no WebGPU for ${process.platform} ${process.arch}.`,
      remedy: "Leave --device out, or choose engine 'webgpu'.",
    };
  }
  const graph = new OnnxGraph();
  graph.input({ name: 'x', element: 'float32', dims: [1] });
  graph.name('y', 'Neg', ['x'], {});
  graph.output({ name: 'y', element: 'float32', dims: [1] });
  try {
    new Session(graph.finish(), 1, 'webgpu').release();
    return { available: true };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const reason = /Failed to get a WebGPU adapter: (.*)/.exec(message)?.[1] ?? message;
    return { available: false, reason: `no graphics adapter: ${reason.trim()}.`, remedy: adapterRemedy() };
  }
}
