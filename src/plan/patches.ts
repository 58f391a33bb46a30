import type { NetworkPlan, PlannedLayer } from './types.js';

/** A grid of scores of a discriminator, one score for each patch of the input. */
export interface Patches {
  /** Side in pixels that a score sees of each layer's input, from the score itself back: 1, 4, 7, 16, 34, 70. */
  readonly chain: readonly number[];
  /** Rows and columns of scores. */
  readonly grid: readonly [number, number];
  /** As `grid`, if every convolution padded by `same`. */
  readonly same: readonly [number, number];
}

/** The grids of scores that a network ends in: chains of windows from the input to a map of one channel. */
export function patchesOf({ layers, output, outputs, inputs }: NetworkPlan): readonly Patches[] {
  const byId = new Map(layers.map((layer) => [layer.config.id, layer]));
  const ends = Array.isArray(outputs)
    ? (outputs as readonly string[])
    : outputs
      ? []
      : [layers.at(-1)!.config.id];
  const isScore = output.at(-1) === 1;
  return ends.flatMap((end) => {
    const { chain, input } = chainTo(byId.get(end)!, byId);
    const size = input === undefined ? undefined : inputs[input];
    // Where layers are added or stacked there are several ways back.
    if (!size) return [];
    // Behind the scores, a mean over them is no window.
    const last = chain.find((layer) => layer.window);
    if (!isScore || !last || last.output.length !== 3 || last.output[2] !== 1) return [];
    const windows = chain.flatMap(({ window }) => (window ? [window] : []));
    if (windows.some(({ scale = 1 }) => scale > 1)) return [];
    const sides = [1];
    for (const { kernel, stride, dilation = 1 } of windows) {
      const side = (sides.at(-1)! - 1) * stride + dilation * (kernel - 1) + 1;
      if (side !== sides.at(-1)) sides.push(side);
    }
    if (sides.at(-1) !== last.receptiveField)
      throw new Error(
        `${end} sees ${String(last.receptiveField)} pixels, and ${sides.at(-1)} counted back from it.`,
      );
    const [height = 1, width = 1] = size;
    const sameSide = (from: number): number =>
      windows.reduceRight((side, { stride }) => Math.ceil(side / stride), from);
    return [
      { chain: sides, grid: [last.output[0]!, last.output[1]!], same: [sameSide(height), sameSide(width)] },
    ];
  });
}

/** Layers from one back as far as each reads one other, and the input that the last of them reads. */
function chainTo(
  layer: PlannedLayer,
  byId: ReadonlyMap<string, PlannedLayer>,
): { readonly chain: readonly PlannedLayer[]; readonly input: string | undefined } {
  const chain = [layer];
  for (;;) {
    const [next = '', ...more] = chain.at(-1)!.from;
    const before = more.length === 0 ? byId.get(next) : undefined;
    if (!before) return { chain, input: more.length === 0 ? next : undefined };
    chain.push(before);
  }
}
