import * as dagre from '@dagrejs/dagre';
import type { Point } from './svg.js';

/** A rectangle by its middle. */
export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The part of the library that is used: its typings name packages that are not installed. */
interface Layered {
  setGraph(options: object): void;
  setNode(id: string, size: Size): void;
  node(id: string): Box;
  setEdge(from: string, to: string, label: object): void;
  edge(from: string, to: string): Point & { readonly points: readonly Point[] };
}
const { Graph, layout } = dagre as unknown as {
  readonly Graph: new () => Layered;
  readonly layout: (graph: Layered) => void;
};

export interface ArrangedNode extends Size {
  readonly id: string;
  /** Stands in the last layer. */
  readonly last?: boolean;
}

export interface ArrangedEdge extends Size {
  readonly from: string;
  readonly to: string;
}

/** A line from box to box: level stretches, and between them curves that begin and end level. */
export interface Line {
  readonly stretches: readonly (readonly [Point, Point])[];
  /** Middle of its label; it lies on a level stretch. */
  readonly label: Point;
}

export interface Arranged extends Size {
  readonly box: (id: string) => Box;
  readonly line: (from: string, to: string) => Line;
}

/** An invisible node behind all nodes that are `last`: it puts them into one layer. */
const END_NODE = '\0end';
/** Weight of edges to nodes that are `last`: heavy edges are short. */
const LAST_EDGE_WEIGHT = 4;
/** Between lines that meet a box at one side. */
const PORT_GAP_PX = 9;

/** Places boxes in layers from left to right, with few crossings, and lines between them that cross no box. */
export function arrange(nodes: readonly ArrangedNode[], edges: readonly ArrangedEdge[]): Arranged {
  const graph = new Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 22, edgesep: 16, ranksep: 84, marginx: 4, marginy: 4 });
  for (const { id, width, height } of nodes) graph.setNode(id, { width, height });
  const last = nodes.filter((node) => node.last);
  const isLast = new Set(last.map(({ id }) => id));
  for (const { from, to, width, height } of edges)
    graph.setEdge(from, to, { width, height, labelpos: 'c', weight: isLast.has(to) ? LAST_EDGE_WEIGHT : 1 });
  if (last.length > 0) graph.setNode(END_NODE, { width: 0, height: 0 });
  for (const { id } of last)
    graph.setEdge(id, END_NODE, { width: 0, height: 0, weight: LAST_EDGE_WEIGHT ** 2 });
  layout(graph);
  const boxes = nodes.map(({ id }) => graph.node(id));
  const lines = routes(graph, nodes, edges);
  const corners = [...lines.values()].flatMap(({ stretches }) => stretches.flat());
  return {
    width: Math.max(...boxes.map(({ x, width }) => x + width / 2)) + 4,
    height: Math.max(
      ...boxes.map(({ y, height }) => y + height / 2),
      ...corners.map(({ y }) => y + PORT_GAP_PX),
    ),
    box: (id) => graph.node(id),
    line: (from, to) => lines.get(`${from} ${to}`)!,
  };
}

/** Within a layer lines are level and pass its boxes; they change their height between layers, where there are no boxes. */
function routes(
  graph: Layered,
  nodes: readonly ArrangedNode[],
  edges: readonly ArrangedEdge[],
): ReadonlyMap<string, Line> {
  const halves = new Map<number, number>();
  const widen = (x: number, width: number): unknown =>
    halves.set(Math.round(x), Math.max(width / 2, halves.get(Math.round(x)) ?? 0));
  for (const { id } of nodes) widen(graph.node(id).x, graph.node(id).width);
  for (const { from, to, width } of edges) widen(graph.edge(from, to).x, width);
  const half = (x: number): number => halves.get(Math.round(x)) ?? 0;

  const drawn = edges.map(({ from, to }) => {
    const { points, x, y } = graph.edge(from, to);
    // The library's first and last points are on the boxes' borders.
    return { from, to, between: points.slice(1, -1), label: { x, y } };
  });
  const start = ports(
    graph,
    drawn,
    ({ from }) => from,
    ({ between }) => between[0]!.y,
  );
  const end = ports(
    graph,
    drawn,
    ({ to }) => to,
    ({ between }) => between.at(-1)!.y,
  );
  return new Map(
    drawn.map((edge) => {
      const [a, b] = [graph.node(edge.from), graph.node(edge.to)];
      const [startY, endY] = [start.get(edge)!, end.get(edge)!];
      const stretches: (readonly [Point, Point])[] = [
        [
          { x: a.x + a.width / 2, y: startY },
          { x: a.x + half(a.x), y: startY },
        ],
        ...edge.between.map(({ x, y }): readonly [Point, Point] => [
          { x: x - half(x), y },
          { x: x + half(x), y },
        ]),
        [
          { x: b.x - half(b.x), y: endY },
          { x: b.x - b.width / 2, y: endY },
        ],
      ];
      return [`${edge.from} ${edge.to}`, { stretches, label: edge.label }];
    }),
  );
}

/** Heights at which lines meet their box, ordered by the heights of their other ends. */
function ports<E>(
  graph: Layered,
  edges: readonly E[],
  boxOf: (edge: E) => string,
  heading: (edge: E) => number,
): ReadonlyMap<E, number> {
  const byBox = new Map<string, E[]>();
  for (const edge of edges) byBox.set(boxOf(edge), [...(byBox.get(boxOf(edge)) ?? []), edge]);
  return new Map(
    [...byBox].flatMap(([id, meeting]) => {
      const { y, height } = graph.node(id);
      const step = Math.min(PORT_GAP_PX, (height - 12) / meeting.length);
      return [...meeting]
        .sort((a, b) => heading(a) - heading(b))
        .map((edge, i) => [edge, y + (i - (meeting.length - 1) / 2) * step] as const);
    }),
  );
}
