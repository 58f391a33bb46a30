import { adapterRemedy } from './adapter.js';
import type { KernelBackend } from '@tensorflow/tfjs';
import type { Availability, EngineDefinition } from './definition.js';
import { eager } from './eager.js';
import { adapterName, offerGpu, withdrawGpu } from './webgpu/dawn.js';

const NAME = 'webgpu';
/** See webgpu/dawn.ts for why it is no literal in an import. */
const BACKEND: string = '@tensorflow/tfjs-backend-webgpu';
const INSTALL = `npm install webgpu ${BACKEND}@4.22.0`;

/** tfjs's factory of the backend. It is registered once, when the package loads; closing an engine takes it away. */
let factory: (() => KernelBackend | Promise<KernelBackend>) | undefined;

/** tfjs's WebGPU kernels on Dawn, Chromium's WebGPU: any graphics processor with a Vulkan, Metal or Direct3D driver. */
export const webgpu: EngineDefinition = {
  name: NAME,
  summary: 'tfjs on graphics processors through WebGPU (Vulkan, Metal, Direct3D)',
  devices: ['webgpu'],
  probe,
  async kernels() {
    if (!(await probe()).available) return undefined;
    await offerGpu();
    try {
      await import(BACKEND);
      const tf = await import('@tensorflow/tfjs');
      return tf.getKernelsForBackend(NAME).map(({ kernelName }) => kernelName);
    } finally {
      withdrawGpu();
    }
  },
  async open() {
    const gpu = await offerGpu();
    const [tf, { createOps }, { installGradients }, { fixFloorDiv }, { improve }] = await Promise.all([
      import('@tensorflow/tfjs'),
      import('./ops.js'),
      import('./gradients.js'),
      import('./floordiv.js'),
      import('./webgpu/improve.js'),
      import(BACKEND),
    ]);
    installGradients(tf);
    factory ??= tf.findBackendFactory(NAME);
    if (!(tf.findBackendFactory(NAME) as object | null)) tf.registerBackend(NAME, factory);
    await tf.setBackend(NAME);
    improve(tf, NAME);
    fixFloorDiv(tf, NAME);
    const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
    return {
      name: NAME,
      tf,
      ops: createOps(tf),
      wgsl: true,
      ...eager(tf),
      describe: () => ({
        name: NAME,
        version: tf.version['tfjs-core'],
        threads: 1,
        device: adapter ? adapterName(adapter) : 'GPU',
        features: {},
      }),
      close() {
        if (tf.findBackend(NAME) as object | null) tf.removeBackend(NAME);
        withdrawGpu();
      },
    };
  },
};

async function probe(): Promise<Availability> {
  const missing = await firstMissing(['webgpu', BACKEND]);
  if (missing !== undefined) {
    return {
      available: false,
      reason: `the package ${missing} is not installed.`,
      remedy: `${INSTALL}   (about 55 MB, from npm alone)`,
    };
  }
  try {
    const adapter = await (await offerGpu()).requestAdapter();
    if (adapter) return { available: true };
    return { available: false, reason: 'Dawn finds no graphics adapter.', remedy: adapterRemedy() };
  } catch (error) {
    return {
      available: false,
      reason: `the package webgpu does not load on ${process.platform} ${process.arch}: ${String(error)}`,
      remedy: "Choose engine 'ort' or 'cpu'.",
    };
  } finally {
    withdrawGpu();
  }
}

async function firstMissing(packages: readonly string[]): Promise<string | undefined> {
  const { createRequire } = await import('node:module');
  const { resolve } = createRequire(import.meta.url);
  return packages.find((name) => {
    try {
      resolve(name);
      return false;
    } catch {
      return true;
    }
  });
}
