import type { Plan } from '../types.js';
import { drawGame, type Drawing } from './game.js';
import { groupEqualNetworks, drawNetwork } from './network.js';
import { arrowHeads, drawText, element, escapeXml, FAINT, type Outline } from './svg.js';

const MARGIN_PX = 28;
const GAP_PX = 26;

/** The networks and the game of a plan as one SVG, for a paper's appendix: all lettering is outlines. */
export function drawPlan(plan: Plan, outline: Outline): string {
  const { name, summary = '' } = plan.recipe;
  const parts: readonly Drawing[] = [
    ...groupEqualNetworks(
      plan,
      Object.values(plan.networks).sort((a, b) => b.layers.length - a.layers.length),
    ).map((alike) => drawNetwork(plan, alike, outline)),
    drawGame(plan, outline),
  ];
  const width = Math.max(...parts.map((part) => part.width), 420) + 2 * MARGIN_PX;
  let y = MARGIN_PX + 52;
  const placed = parts.map((part) => {
    const group = element('g', { transform: `translate(${MARGIN_PX} ${Math.round(y)})` }, part.svg);
    y += part.height + GAP_PX;
    return group;
  });
  const legend =
    'Bars: resolution, with the channels inside. Arcs: skips. Filled boxes: calls, in the colour of what trains the network.';
  const height = Math.ceil(y + 10);
  const body = [
    `<title>${escapeXml(name)}</title>`,
    element('defs', {}, arrowHeads(placed.join(''))),
    element('rect', { width, height, fill: '#ffffff' }),
    drawText(outline, name, { x: MARGIN_PX, y: MARGIN_PX + 12 }, { size: 20 }),
    drawText(outline, summary, { x: MARGIN_PX, y: MARGIN_PX + 32 }, { size: 12, fill: FAINT }),
    ...placed,
    drawText(outline, legend, { x: MARGIN_PX, y: height - 12 }, { size: 10, fill: FAINT }),
  ];
  const size = { width, height, viewBox: `0 0 ${Math.ceil(width)} ${height}` };
  return `${element('svg', { xmlns: 'http://www.w3.org/2000/svg', ...size }, `\n${body.join('\n')}\n`)}\n`;
}
