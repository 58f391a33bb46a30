import type { NetworkPlan, PlannedLayer, Plan } from '../plan/types.js';
import { networkColour, tint } from './colours.js';
import type { Drawing } from './game.js';
import { element, FAINT, INK, type Point, text, textWidth } from './svg.js';

const STEP = 62;
const BAR = 34;
/** Pixels of height for a doubling of the resolution. */
const DOUBLING = 15;
const LABEL = 10.5;

interface Block {
  readonly name: string;
  readonly layers: readonly PlannedLayer[];
}

/**
 * Networks that look the same, each with weights of its own, in one drawing: those of one architecture that one update
 * trains. @returns groups in the order of their first ones.
 */
export function twins(plan: Plan, networks: readonly NetworkPlan[]): readonly (readonly NetworkPlan[])[] {
  const groups = new Map<string, NetworkPlan[]>();
  for (const network of networks) {
    const layers = network.layers.map(({ config, output }) => [config, output]);
    const key = JSON.stringify([network.type, networkColour(plan, network.name), network.inputs, layers]);
    groups.set(key, [...(groups.get(key) ?? []), network]);
  }
  return [...groups.values()];
}

/** A network, or several that look the same, block by block: a bar's height is its resolution, arcs are skips. */
export function drawNetwork(plan: Plan, alike: readonly NetworkPlan[]): Drawing {
  const network = alike[0]!;
  const colour = networkColour(plan, network.name);
  const blocks = blocksOf(network);
  const tallest = Math.max(...blocks.map(barHeight));
  const skips = skipsOf(blocks);
  const arcs = Math.max(0, ...skips.map(([from, to]) => to - from));
  const top = 34 + (skips.length > 0 ? 18 + 7 * Math.min(arcs, 16) : 0);
  const middle = top + tallest / 2;
  const bars = blocks.map((block, i) =>
    drawBar(block, { x: i * STEP + STEP / 2, y: middle }, colour, top + tallest + 15),
  );
  const lines = skips.map(([from, to]) => {
    const [a, b] = [from, to].map((i) => ({
      x: i * STEP + STEP / 2,
      y: middle - barHeight(blocks[i]!) / 2 - 3,
    }));
    const peak = Math.min(a!.y, b!.y) - 12 - 7 * Math.min(to - from, 16);
    return element('path', {
      d: `M${a!.x} ${a!.y}C${a!.x} ${peak} ${b!.x} ${peak} ${b!.x} ${b!.y}`,
      fill: 'none',
      stroke: tint(colour, 0.6),
      'stroke-width': 1.3,
      'marker-end': 'url(#arrow)',
    });
  });
  const field = network.receptiveField === undefined ? '' : `, receptive field ${network.receptiveField}`;
  const each = alike.length > 1 ? ' each' : '';
  const head = `${network.type}, ${network.parameters.toLocaleString('en')} parameters${each}${field}`;
  let x = 0;
  const titles = alike.map(({ name }) => {
    const title = text(name, { x, y: 16 }, { size: 15, fill: colour });
    x += textWidth(name, 15) + 12;
    return title;
  });
  const detail = text(head, { x, y: 16 }, { size: 11, fill: FAINT });
  const width = Math.max(blocks.length * STEP, x + textWidth(head, 11));
  return { svg: [...titles, detail, ...lines, ...bars].join('\n'), width, height: top + tallest + 46 };
}

/** Layers of one block stand together: `encoder/e1/conv` is of `encoder/e1`. */
function blocksOf(network: NetworkPlan): readonly Block[] {
  const blocks: { name: string; layers: PlannedLayer[] }[] = [];
  for (const layer of network.layers) {
    const steps = layer.config.id.split('/');
    const name = steps.length === 1 ? layer.config.id : steps.slice(0, -1).join('/');
    const last = blocks.at(-1);
    if (last?.name === name) last.layers.push(layer);
    else blocks.push({ name, layers: [layer] });
  }
  return blocks;
}

/** Pairs of blocks of which the later reads the earlier, neighbours left out. */
function skipsOf(blocks: readonly Block[]): readonly (readonly [number, number])[] {
  const place = new Map(
    blocks.flatMap(({ layers }, i) => layers.map((layer) => [layer.config.id, i] as const)),
  );
  const pairs = blocks.flatMap(({ layers }, to) =>
    layers.flatMap((layer) => layer.from.map((id) => [place.get(id) ?? to, to] as const)),
  );
  const distinct = new Map(pairs.filter(([from, to]) => to - from > 1).map((pair) => [pair.join(), pair]));
  return [...distinct.values()];
}

const outputOf = (block: Block): readonly number[] => block.layers.at(-1)!.output;

function barHeight(block: Block): number {
  const output = outputOf(block);
  const side = output.length === 3 ? Math.max(output[0]!, output[1]!) : 1;
  return 14 + DOUBLING * Math.log2(Math.max(1, side));
}

function drawBar(block: Block, { x, y }: Point, colour: string, below: number): string {
  const output = outputOf(block);
  const height = barHeight(block);
  const bar = element('rect', {
    x: x - BAR / 2,
    y: y - height / 2,
    width: BAR,
    height,
    rx: 4,
    fill: tint(colour, 0.16),
    stroke: colour,
    'stroke-width': 1.3,
  });
  const name = block.name.split('/').at(-1)!;
  const space =
    output.length === 3 ? (output[0] === output[1] ? `${output[0]!}²` : `${output[0]!}×${output[1]!}`) : '';
  const options = { size: LABEL, anchor: 'middle' as const };
  return [
    bar,
    text(String(output.at(-1)), { x, y: y + 4 }, { ...options, fill: INK }),
    text(space, { x, y: below }, { ...options, fill: FAINT }),
    text(name, { x, y: below + 15 }, { ...options, fill: INK }),
  ].join('');
}
