import { UserError } from '../../core/errors.js';
import type { NamedArray } from '../../core/state.js';

/** A module of a PyTorch network that has weights. */
export interface TorchModule {
  /** As in its state_dict: `model.model.1.model.3`. */
  readonly name: string;
  readonly kind: 'conv' | 'norm';
  /** By the last part of their names: weight, bias, running_mean, running_var. */
  readonly arrays: ReadonlyMap<string, NamedArray>;
}

/** What a norm counts, as an integer; nothing here needs it. */
export const isCounter = (name: string): boolean => name.endsWith('num_batches_tracked');

/** In front of all names where the network was wrapped: for several GPUs, or by torch.compile. */
const WRAPPER = /^(module\.|_orig_mod\.)+/;

/**
 * The modules of a state_dict in the order in which they are computed. In the networks of the pix2pix and CycleGAN
 * reference (junyanz) that is the order of the numbers in their names: a block of its U-Net has its way down, the blocks
 * inside it, and its way up as members of one sequence.
 */
export function modulesOf(arrays: readonly NamedArray[], file: string): TorchModule[] {
  const byModule = new Map<string, Map<string, NamedArray>>();
  for (const array of arrays) {
    const name = array.name.replace(WRAPPER, '');
    const [, module, part] = /^(.*)\.([^.]+)$/.exec(name) ?? [];
    if (module === undefined || part === undefined || isCounter(name)) continue;
    const ofModule = byModule.get(module) ?? new Map<string, NamedArray>();
    byModule.set(module, ofModule.set(part, array));
  }
  const modules = [...byModule].map(([name, ofModule]): TorchModule => {
    const axes = (ofModule.get('weight') ?? ofModule.get('running_mean'))?.shape.length;
    if (axes === 4) return { name, kind: 'conv', arrays: ofModule };
    if (axes === 1) return { name, kind: 'norm', arrays: ofModule };
    throw new UserError(`${file}: ${name} is neither a convolution nor a norm.`, {
      exitCode: 2,
      remedy: `It has ${[...ofModule].map(([part, { shape }]) => `${part} ${shape.join('x')}`).join(', ')}. Networks of convolutions and norms can be imported.`,
    });
  });
  return modules.sort((a, b) => compareNames(a.name, b.name));
}

/** Part by part, numbers as numbers. */
function compareNames(a: string, b: string): number {
  const [one, other] = [a.split('.'), b.split('.')];
  for (let i = 0; i < Math.max(one.length, other.length); i++) {
    const [x = '', y = ''] = [one[i], other[i]];
    if (x === y) continue;
    const difference = Number(x) - Number(y);
    return Number.isNaN(difference) ? (x < y ? -1 : 1) : difference;
  }
  return 0;
}
