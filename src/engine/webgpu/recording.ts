import type { Tf } from '../../core/ops.js';
import type { BufferUsage, UniformBinding, WebgpuBackend } from './backend.js';

/**
 * Programs that are recorded before they are submitted; tfjs has 15. On an H100 a submission takes the host 0.07 to 0.3
 * ms, and a step of 414 programs as long with 15 as with 200, within its noise. Not a whole step: before its first
 * submission the device has nothing to do.
 */
const PROGRAMS_PER_SUBMIT = 64;
/** Uniforms kept, of a few dozen bytes each: a step has some hundreds that differ. */
const UNIFORMS_KEPT = 4096;

/**
 * Makes recording cheaper on the host, which decides how long a step of small images takes: tfjs-backend-webgpu submits
 * every 15 programs, writes the shapes of each anew, and maps memory of its own for each number that is uploaded.
 */
export function recordCheaply(tf: Tf, backend: WebgpuBackend): void {
  tf.env().set('WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE', PROGRAMS_PER_SUBMIT);
  uploadThroughQueue(backend);
  releaseAtOnce(backend);
  keepUniforms(backend);
}

/** GPUBufferUsage, which Dawn's globals bring. */
const usages = (): BufferUsage => (globalThis as unknown as { GPUBufferUsage: BufferUsage }).GPUBufferUsage;

/** Values from the host, by the queue's own staging memory. */
function uploadThroughQueue(backend: WebgpuBackend): void {
  const { STORAGE, COPY_SRC, COPY_DST } = usages();
  const usage = STORAGE | COPY_SRC | COPY_DST | uploadedUsage();
  const stock = backend.uploadToGPU.bind(backend);
  backend.uploadToGPU = (dataId) => {
    const stored = backend.tensorMap.get(dataId);
    const { values, dtype } = stored;
    if (stored.resource || !values) {
      stock(dataId);
      return;
    }
    const Values = dtype === 'float32' ? Float32Array : Int32Array;
    // Dawn ends the process where it is given memory that threads share.
    const takes = values instanceof Values && values.buffer instanceof ArrayBuffer;
    const array = takes ? values : Values.from(values);
    const buffer = backend.bufferManager.acquireBuffer(array.byteLength, usage);
    backend.queue.writeBuffer(buffer, 0, array);
    stored.resource = buffer;
    stored.values = null;
  };
}

/**
 * What tells buffers that the host wrote from others, and so keeps both apart in the backend's pool, which sorts by size
 * and usage: the queue writes ahead of all that is recorded and not submitted.
 */
const uploadedUsage = (): number => usages().UNIFORM;

/**
 * Gives buffers back to the pool when their tensor goes, and not after the next submission: programs run in the order
 * in which they are recorded. So memory does not grow with the number of programs in one submission.
 */
function releaseAtOnce(backend: WebgpuBackend): void {
  const stock = backend.disposeData.bind(backend);
  backend.disposeData = (dataId, force) => {
    const stored = backend.tensorMap.has(dataId) ? backend.tensorMap.get(dataId) : undefined;
    if (stored?.resource && (stored.resource.usage & uploadedUsage()) === 0)
      backend.commandQueueOwnedIds.delete(dataId);
    return stock(dataId, force);
  };
}

/** Shapes and sizes are the same in every step: those used last are kept where they are. */
function keepUniforms(backend: WebgpuBackend): void {
  const kept = new Map<string, UniformBinding>();
  const stock = backend.makeUniforms.bind(backend);
  backend.makeUniforms = (uniforms) => {
    let key = '';
    for (const { type, data } of uniforms) key += `${type} ${data.join()} `;
    let binding = kept.get(key);
    if (binding) {
      kept.delete(key);
    } else {
      binding = stock(uniforms);
      backend.uniformPendingDisposal.pop();
      if (kept.size === UNIFORMS_KEPT) {
        const [oldest, { buffer }] = kept.entries().next().value!;
        kept.delete(oldest);
        backend.uniformPendingDisposal.push(buffer);
      }
    }
    kept.set(key, binding);
    return binding;
  };
}
