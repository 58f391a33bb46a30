import { availableParallelism, cpus } from 'node:os';
import { UserError } from '../core/errors.js';
import type { Availability, Engine, EngineDefinition, EngineOptions } from './definition.js';
import { eager } from './eager.js';
import { findBuild, hasNvidiaDriver } from './tensorflow/find.js';

const NAME = 'tensorflow';

/** TensorFlow's kernels through tfjs-node: built here by `gan engine add`, or installed by the user. */
export const tensorflow: EngineDefinition = {
  name: NAME,
  summary: 'TensorFlow, on CPUs and NVIDIA GPUs, where it was added or tfjs-node is installed',
  probe,
  open,
  added: {
    add: async (options) => (await import('./tensorflow/add/index.js')).addTensorflow(options),
    remove: async (options) => (await import('./tensorflow/add/remove.js')).removeTensorflow(options),
  },
};

async function probe(): Promise<Availability> {
  const { build, unusable } = await findBuild();
  if (build) return { available: true, note: `from ${build.origin}` };
  return {
    available: false,
    reason: 'neither it nor tfjs-node is installed',
    remedy:
      'Add it: gan engine add tensorflow (0.3 GB to download, 0.9 GB on disk; with --gpu for NVIDIA GPUs)',
    ...unusable,
  };
}

async function open({ threads = availableParallelism() }: EngineOptions): Promise<Engine> {
  const { build } = await findBuild();
  if (!build) throw new Error(`Engine '${NAME}' has gone since it was looked for.`);
  const [{ loadBackend }, { createOps }, { installGradients }] = await Promise.all([
    import('./tensorflow/load.js'),
    import('./ops.js'),
    import('./gradients.js'),
  ]);
  const loaded = await loadBackend(build, threads).catch((error: unknown) => {
    throw new UserError(
      `TensorFlow does not load: ${error instanceof Error ? error.message : String(error)}`,
      {
        cause: error,
        remedy: `It comes from ${build.origin}. Build it again: gan engine add tensorflow${build.gpu ? ' --gpu' : ''} --force`,
      },
    );
  });
  const { tf, backend } = loaded;
  installGradients(tf);
  const { TF_Version: version } = backend.binding;
  const gpu = backend.binding.isUsingGpuDevice();
  return {
    name: NAME,
    tf,
    ops: createOps(tf),
    ...eager(tf),
    describe: () => ({
      name: NAME,
      version,
      threads: loaded.threads,
      device: gpu ? 'NVIDIA GPU' : (cpus()[0]?.model.trim() ?? process.arch),
      features: { build: build.origin, ...(build.gpu && !gpu ? { gpu: whyNoGpu() } : {}) },
    }),
    close: loaded.close,
  };
}

const whyNoGpu = (): string =>
  hasNvidiaDriver() ? 'none that TensorFlow can use' : 'no NVIDIA driver: it computes on the processor';
