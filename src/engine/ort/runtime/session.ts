import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { env, type InferenceSession, Tensor } from 'onnxruntime-node';
// onnxruntime-node's public API can only be awaited; tfjs's dataSync needs an answer now. Its native half is synchronous.
import { binding, initOrt } from 'onnxruntime-node/dist/binding.js';
import type { TypedArray } from '../memory/storage.js';
import { encodeModel, type OnnxModel } from '../onnx/model.js';

/** An array as onnxruntime is to see it. */
export interface NamedArray {
  readonly name: string;
  readonly element: 'float32' | 'int32' | 'bool';
  readonly dims: readonly number[];
  readonly data: TypedArray;
}

/** What onnxruntime computes on; operators that another provider lacks are left to the processor. */
export type Provider = 'cpu' | 'webgpu';

/** A compiled model. */
export class Session {
  private readonly native;

  constructor(model: OnnxModel, threads: number, provider: Provider = 'cpu') {
    env.logLevel = 'error';
    initOrt();
    const bytes = encodeModel(model);
    dump(bytes);
    const options: InferenceSession.SessionOptions = {
      executionProviders: [provider],
      intraOpNumThreads: threads,
      graphOptimizationLevel: 'all',
      // A pattern would come on top of what the first run has allocated: 0.3 GB more at full size, and no faster.
      enableMemPattern: false,
      logSeverityLevel: 3,
      // Between two operations waiting threads spin, but not for long, and not past the end of a run: waking one costs
      // more than most operations of a small network take, while on a busy machine, or while this process itself is at
      // work between two runs, a spinning thread takes the processor from what it waits for.
      extra: {
        session: { force_spinning_stop: '1', intra_op: { allow_spinning: '1', spin_duration_us: '200' } },
      },
    };
    this.native = new binding.InferenceSession();
    this.native.loadModel(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength, options);
  }

  /** Runs the model. Outputs whose fetch is null come back in fresh arrays. */
  run(
    feeds: readonly NamedArray[],
    fetches: Readonly<Record<string, NamedArray | null>>,
  ): Record<string, TypedArray> {
    const results = this.native.run(
      Object.fromEntries(feeds.map((feed) => [feed.name, tensorOf(feed)])),
      Object.fromEntries(Object.entries(fetches).map(([name, fetch]) => [name, fetch && tensorOf(fetch)])),
      {},
    );
    return Object.fromEntries(
      Object.entries(results).map(([name, value]) => [name, value.data as TypedArray]),
    );
  }

  release(): void {
    this.native.dispose();
  }
}

let dumped = 0;

/** For who looks for a fault: every compiled graph as a file, in the order in which they were compiled. */
function dump(bytes: Uint8Array): void {
  const folder = process.env['GAN_DUMP_GRAPHS'];
  if (folder) writeFileSync(join(folder, `${String(dumped++).padStart(4, '0')}.onnx`), bytes);
}

function tensorOf({ element, data, dims }: NamedArray): Tensor {
  return new Tensor(element, data, dims);
}
