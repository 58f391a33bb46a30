import type { EngineDefinition } from '../definition.js';

/** Our own tfjs backend on onnxruntime: records operations, computes them as one ONNX graph. See backend.ts. */
export const ort: EngineDefinition = {
  name: 'ort',
  summary: 'native speed on CPUs through onnxruntime, installed by npm alone',
  async probe() {
    try {
      await import('onnxruntime-node');
      return { available: true };
    } catch (error) {
      return {
        available: false,
        reason: `onnxruntime-node does not load on ${process.platform} ${process.arch}: ${String(error)}`,
        remedy: 'Run `npm ci` again, or use --engine cpu.',
      };
    }
  },
  open: async (options) => (await import('./open.js')).openOrt(options),
};
