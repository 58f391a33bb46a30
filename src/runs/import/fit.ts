import { UserError } from '../../core/errors.js';
import { formatShape, sameShape, type Shape } from '../../core/shape.js';
import type { NamedArray } from '../../core/state.js';
import type { NetworkPlan, PlannedLayer } from '../../plan/index.js';
import { permute, rotate } from './kernels.js';
import type { TorchModule } from './torch-modules.js';

/** Axes of a PyTorch kernel in our order: [out, in, h, w] is HWIO here, [in, out, h, w] of a transposed one HWOI. */
const TO_HWXX = [2, 3, 1, 0];
/** Parts by the names of our variables, and what stands for one that the other side does without. */
const PARTS: Readonly<Record<string, { readonly part: string; readonly neutral: number }>> = {
  kernel: { part: 'weight', neutral: NaN },
  bias: { part: 'bias', neutral: 0 },
  gamma: { part: 'weight', neutral: 1 },
  beta: { part: 'bias', neutral: 0 },
  running_mean: { part: 'running_mean', neutral: NaN },
  running_variance: { part: 'running_var', neutral: NaN },
};
/** Lines of an explanation. */
const SHOWN = 12;

/**
 * The weights of a PyTorch network as those of a planned one: convolution by convolution and norm by norm, in the order
 * in which they are computed.
 * @throws UserError saying what is missing, unexpected or of another shape.
 */
export function fitModules(
  modules: readonly TorchModule[],
  network: NetworkPlan,
  file: string,
): NamedArray[] {
  const layers = network.layers.filter((layer) => kindOf(layer) !== undefined);
  const rest = [...modules];
  const problems: string[] = [];
  const arrays = layers.flatMap((layer): NamedArray[] => {
    const kind = kindOf(layer)!;
    const next = rest[0];
    if (next?.kind === kind) {
      rest.shift();
      return takeModule(next, layer, network, problems);
    }
    // A norm that learns nothing has no weights there.
    if (kind === 'norm' && trainable(layer).length === layer.variables.length)
      return takeModule({ name: '', kind, arrays: new Map() }, layer, network, problems);
    problems.push(
      `missing: ${layer.config.id}, a ${layer.config.type} of ${formatShape(layer.variables[0]!.shape)}`,
    );
    return [];
  });
  for (const { name, arrays: extra } of rest)
    problems.push(
      `unexpected: ${name} (${[...extra].map(([part, { shape }]) => `${part} ${formatShape(shape)}`).join(', ')})`,
    );
  if (problems.length === 0) return arrays;
  const shown = problems.slice(0, SHOWN).map((text) => `\n  ${text}`);
  const more = problems.length > SHOWN ? `\n  and ${problems.length - SHOWN} more` : '';
  throw new UserError(`${file} does not fit the network ${network.name}:${shown.join('')}${more}`, {
    exitCode: 2,
    remedy: `Say in the recipe what was trained there: depth, filters, norm, size; \`gan plan\` shows what ${network.name} is made of.`,
  });
}

function kindOf({ config, variables }: PlannedLayer): 'conv' | 'norm' | undefined {
  if (variables.length === 0) return undefined;
  return config.type === 'conv' || config.type === 'transposed-conv' ? 'conv' : 'norm';
}

const trainable = ({ variables }: PlannedLayer) => variables.filter((variable) => variable.trainable);

/** One layer's variables. @param problems takes what does not fit. */
function takeModule(
  module: TorchModule,
  layer: PlannedLayer,
  network: NetworkPlan,
  problems: string[],
): NamedArray[] {
  const used = new Set<string>();
  const arrays = layer.variables.flatMap(({ name, shape, trainable: learns }): NamedArray[] => {
    if (!learns && !network.runningStatistics) return [];
    const variable = `${layer.config.id}/${name}`;
    const { part, neutral } = PARTS[name] ?? { part: name, neutral: NaN };
    used.add(part);
    const array = module.arrays.get(part);
    if (!array && !Number.isNaN(neutral))
      return [{ name: variable, shape, data: new Float32Array(shape[0]!).fill(neutral) }];
    if (!array) {
      problems.push(`missing: ${module.name}.${part}, for ${variable} of ${formatShape(shape)}`);
      return [];
    }
    if (
      name === 'kernel' &&
      layer.params['padding'] === 'same' &&
      shape[0]! % 2 === 1 &&
      layer.config.type === 'transposed-conv'
    ) {
      problems.push(
        `unlike: ${array.name} enlarges with a kernel of odd side, which is placed one pixel further than that of ${variable}`,
      );
      return [];
    }
    const made = name === 'kernel' ? kernelOf(array, layer, network, shape) : array;
    if (sameShape(made.shape, shape)) return [{ name: variable, shape, data: made.data }];
    problems.push(
      `shape: ${array.name} is ${formatShape(array.shape)}${name === 'kernel' ? `, here ${formatShape(made.shape)}` : ''}, and ${variable} is ${formatShape(shape)}`,
    );
    return [];
  });
  for (const [part, { shape }] of module.arrays)
    if (!used.has(part) && !part.startsWith('running_'))
      problems.push(
        `unexpected: ${module.name}.${part} (${formatShape(shape)}), ${layer.config.id} has none`,
      );
  return arrays;
}

/** A kernel in our layout. Where a skip link joins, PyTorch's has the link's channels first, and ours last. */
function kernelOf(
  array: NamedArray,
  layer: PlannedLayer,
  network: NetworkPlan,
  wanted: Shape,
): { shape: Shape; data: Float32Array } {
  const transposed = layer.config.type === 'transposed-conv';
  const kernel = permute(array, TO_HWXX);
  const joined = joinBefore(layer, network);
  if (!joined || !sameShape(kernel.shape, wanted)) return kernel;
  const [, link] = joined.from.map((id) => channelsOf(id, network));
  return rotate(kernel, transposed ? 3 : 2, link!);
}

/** The skip link that a layer reads, through what has no weights. */
function joinBefore({ from }: PlannedLayer, network: NetworkPlan): PlannedLayer | undefined {
  const before = network.layers.find(({ config }) => config.id === from[0]);
  if (!before || before.variables.length > 0) return undefined;
  return before.config.type === 'concat' ? before : joinBefore(before, network);
}

const channelsOf = (id: string, { layers, inputs }: NetworkPlan): number =>
  (layers.find(({ config }) => config.id === id)?.output ?? inputs[id])!.at(-1)!;
