import { availableParallelism, cpus } from 'node:os';
import * as tf from '@tensorflow/tfjs';
import { env } from 'onnxruntime-node';
import type { Engine, EngineOptions } from '../definition.js';
import { installGradients } from '../gradients.js';
import { createOps } from '../ops.js';
import { OrtBackend } from './backend.js';
import { Arena } from './memory/arena.js';
import { BufferPool } from './memory/pool.js';
import { registerKernels, unregisterKernels } from './register.js';
import { inPlaceOutputs, inPlaceOutputsWork } from './runtime/in-place-outputs.js';
import { copiedOutputs } from './runtime/outputs.js';

const NAME = 'ort';

/** Shortcuts that can be left out, each with the same results; for tests and for finding a fault. */
export interface OrtOptions extends EngineOptions {
  /** Let onnxruntime write outputs where they are wanted: see runtime/in-place-outputs.ts. */
  readonly inPlaceOutputs?: boolean;
  /** Keep float buffers in a WebAssembly memory, and update weights there. */
  readonly wasm?: boolean;
}

export async function openOrt(options: OrtOptions = {}): Promise<Engine> {
  const threads = options.threads ?? availableParallelism();
  const pool = new BufferPool(options.wasm === false ? null : Arena.reserve());
  const inPlace = options.inPlaceOutputs !== false && inPlaceOutputsWork();
  const outputPath = inPlace ? inPlaceOutputs : copiedOutputs;
  const backend = new OrtBackend({ threads, pool, outputPath, adamLoop: null, nchwcBlock: null });
  installGradients(tf);
  registerKernels(NAME, backend);
  tf.registerBackend(NAME, () => backend);
  await tf.setBackend(NAME);
  return {
    name: NAME,
    tf: tf,
    ops: createOps(tf),
    describe: () => ({
      name: NAME,
      version: env.versions.node ?? '',
      threads,
      device: cpus()[0]?.model.trim() ?? process.arch,
      features: { outputs: outputPath.name, arena: pool.arena !== null },
    }),
    stats: () => ({ ...backend.stats, bytesHeld: pool.bytesHeld }),
    flush: () => backend.flush(),
    close() {
      tf.removeBackend(NAME);
      unregisterKernels(NAME);
    },
  };
}
