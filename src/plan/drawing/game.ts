import type { Plan } from '../types.js';
import { tint } from './colours.js';
import { type GameEdge, type GameGraph, gameGraph, type GameNode } from './game-graph.js';
import { arrange, type Arranged, type Box, type Line } from './layout.js';
import { arrowHead, drawText, element, FAINT, INK, linePath, type Outline } from './svg.js';

const TITLE_PX = 13;
const DETAIL_PX = 11;

/** A drawing and the room it takes. */
export interface Drawing {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

/** Where its boxes and lines come to stand. */
export const arrangeGame = ({ nodes, edges }: GameGraph, outline: Outline): Arranged =>
  arrange(
    nodes.map((node) => ({ id: node.id, last: node.kind === 'update', ...sizeOf(node, outline) })),
    edges.map(({ from, to, label }) => ({
      from,
      to,
      width: label === '' ? 0 : outline(label, DETAIL_PX).width + 10,
      height: DETAIL_PX,
    })),
  );

/** Who computes what from what, which losses judge it, and what these train. */
export function drawGame(plan: Plan, outline: Outline): Drawing {
  const graph = gameGraph(plan);
  const { nodes, edges } = graph;
  const { box, line, width, height } = arrangeGame(graph, outline);
  const lines = edges.map((edge) => drawLine(edge, line(edge.from, edge.to), outline));
  const boxes = nodes.map((node) => drawBox(node, box(node.id), outline));
  return { svg: [...lines, ...boxes].join('\n'), width, height };
}

function drawLine(
  { label, colour }: GameEdge,
  { stretches, label: { x, y } }: Line,
  outline: Outline,
): string {
  const stroked = tint(colour, 0.75);
  const stroke = element('path', {
    d: linePath(stretches),
    fill: 'none',
    stroke: stroked,
    'stroke-width': 1.4,
    'marker-end': arrowHead(stroked),
  });
  if (label === '') return stroke;
  const { width: labelWidth } = outline(label, DETAIL_PX);
  const width = labelWidth + 6;
  const paper = element('rect', { x: x - width / 2, y: y - 8, width, height: 15, rx: 3, fill: '#ffffff' });
  const options = { size: DETAIL_PX, fill: colour, anchor: 'middle' } as const;
  return stroke + paper + drawText(outline, label, { x, y: y + 3.5 }, options);
}

function sizeOf({ title, detail }: GameNode, outline: Outline): { width: number; height: number } {
  const width = Math.max(outline(title, TITLE_PX).width, outline(detail, DETAIL_PX).width);
  return { width: Math.ceil(width) + 26, height: detail === '' ? 32 : 44 };
}

/** Fields and tensors are pale, networks' calls tinted in their trainer's colour, losses edged in it, updates filled. */
function drawBox(
  { kind, title, detail, colour }: GameNode,
  { x, y, width, height }: Box,
  outline: Outline,
): string {
  const isUpdate = kind === 'update';
  const fills = {
    field: '#f1f4f7',
    tensor: '#f1f4f7',
    call: tint(colour, 0.16),
    loss: '#ffffff',
    update: colour,
  };
  const frame = element('rect', {
    x: x - width / 2,
    y: y - height / 2,
    width,
    height,
    rx: kind === 'loss' ? height / 2 : 7,
    fill: fills[kind],
    stroke: kind === 'field' || kind === 'tensor' ? '#c3ccd5' : colour,
    'stroke-width': 1.4,
  });
  const anchor = 'middle' as const;
  const name = drawText(
    outline,
    title,
    { x, y: detail === '' ? y + 4.5 : y - 3 },
    { size: TITLE_PX, fill: isUpdate ? '#ffffff' : INK, anchor },
  );
  if (detail === '') return frame + name;
  return (
    frame +
    name +
    drawText(
      outline,
      detail,
      { x, y: y + 13 },
      { size: DETAIL_PX, fill: isUpdate ? '#ffffff' : FAINT, anchor },
    )
  );
}
