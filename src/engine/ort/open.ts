import { availableParallelism } from 'node:os';
import * as tf from '@tensorflow/tfjs';
import { env } from 'onnxruntime-node';
import { wasmLoop } from './adam/wasm.js';
import { OrtBackend } from './backend.js';
import { Arena } from './memory/arena.js';
import { BufferPool } from './memory/pool.js';
import { registerKernels, unregisterKernels } from './register.js';
import { inPlaceOutputs, inPlaceOutputsWork } from './runtime/in-place-outputs.js';
import { probeBlockSize } from './runtime/nchwc-probe.js';
import { copiedOutputs } from './runtime/outputs.js';
import type { Provider } from './runtime/session.js';
import { flushAtStepBoundaries } from './step-boundary.js';

export interface BackendChoices {
  /** onnxruntime's execution provider. What another than cpu lacks, it leaves to cpu. */
  readonly provider?: Provider;
  /** Default: the processors this process may use. */
  readonly threads?: number;
  // Shortcuts that can be left out, each with the same results; for tests and for finding a fault.
  /** Let onnxruntime write outputs where they are wanted: see runtime/in-place-outputs.ts. */
  readonly inPlaceOutputs?: boolean;
  /** Keep float buffers in a WebAssembly memory, and update weights there. */
  readonly wasm?: boolean;
  /** Convolve in onnxruntime's blocked layout: see lowerings/nchwc.ts. */
  readonly nchwc?: boolean;
  /** Repeat a known program without recording it: see replay.ts. */
  readonly replay?: boolean;
}

export interface OpenedBackend {
  readonly tf: typeof tf;
  readonly backend: OrtBackend;
  readonly threads: number;
  readonly version: string;
  readonly features: { readonly outputs: string; readonly adam: string; readonly nchwcBlock: number };
  readonly bytesHeld: () => number;
  readonly close: () => void;
}

/** Registers the backend with tfjs under `name` and makes it the active one. */
export async function openBackend(name: string, choices: BackendChoices): Promise<OpenedBackend> {
  if (tf.findBackendFactory(name) as object | null) {
    throw new Error(
      `Engine '${name}' is open already. Close it first: tfjs knows one backend of a name at a time.`,
    );
  }
  const threads = choices.threads ?? availableParallelism();
  const provider = choices.provider ?? 'cpu';
  const pool = new BufferPool(choices.wasm === false ? null : Arena.reserve());
  const adamLoop = pool.arena && wasmLoop(pool.arena);
  const outputPath =
    // Shortcuts are for the memory and the kernels of the processor.
    provider === 'cpu' && choices.inPlaceOutputs !== false && inPlaceOutputsWork()
      ? inPlaceOutputs
      : copiedOutputs;
  const nchwcBlock = choices.nchwc === false || provider !== 'cpu' ? null : probeBlockSize();
  const backend = new OrtBackend({ threads, pool, outputPath, adamLoop, nchwcBlock, provider });
  registerKernels(name, backend);
  tf.registerBackend(name, () => backend);
  await tf.setBackend(name);
  const endBoundaries = flushAtStepBoundaries(backend);
  return {
    tf,
    backend,
    threads,
    version: env.versions.node ?? '',
    features: {
      outputs: outputPath.name,
      adam: adamLoop ? 'wasm' : 'javascript',
      nchwcBlock: nchwcBlock ?? 0,
    },
    bytesHeld: () => pool.bytesHeld,
    close() {
      if (tf.findBackend(name) !== backend) return; // closed already
      endBoundaries();
      tf.removeBackend(name);
      unregisterKernels(name);
    },
  };
}
