import type { NetworkPlan, Plan } from '../types.js';
import { type Column, columnsOf, type Group } from './blocks.js';
import { networkColour, tint } from './colours.js';
import type { Drawing } from './game.js';
import { arrowHead, drawText, element, FAINT, INK, type Outline, type Point } from './svg.js';

/** Between two bars that read each other. */
const COLUMN_PX = 58;
/** More room where a bar does not read the one before it. */
const PAUSE_PX = 22;
const BAR_PX = 34;
/** Pixels of height for a doubling of the resolution. */
const DOUBLING_PX = 15;
const LABEL_PX = 11;
/** Height of the name and type above a network. */
const TITLE_PX = 34;

/**
 * Networks that look the same, each with weights of its own, in one drawing: those of one architecture that one update
 * trains. @returns groups in the order of their first ones.
 */
export function groupEqualNetworks(
  plan: Plan,
  networks: readonly NetworkPlan[],
): readonly (readonly NetworkPlan[])[] {
  const groups = new Map<string, NetworkPlan[]>();
  for (const network of networks) {
    const layers = network.layers.map(({ config, output }) => [config, output]);
    const key = JSON.stringify([network.type, networkColour(plan, network.name), network.inputs, layers]);
    groups.set(key, [...(groups.get(key) ?? []), network]);
  }
  return [...groups.values()];
}

/** A network, or several that look the same, block by block: a bar's height is its resolution, arcs are skips. */
export function drawNetwork(plan: Plan, alike: readonly NetworkPlan[], outline: Outline): Drawing {
  const network = alike[0]!;
  const colour = networkColour(plan, network.name);
  const { columns, groups, skips } = columnsOf(network);
  let right = -COLUMN_PX / 2;
  const xs = columns.map(({ chained }, i) => (right += COLUMN_PX + (i > 0 && !chained ? PAUSE_PX : 0)));
  const tallest = Math.max(...columns.map(barHeight));
  const arcs = skips.map((skip) => arcOf(skip, columns, xs));
  const above = Math.max(0, ...arcs.map(({ rise }) => rise - tallest / 2));
  const middle = TITLE_PX + above + tallest / 2;
  const below = middle + tallest / 2 + 16;
  const lines = arcs.map(({ path }) =>
    element('path', {
      d: path(middle),
      fill: 'none',
      stroke: tint(colour, 0.75),
      'stroke-width': 1.3,
      'marker-end': arrowHead(tint(colour, 0.75)),
    }),
  );
  const bars = columns.map((column, i) => drawBar(column, { x: xs[i]!, y: middle }, colour, below, outline));
  const brackets = groups.map((group) => drawBracket(group, xs, below + 26, outline));
  const title = drawTitle(alike, colour, outline);
  return {
    svg: [title.svg, ...lines, ...bars, ...brackets].join('\n'),
    width: Math.max(right + COLUMN_PX / 2, title.width),
    height: below + (groups.length > 0 ? 50 : 22),
  };
}

function drawTitle(
  alike: readonly NetworkPlan[],
  colour: string,
  outline: Outline,
): { svg: string; width: number } {
  const { type, parameters, receptiveField, input } = alike[0]!;
  // What reads vectors sees all of them.
  const field = receptiveField === undefined || input.length < 3 ? '' : `, receptive field ${receptiveField}`;
  const each = alike.length > 1 ? ' each' : '';
  const head = `${type}, ${parameters.toLocaleString('en')} parameters${each}${field}`;
  let x = 0;
  const titles = alike.map(({ name }) => {
    const title = drawText(outline, name, { x, y: 16 }, { size: 15, fill: colour });
    x += outline(name, 15).width + 12;
    return title;
  });
  const detail = drawText(outline, head, { x, y: 16 }, { size: 11.5, fill: FAINT });
  return { svg: [...titles, detail].join(''), width: x + outline(head, 11.5).width };
}

/** An arc from bar to bar. @returns how far it rises above the middle of the bars, and its path by where that is. */
function arcOf([from, to]: readonly [number, number], columns: readonly Column[], xs: readonly number[]) {
  const [a, b] = [from, to].map((i) => barHeight(columns[i]!) / 2 + 3) as [number, number];
  const control = Math.max(a, b) + 12 + 7 * Math.min(to - from, 16);
  return {
    // A cubic curve's middle lies three quarters of the way to its control points.
    rise: 0.75 * control + 0.125 * (a + b),
    path: (middle: number): string => {
      const peak = middle - control;
      return `M${xs[from]!} ${middle - a}C${xs[from]!} ${peak} ${xs[to]!} ${peak} ${xs[to]!} ${middle - b}`;
    },
  };
}

function barHeight({ output }: Column): number {
  const side = output.length === 3 ? Math.max(output[0]!, output[1]!) : 1;
  return 14 + DOUBLING_PX * Math.log2(Math.max(1, side));
}

function drawBar(column: Column, { x, y }: Point, colour: string, below: number, outline: Outline): string {
  const { output, label } = column;
  const height = barHeight(column);
  const bar = element('rect', {
    x: x - BAR_PX / 2,
    y: y - height / 2,
    width: BAR_PX,
    height,
    rx: 4,
    fill: tint(colour, 0.16),
    stroke: colour,
    'stroke-width': 1.3,
  });
  const space =
    output.length === 3 ? (output[0] === output[1] ? `${output[0]!}²` : `${output[0]!}×${output[1]!}`) : '';
  const options = { size: LABEL_PX, anchor: 'middle' as const };
  return [
    bar,
    drawText(outline, String(output.at(-1)), { x, y: y + 4 }, { ...options, fill: INK }),
    drawText(outline, space, { x, y: below }, { ...options, fill: FAINT }),
    drawText(outline, label, { x, y: below + 15 }, { ...options, fill: INK }),
  ].join('');
}

/** Under the bars of a group, with its name; and how often it comes, where it stands for several. */
function drawBracket(
  { name, alike, from, to }: Group,
  xs: readonly number[],
  y: number,
  outline: Outline,
): string {
  const [left, right] = [xs[from]! - BAR_PX / 2, xs[to]! + BAR_PX / 2];
  const line = element('path', {
    d: `M${left} ${y - 4}V${y}H${right}V${y - 4}`,
    fill: 'none',
    stroke: FAINT,
    'stroke-width': 1,
  });
  const [first, last] = [name, alike?.last ?? ''].map((each) => each.split('/').at(-1)!);
  const title = alike ? `${first!} to ${last!}, ${alike.count} alike` : first!;
  const at = { x: (left + right) / 2, y: y + 14 };
  return line + drawText(outline, title, at, { size: LABEL_PX, fill: FAINT, anchor: 'middle' });
}
