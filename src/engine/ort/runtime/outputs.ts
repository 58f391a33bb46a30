import type { OnnxGraph } from '../onnx/graph.js';
import type { NamedArray, Session } from './session.js';

/** A way to get a session's results into buffers of ours. */
export interface OutputPath {
  readonly name: string;
  /** Called before any output is declared. */
  prepare(graph: OnnxGraph): void;
  /** Runs the session; on return the buffers hold the outputs. */
  run(session: Session, feeds: readonly NamedArray[], outputs: readonly NamedArray[]): void;
}

/** The plain way: onnxruntime-node makes a new array per output, which is copied into the buffer. */
export const copiedOutputs: OutputPath = {
  name: 'copied',
  prepare: () => undefined,
  run(session, feeds, outputs) {
    const results = session.run(feeds, Object.fromEntries(outputs.map(({ name }) => [name, null])));
    for (const { name, data } of outputs) data.set(results[name]!);
  },
};
