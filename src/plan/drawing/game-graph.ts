import { type Call, formatCall } from '../../core/call.js';
import { formatShape } from '../../core/shape.js';
import type { LossPlan, Plan, UpdatePlan } from '../types.js';
import { networkColour, NEUTRAL, updateColours } from './colours.js';

export interface GameNode {
  readonly id: string;
  readonly kind: 'field' | 'tensor' | 'call' | 'loss' | 'update';
  readonly title: string;
  readonly detail: string;
  readonly colour: string;
}

export interface GameEdge {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  readonly colour: string;
}

export interface GameGraph {
  readonly nodes: readonly GameNode[];
  readonly edges: readonly GameEdge[];
}

/** The game as a graph: fields and tensors, networks called on them, the losses that read these, the updates they feed. */
export function gameGraph(plan: Plan): GameGraph {
  const nodes = new Map<string, GameNode>();
  const edges = new Map<string, GameEdge>();
  const colours = updateColours(plan);
  const add = (node: GameNode): string => {
    if (!nodes.has(node.id)) nodes.set(node.id, node);
    return node.id;
  };
  const connect = (from: string, to: string, label: string, colour: string): void => {
    const key = `${from} ${to}`;
    const before = edges.get(key)?.label;
    const both = before === undefined || before === label ? label : `${before}, ${label}`;
    edges.set(key, { from, to, label: both, colour });
  };
  const read = (call: Call): string => {
    if (call.kind === 'name') return named(call.name);
    const tensor = plan.tensors.find(({ call: made }) => made && formatCall(made) === formatCall(call));
    if (tensor) return named(tensor.name);
    return called(call, formatCall(call), '');
  };
  const called = (call: Call & { kind: 'call' }, id: string, detail: string): string => {
    const colour = networkColour(plan, call.network);
    add({ id, kind: 'call', title: formatCall(call), detail, colour });
    for (const argument of call.args) connect(read(argument), id, '', NEUTRAL);
    return id;
  };
  const named = (name: string): string => {
    const field = plan.fields[name];
    const tensor = plan.tensors.find((each) => each.name === name);
    const id = `name ${name}`;
    if (nodes.has(id)) return id;
    if (field)
      return add({ id, kind: 'field', title: name, detail: formatShape(field.shape), colour: NEUTRAL });
    if (!tensor) return add({ id, kind: 'tensor', title: name, detail: '', colour: NEUTRAL });
    const shape = formatShape(tensor.shape);
    if (tensor.call?.kind === 'call') {
      add({
        id,
        kind: 'call',
        title: `${name} = ${formatCall(tensor.call)}`,
        detail: shape,
        colour: networkColour(plan, tensor.call.network),
      });
      for (const argument of tensor.call.args) connect(read(argument), id, '', NEUTRAL);
      return id;
    }
    add({
      id,
      kind: 'tensor',
      title: name,
      detail: `${tensor.config?.type ?? ''} ${shape}`.trim(),
      colour: NEUTRAL,
    });
    for (const operand of tensor.operands) connect(read(operand), id, '', NEUTRAL);
    return id;
  };
  for (const name of plan.play.flat()) {
    const update = plan.updates[name]!;
    const colour = colours.get(name) ?? NEUTRAL;
    const id = `update ${name}`;
    add({ id, kind: 'update', title: `update ${name}`, detail: updateText(update), colour });
    for (const loss of update.losses) {
      const lossId = `loss ${name}/${loss.name}`;
      add({ id: lossId, kind: 'loss', title: `${name}/${loss.name}`, detail: lossText(loss), colour });
      for (const [key, call] of Object.entries(loss.operands)) connect(read(call), lossId, key, colour);
      connect(lossId, id, `× ${loss.config.weight}`, colour);
    }
  }
  return { nodes: [...nodes.values()], edges: [...edges.values()] };
}

const lossText = ({ config, every }: LossPlan): string =>
  every === 1 ? config.type : `${config.type}, every ${every} steps`;

function updateText({ train, optimizer, every }: UpdatePlan): string {
  const often = every === 1 ? '' : `, every ${every} steps`;
  return `trains ${train.join(', ')} by ${optimizer.type} ${optimizer.learning_rate}${often}`;
}
