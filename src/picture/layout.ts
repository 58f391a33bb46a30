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

/** As much of the library as is used here; its own types name packages that are not there. */
interface Layered {
  setGraph(options: object): void;
  graph(): Size;
  setNode(id: string, size: Size): void;
  node(id: string): Box;
  setEdge(from: string, to: string, label: Size & { readonly labelpos: 'c' }): void;
  edge(from: string, to: string): Point & { readonly points: readonly Point[] };
}
const { Graph, layout } = dagre as unknown as {
  readonly Graph: new () => Layered;
  readonly layout: (graph: Layered) => void;
};

export interface Arranged extends Size {
  readonly box: (id: string) => Box;
  /** The line's points, and where the middle of its label is. */
  readonly line: (from: string, to: string) => Point & { readonly points: readonly Point[] };
}

/** Places boxes in layers from left to right, with few crossings, and lines between them with room for labels. */
export function arrange(
  nodes: readonly ({ readonly id: string } & Size)[],
  edges: readonly ({ readonly from: string; readonly to: string } & Size)[],
): Arranged {
  const graph = new Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 22, edgesep: 14, ranksep: 64, marginx: 4, marginy: 4 });
  for (const { id, width, height } of nodes) graph.setNode(id, { width, height });
  for (const { from, to, width, height } of edges) graph.setEdge(from, to, { width, height, labelpos: 'c' });
  layout(graph);
  const { width, height } = graph.graph();
  return { width, height, box: (id) => graph.node(id), line: (from, to) => graph.edge(from, to) };
}
