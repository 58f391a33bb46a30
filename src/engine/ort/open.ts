import { availableParallelism, cpus } from 'node:os';
import * as tf from '@tensorflow/tfjs';
import { env } from 'onnxruntime-node';
import type { Engine, EngineOptions } from '../definition.js';
import { installGradients } from '../gradients.js';
import { createOps } from '../ops.js';
import { wasmLoop } from './adam/wasm.js';
import { OrtBackend } from './backend.js';
import { Arena } from './memory/arena.js';
import { BufferPool } from './memory/pool.js';
import { registerKernels, unregisterKernels } from './register.js';
import { inPlaceOutputs, inPlaceOutputsWork } from './runtime/in-place-outputs.js';
import { probeBlockSize } from './runtime/nchwc-probe.js';
import { copiedOutputs } from './runtime/outputs.js';
import { flushAtStepBoundaries } from './step-boundary.js';

const NAME = 'ort';

/** Shortcuts that can be left out, each with the same results; for tests and for finding a fault. */
export interface OrtOptions extends EngineOptions {
  /** Let onnxruntime write outputs where they are wanted: see runtime/in-place-outputs.ts. */
  readonly inPlaceOutputs?: boolean;
  /** Keep float buffers in a WebAssembly memory, and update weights there. */
  readonly wasm?: boolean;
  /** Convolve in onnxruntime's blocked layout: see lowerings/nchwc.ts. */
  readonly nchwc?: boolean;
}

export async function openOrt(options: OrtOptions = {}): Promise<Engine> {
  if (tf.findBackendFactory(NAME) as object | null) {
    throw new Error(
      `Engine '${NAME}' is open already. Close it first: tfjs knows one backend of a name at a time.`,
    );
  }
  const threads = options.threads ?? availableParallelism();
  const pool = new BufferPool(options.wasm === false ? null : Arena.reserve());
  const adamLoop = pool.arena && wasmLoop(pool.arena);
  const inPlace = options.inPlaceOutputs !== false && inPlaceOutputsWork();
  const outputPath = inPlace ? inPlaceOutputs : copiedOutputs;
  const nchwcBlock = options.nchwc === false ? null : probeBlockSize();
  const backend = new OrtBackend({ threads, pool, outputPath, adamLoop, nchwcBlock });
  installGradients(tf);
  registerKernels(NAME, backend);
  tf.registerBackend(NAME, () => backend);
  await tf.setBackend(NAME);
  const endBoundaries = flushAtStepBoundaries(backend);
  return {
    name: NAME,
    tf: tf,
    ops: createOps(tf),
    describe: () => ({
      name: NAME,
      version: env.versions.node ?? '',
      threads,
      device: cpus()[0]?.model.trim() ?? process.arch,
      features: {
        outputs: outputPath.name,
        adam: adamLoop ? 'wasm' : 'javascript',
        nchwcBlock: nchwcBlock ?? 0,
      },
    }),
    stats: () => ({ ...backend.stats, bytesHeld: pool.bytesHeld }),
    flush: () => backend.flush(),
    close() {
      if (tf.findBackend(NAME) !== backend) return; // closed already
      endBoundaries();
      tf.removeBackend(NAME);
      unregisterKernels(NAME);
    },
  };
}
