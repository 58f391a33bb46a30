import type { DataId, DataStorage, TensorInfo } from '@tensorflow/tfjs';

/** The part used here of a GPUBuffer; @types/webgpu comes with the optional package only. */
export interface Buffer {
  /** Flags of GPUBufferUsage. */
  readonly usage: number;
  /** Bytes. */
  readonly size: number;
}

/** Names of GPUBufferUsage, a global of WebGPU's. */
export type BufferUsage = Readonly<Record<'STORAGE' | 'UNIFORM' | 'COPY_SRC' | 'COPY_DST', number>>;

export interface Pipeline {
  getBindGroupLayout(index: number): object;
}

interface Device {
  readonly limits: { readonly maxComputeWorkgroupsPerDimension: number };
  createShaderModule(descriptor: { code: string; label: string }): object;
  createComputePipeline(descriptor: object): Pipeline;
}

/** What the backend holds of a tensor. */
export interface StoredTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  refCount: number;
  /** On the host: until the first use on the device. */
  values?: ArrayLike<number> | null;
  /** On the device. */
  resource?: Buffer | null;
}

/** A number, or a vector of numbers, that a program is given. */
export interface Uniform {
  readonly type: 'float32' | 'int32' | 'uint32';
  readonly data: number[];
}

/** Where a program finds its numbers. */
export interface UniformBinding {
  readonly buffer: Buffer;
  readonly offset: number;
  readonly size: number;
}

/** What the backend needs to know of a program that has been compiled. */
export interface CompiledProgram {
  readonly pipeline: Pipeline;
  /** Workgroups. */
  readonly dispatch: readonly [number, number, number];
}

/** tfjs's WebGPU backend (`WebGPUBackend` of tfjs-backend-webgpu 4.22). */
export interface WebgpuBackend {
  readonly device: Device;
  readonly queue: { writeBuffer(buffer: Buffer, offset: number, values: ArrayBufferView): void };
  readonly tensorMap: DataStorage<StoredTensor>;
  readonly bufferManager: {
    /** Bytes held, in use or pooled. */
    readonly numBytesAllocated: number;
    acquireBuffer(size: number, usage: number): Buffer;
  };
  readonly pipelineCache: Record<string, Pipeline>;
  /** Buffers that may be used again once what has been recorded is submitted. */
  readonly uniformPendingDisposal: Buffer[];
  /** Tensors that commands use which have been recorded, but not submitted. */
  readonly commandQueueOwnedIds: WeakSet<DataId>;
  makeTensorInfo(shape: readonly number[], dtype: 'float32'): TensorInfo;
  uploadToGPU(dataId: DataId): void;
  makeUniforms(uniforms: readonly Uniform[]): UniformBinding;
  recordAndSubmit(
    program: CompiledProgram,
    output: TensorInfo,
    inputs: readonly TensorInfo[],
    uniforms: readonly Uniform[],
  ): void;
  convertAndCacheOnCPU(dataId: DataId, values: ArrayLike<number>): ArrayLike<number>;
  incRef(dataId: DataId): void;
  refCount(dataId: DataId): number;
  disposeData(dataId: DataId, force?: boolean): boolean;
}
