import type { DataId, KernelConfig, TensorInfo } from '@tensorflow/tfjs';
import type { AdamStep } from '../../../core/ops.js';
import { APPLY_ADAM } from '../../ops.js';
import { type Binding, floats, type OutputMetadata, type TensorflowBackend } from '../backend.js';

/**
 * ResourceApplyAdam: one pass over weights, moments and gradient, writing where they stand.
 *
 * TensorFlow updates resources, tfjs holds values. So each of the three gets a resource that shares the value's memory,
 * which lives as long as tfjs's data does. Where nobody else holds the value, it is let go before the update, so that
 * TensorFlow sees itself as the only owner and writes in place; a value that a tape still holds is left as it is, and
 * TensorFlow copies before it writes. It takes 1 - beta2 in float32, for 0.999 by 5e-5 too much.
 */
export function adamKernel(backendName: string, backend: TensorflowBackend): KernelConfig {
  const { binding } = backend;
  const resources = new Map<DataId, Resource>();
  const scalars = new Map<number, number>();

  const disposeData = backend.disposeData.bind(backend);
  backend.disposeData = (dataId, force) => {
    const gone = disposeData(dataId, force);
    if (gone) {
      resources.get(dataId)?.dispose();
      resources.delete(dataId);
    }
    return gone;
  };

  /** Betas: a handful of values in all of a run. */
  const scalar = (value: number): number => {
    let id = scalars.get(value);
    if (id === undefined) {
      id = binding.createTensor([], binding.TF_FLOAT, Float32Array.of(value));
      scalars.set(value, id);
    }
    return id;
  };

  /** The resource that holds the tensor's value, taken out of the map: two variables may share one value. */
  const take = (tensor: TensorInfo): Resource => {
    const [id] = backend.getInputTensorIds([tensor]);
    const resource = resources.get(tensor.dataId) ?? new Resource(binding, tensor.shape, id!);
    resources.delete(tensor.dataId);
    // One reference is the variable's own.
    if (backend.refCount(tensor.dataId) === 1) {
      const stored = backend.tensorMap.get(tensor.dataId);
      binding.deleteTensor(stored.id);
      stored.id = -1;
    }
    return resource;
  };

  /** The new value, in the place of the old one where that was let go. */
  const putBack = (tensor: TensorInfo, resource: Resource): TensorInfo => {
    const output = resource.read();
    const stored = backend.tensorMap.get(tensor.dataId);
    let result = tensor;
    if (stored.id === -1) {
      stored.id = output.id;
      backend.incRef(tensor.dataId);
    } else {
      result = backend.createOutputTensor(output);
    }
    resources.set(result.dataId, resource);
    return result === tensor ? { dataId: tensor.dataId, shape: tensor.shape, dtype: tensor.dtype } : result;
  };

  return {
    kernelName: APPLY_ADAM,
    backendName,
    kernelFunc({ inputs, attrs }) {
      const { w, m, v, g, stepSize, epsilon } = inputs as Record<
        'w' | 'm' | 'v' | 'g' | 'stepSize' | 'epsilon',
        TensorInfo
      >;
      const { beta1, beta2 } = attrs as unknown as Pick<AdamStep, 'beta1' | 'beta2'>;
      const [gradient, rate, small] = backend.getInputTensorIds([g, stepSize, epsilon]);
      const state = [w, m, v].map((tensor) => ({ tensor, resource: take(tensor) }));
      // The bias correction is in stepSize and epsilon already: powers of the betas of 0 leave them as they are.
      const numbers = [scalar(0), scalar(0), rate!, scalar(beta1), scalar(beta2), small!, gradient!];
      binding.executeOp(
        'ResourceApplyAdam',
        [floats(binding, 'T')],
        [...state.map(({ resource }) => resource.handle), ...numbers],
        0,
      );
      return state.map(({ tensor, resource }) => putBack(tensor, resource));
    },
  };
}

/** A variable of TensorFlow's. */
class Resource {
  private static count = 0;
  readonly handle: number;

  constructor(
    private readonly binding: Binding,
    shape: readonly number[],
    value: number,
  ) {
    const [handle] = binding.executeOp(
      'VarHandleOp',
      [
        { name: 'container', type: binding.TF_ATTR_STRING, value: '' },
        { name: 'shared_name', type: binding.TF_ATTR_STRING, value: `gan-${++Resource.count}` },
        floats(binding, 'dtype'),
        { name: 'shape', type: binding.TF_ATTR_SHAPE, value: shape },
      ],
      [],
      1,
    );
    this.handle = handle!.id;
    binding.executeOp('AssignVariableOp', [floats(this.binding, 'dtype')], [this.handle, value], 0);
  }

  /** Its value, in the same memory. */
  read(): OutputMetadata {
    return this.binding.executeOp('ReadVariableOp', [floats(this.binding, 'dtype')], [this.handle], 1)[0]!;
  }

  dispose(): void {
    this.binding.executeOp('DestroyResourceOp', [], [this.handle], 0);
    this.binding.deleteTensor(this.handle);
  }
}
