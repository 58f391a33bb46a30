import { cpus } from 'node:os';
import { plainRepeater } from '../../core/repeat.js';
import type { Availability, Engine, EngineDefinition, EngineOptions } from '../definition.js';
import type { BackendChoices } from './open.js';

const NAME = 'ort';

/**
 * Our own tfjs backend on onnxruntime: it records operations and computes them as one ONNX graph. See backend.ts.
 * This file alone knows of the project around it; the rest of the folder imports nothing of ours but core.
 */
export const ort: EngineDefinition = {
  name: NAME,
  summary:
    'native speed on CPUs through onnxruntime, installed by npm alone; graphics processors with --device webgpu',
  devices: ['cpu', 'webgpu'],
  probe,
  open: openOrt,
  async kernels() {
    const { kernels } = await import('./kernels/index.js');
    return kernels.map(({ name }) => name);
  },
};

async function probe(device?: string): Promise<Availability> {
  try {
    await import('onnxruntime-node');
    return device === 'webgpu'
      ? await (await import('./runtime/webgpu-probe.js')).probeWebGpu()
      : { available: true };
  } catch (error) {
    return {
      available: false,
      reason: `onnxruntime-node does not load on ${process.platform} ${process.arch}: ${String(error)}`,
      remedy: "Run `npm ci` again, or choose engine 'cpu'.",
    };
  }
}

/** As `openEngine('ort')`, with the choice of which shortcuts to take. */
export async function openOrt(options: EngineOptions & BackendChoices = {}): Promise<Engine> {
  const [{ openBackend }, { OrtRepeater }, { createOps }, { installGradients }, { fixFloorDiv }] =
    await Promise.all([
      import('./open.js'),
      import('./replay.js'),
      import('../ops.js'),
      import('../gradients.js'),
      import('../floordiv.js'),
    ]);
  const { tf, backend, threads, version, features, bytesHeld, close } = await openBackend(NAME, {
    ...options,
    provider: options.device === 'webgpu' ? 'webgpu' : 'cpu',
  });
  installGradients(tf);
  if (options.device === 'webgpu') fixFloorDiv(tf, NAME);
  return {
    name: NAME,
    tf,
    ...(options.device === 'webgpu' ? { wgsl: true } : {}),
    ops: createOps(tf),
    repeater: () => (options.replay === false ? plainRepeater(tf) : new OrtRepeater(backend)),
    describe: () => ({
      name: NAME,
      version,
      threads,
      device: options.device === 'webgpu' ? 'GPU (WebGPU)' : (cpus()[0]?.model.trim() ?? process.arch),
      features,
    }),
    stats: () => ({ ...backend.stats, bytesHeld: bytesHeld() }),
    flush: () => backend.flush(),
    close,
  };
}
