import type { NetworkPlan, PlannedLayer } from '../types.js';

/** Layers of one block: `encoder/e1/conv` is of `encoder/e1`. */
interface Block {
  readonly name: string;
  readonly layers: readonly PlannedLayer[];
}

/** A block as it is drawn: one bar. */
export interface Column {
  readonly label: string;
  /** Of its last layer. */
  readonly output: readonly number[];
  /** Whether it reads the bar before it. */
  readonly chained: boolean;
}

/** Bars that belong together; where several groups in a row are alike, the first one stands for all. */
export interface Group {
  readonly name: string;
  /** The last of those that are alike, and how many they are. */
  readonly alike?: { readonly last: string; readonly count: number };
  /** Places of its first and its last bar. */
  readonly from: number;
  readonly to: number;
}

export interface Columns {
  readonly columns: readonly Column[];
  readonly groups: readonly Group[];
  /** Pairs of places of which the later reads the earlier, neighbours left out. */
  readonly skips: readonly (readonly [number, number])[];
}

/** From so many equal groups in a row on, they are drawn once. */
const MIN_REPEATS = 3;

/** A network's layers as bars: block by block, repetitions once. */
export function columnsOf(network: NetworkPlan): Columns {
  const blocks = blocksOf(network);
  const sections = sectionsOf(blocks);
  const shown: Block[] = [];
  const labels: string[] = [];
  const groups: Group[] = [];
  const place = new Map<string, number>();
  for (let i = 0; i < sections.length;) {
    const first = sections[i]!;
    let next = i + 1;
    while (next < sections.length && first.name !== '' && sections[next]!.form === first.form) next++;
    const count = next - i >= MIN_REPEATS ? next - i : 1;
    const from = shown.length;
    for (const { blocks: parts } of sections.slice(i, i + count))
      for (const [j, { layers }] of parts.entries())
        for (const layer of layers) place.set(layer.config.id, from + j);
    shown.push(...first.blocks);
    labels.push(...first.blocks.map((block) => labelOf(block, first.name)));
    const alike = count > 1 ? { alike: { last: sections[i + count - 1]!.name, count } } : {};
    groups.push({ name: first.name, from, to: shown.length - 1, ...alike });
    i += count;
  }
  const reads = new Set(
    blocks.flatMap(({ layers }) =>
      layers.flatMap((layer) => layer.from.map((id) => `${place.get(id)} ${place.get(layer.config.id)}`)),
    ),
  );
  const pairs = [...reads].map((pair) => pair.split(' ').map(Number) as [number, number]);
  return {
    columns: shown.map(({ layers }, i) => ({
      label: labels[i]!,
      output: layers.at(-1)!.output,
      chained: i > 0 && reads.has(`${i - 1} ${i}`),
    })),
    groups: groups.filter(({ name, alike, from, to }) => name !== '' && (alike !== undefined || to > from)),
    skips: pairs.filter(([from, to]) => to - from > 1),
  };
}

function blocksOf(network: NetworkPlan): readonly Block[] {
  const blocks: { name: string; layers: PlannedLayer[] }[] = [];
  for (const layer of network.layers) {
    const { id } = layer.config;
    const name = parentOf(id) || id;
    const last = blocks.at(-1);
    if (last?.name === name) last.layers.push(layer);
    else blocks.push({ name, layers: [layer] });
  }
  return blocks;
}

const parentOf = (name: string): string => name.split('/').slice(0, -1).join('/');

interface Section {
  readonly name: string;
  readonly blocks: readonly Block[];
  /** Equal where two sections look alike, whatever they read. */
  readonly form: string;
}

/** Blocks that follow each other and have one parent; one that is itself a parent (`block1/add`) is among its own. */
function sectionsOf(blocks: readonly Block[]): readonly Section[] {
  const parents = new Set(blocks.map(({ name }) => parentOf(name)));
  const sections: { name: string; blocks: Block[] }[] = [];
  for (const block of blocks) {
    const name = parents.has(block.name) ? block.name : parentOf(block.name);
    const last = sections.at(-1);
    if (last?.name === name) last.blocks.push(block);
    else sections.push({ name, blocks: [block] });
  }
  return sections.map((section) => ({ ...section, form: formOf(section) }));
}

function formOf({ name, blocks }: Omit<Section, 'form'>): string {
  const local = (id: string): string => (id.startsWith(`${name}/`) ? id.slice(name.length) : 'elsewhere');
  const layers = blocks.flatMap((block) => block.layers);
  return JSON.stringify(
    layers.map(({ config: { id, from: _, ...config }, from, output }) => [
      local(id),
      from.map(local),
      config,
      output,
    ]),
  );
}

/** The last step of its name; of a group's own layers that of the first: `add`. */
function labelOf({ name, layers }: Block, group: string): string {
  return (name === group ? layers[0]!.config.id : name).split('/').at(-1)!;
}
