import type { TensorInfo } from '@tensorflow/tfjs';
import { sizeOf } from '../../core/shape.js';
import type { Uniform, WebgpuBackend } from './backend.js';

/** Invocations in a workgroup: what every WebGPU device allows. */
export const WORKGROUP = 256;

/** A program in WGSL: its tensors are arrays of float32 by the names given here. */
export interface Program<Tensors extends string, Numbers extends string> {
  readonly name: string;
  readonly tensors: Readonly<Record<Tensors, 'read' | 'read_write'>>;
  /** Members of `numbers`, with their types. */
  readonly numbers: Readonly<Record<Numbers, 'f32' | 'u32'>>;
  /**
   * Declarations and the entry point `main`. `numbers.<tensor>Size` is the length of a tensor. All tensors and
   * `numbers` must occur.
   */
  readonly code: string;
}

/** Records a program. Tensors are the backend's, those that are written too. */
export function runProgram<Tensors extends string, Numbers extends string>(
  backend: WebgpuBackend,
  program: Program<Tensors, Numbers>,
  tensors: Readonly<Record<NoInfer<Tensors>, TensorInfo>>,
  numbers: Readonly<Record<NoInfer<Numbers>, number>>,
  dispatch: readonly [number, number, number],
): void {
  const names = Object.keys(program.tensors) as Tensors[];
  const bound = names.map((name) => tensors[name]);
  for (const { dataId } of bound) backend.uploadToGPU(dataId);
  const uniforms = (Object.keys(program.numbers) as Numbers[]).map((name): Uniform => ({
    type: program.numbers[name] === 'f32' ? 'float32' : 'uint32',
    data: [numbers[name]],
  }));
  const pipeline = (backend.pipelineCache[program.name] ??= compile(backend, program));
  // As vectors: the backend puts every shape and its strides ahead of the numbers, here two integers each.
  const [first, ...rest] = bound.map((info) => ({
    ...info,
    shape: [sizeOf(info.shape)],
  }));
  backend.recordAndSubmit({ pipeline, dispatch }, first!, rest, uniforms);
}

function compile(
  { device }: WebgpuBackend,
  { name, tensors, numbers, code }: Program<string, string>,
): ReturnType<WebgpuBackend['device']['createComputePipeline']> {
  const names = Object.keys(tensors);
  // What recordAndSubmit writes: NaN, infinity, the shapes of all inputs, that of the output, our own.
  const sizes = [...names.slice(1), names[0]!].flatMap((each) => [`${each}Size: u32`, `${each}Strides: u32`]);
  const members = Object.entries(numbers).map(([each, type]) => `${each}: ${type}`);
  const module = device.createShaderModule({
    label: name,
    code: `
struct Numbers { nan: f32, infinity: f32, ${[...sizes, ...members].join(', ')} }
${names.map((each, i) => `@group(0) @binding(${i}) var<storage, ${tensors[each]!}> ${each}: array<f32>;`).join('\n')}
@group(0) @binding(${names.length}) var<uniform> numbers: Numbers;
${code}`,
  });
  return device.createComputePipeline({
    label: name,
    layout: 'auto',
    compute: { module, entryPoint: 'main' },
  });
}

/** A new tensor for a program to write. */
export function newTensor(backend: WebgpuBackend, shape: readonly number[]): TensorInfo {
  const info = backend.makeTensorInfo(shape, 'float32');
  backend.uploadToGPU(info.dataId);
  return info;
}

/** Workgroups for one invocation an element, in as many rows as it takes; see `perElement`. */
export function groupsFor({ device }: WebgpuBackend, count: number): readonly [number, number, number] {
  const groups = Math.ceil(count / WORKGROUP);
  const rows = Math.ceil(groups / device.limits.maxComputeWorkgroupsPerDimension);
  return [Math.ceil(groups / rows), rows, 1];
}

/** WGSL: an entry point whose invocations, dispatched by `groupsFor`, have an element `i` of a tensor each. */
export const perElement = (tensor: string, statements: string): string => `
@compute @workgroup_size(${WORKGROUP})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (group.y * groups.x + group.x) * ${WORKGROUP}u + lane;
  if (i >= numbers.${tensor}Size) { return; }
${statements}
}`;
