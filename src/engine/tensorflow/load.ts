import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { replaceKernels } from '../replace-kernels.js';
import type { Binding, TensorflowBackend } from './backend.js';
import type { Build } from './build.js';
import { adamKernel } from './kernels/adam.js';
import { batchNormKernels } from './kernels/batch-norm.js';
import { convKernels } from './kernels/conv.js';
import { poolKernels } from './kernels/pool.js';
import { stepKernel } from './kernels/step.js';

/** tfjs-node registers its kernels under this name, and no other. */
const NAME = 'tensorflow';
/** Under this symbol an added engine's tfjs-node finds this project's tfjs: see add/packages.ts. */
const SHARED_TFJS = Symbol.for('gan-recipes.tfjs');

export interface Loaded {
  readonly tf: typeof tf;
  readonly backend: TensorflowBackend;
  /** Threads that TensorFlow was started with. */
  readonly threads: number;
  readonly close: () => void;
}

interface Started {
  readonly build: Build;
  readonly binding: Binding;
  readonly threads: number;
  /** Around those of tfjs-node. */
  readonly padding: readonly tf.KernelConfig[];
}
/** TensorFlow starts once in a process: its threads and its build are fixed from then on. */
let started: Started | undefined;

/**
 * Starts TensorFlow and registers its backend with tfjs.
 * @throws Error where the addon does not load, or another build of TensorFlow has been started in this process.
 */
export async function loadBackend(build: Build, threads: number): Promise<Loaded> {
  if (tf.findBackendFactory(NAME) as object | null) {
    throw new Error(
      `Engine '${NAME}' is open already. Close it first: tfjs knows one backend of a name at a time.`,
    );
  }
  if (started && started.build.addon !== build.addon) {
    throw new Error(`TensorFlow has been started from ${started.build.addon} in this process already.`);
  }
  const load = createRequire(join(build.packageFolder, 'package.json'));
  started ??= start(build, threads, load);
  const { NodeJSKernelBackend } = load('./dist/nodejs_kernel_backend.js') as {
    NodeJSKernelBackend: new (binding: Binding, packageName: string) => tf.KernelBackend & TensorflowBackend;
  };
  const backend = new NodeJSKernelBackend(
    started.binding,
    build.gpu ? '@tensorflow/tfjs-node-gpu' : '@tensorflow/tfjs-node',
  );
  replaceKernels(tf, [
    ...batchNormKernels(tf, NAME),
    ...started.padding,
    stepKernel(tf, NAME),
    adamKernel(NAME, backend),
  ]);
  tf.registerBackend(NAME, () => backend);
  await tf.setBackend(NAME);
  return {
    tf,
    backend,
    threads: started.threads,
    close() {
      if (tf.findBackend(NAME) === backend) tf.removeBackend(NAME);
    },
  };
}

function start(build: Build, threads: number, load: NodeJS.Require): Started {
  // Read once, by the library, when it loads.
  const settings: Record<string, string> = {
    TF_CPP_MIN_LOG_LEVEL: '3',
    TF_NUM_INTRAOP_THREADS: String(threads),
    // Otherwise it takes all of a GPU's memory at once.
    TF_FORCE_GPU_ALLOW_GROWTH: 'true',
  };
  for (const [name, value] of Object.entries(settings)) process.env[name] ??= value;
  shimUtil();
  (globalThis as Record<symbol, unknown>)[SHARED_TFJS] = createRequire(import.meta.url)('@tensorflow/tfjs');
  const binding = load(build.addon) as Binding;
  load('./dist/register_all_kernels.js');
  return { build, binding, threads, padding: [...convKernels(tf, NAME), ...poolKernels(tf, NAME)] };
}

/** tfjs-node 4.22 calls two functions of `util` that Node 22 deprecates, aloud, and Node 23 took away. */
function shimUtil(): void {
  const util = createRequire(import.meta.url)('node:util') as Record<string, unknown>;
  util['isNullOrUndefined'] = (value: unknown) => value === null || value === undefined;
  util['isArray'] = Array.isArray;
}
