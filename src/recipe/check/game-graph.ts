import type { Call } from '../../core/call.js';

export type NetworkCall = Call & { readonly kind: 'call' };

/** A tensor of the game as the analysis sees it: what it is computed from. */
export interface TensorNode {
  /** Its call, or the operands of its `{ type, ... }`. */
  readonly calls: readonly Call[];
  /** No gradient passes it. */
  readonly stopsGradient: boolean;
}

/** Which fields, tensors and networks a call depends on, through all the tensors it names. */
export class GameGraph {
  constructor(readonly tensors: ReadonlyMap<string, TensorNode>) {}

  /** Fields (and names of nothing) that a call needs, looking no further than the `given` names. */
  fieldsBehind(call: Call, given: ReadonlySet<string> = new Set()): ReadonlySet<string> {
    const fields = new Set<string>();
    const seen = new Set<string>(given);
    this.walk(call, seen, { name: (name) => !this.tensors.has(name) && fields.add(name) });
    return fields;
  }

  /** Tensors that a call needs; with `gradient`, only those through which one goes. */
  tensorsBehind(
    call: Call,
    options: { readonly gradient: boolean } = { gradient: false },
  ): ReadonlySet<string> {
    const tensors = new Set<string>();
    const name = (of: string): void => {
      const tensor = this.tensors.get(of);
      if (tensor && !(options.gradient && tensor.stopsGradient)) tensors.add(of);
    };
    this.walk(call, new Set(), { name }, options.gradient);
    return tensors;
  }

  /** Networks whose outputs a call depends on; with `gradient`, only those to which a gradient comes back. */
  networksBehind(call: Call, options: { readonly gradient: boolean }): ReadonlySet<string> {
    const networks = new Set<string>();
    this.walk(call, new Set(), { network: (name) => networks.add(name) }, options.gradient);
    return networks;
  }

  /** Of those to which a gradient comes back, the networks that were called for a tensor, not in the call itself. */
  networksThroughTensors(call: Call): ReadonlySet<string> {
    const networks = new Set<string>();
    const visit = (c: Call): void => {
      if (c.kind === 'call') c.args.forEach(visit);
      else for (const network of this.networksBehind(c, { gradient: true })) networks.add(network);
    };
    visit(call);
    return networks;
  }

  /** Whether a call's gradient by a field or tensor can be other than 0. */
  slopesBy(call: Call, name: string): boolean {
    const names = new Set<string>();
    this.walk(call, new Set(), { name: (each) => names.add(each) }, true);
    return names.has(name);
  }

  /** The call of a network whose value a call has: the call itself, or that of the tensor that it names. */
  head(call: Call, seen: readonly string[] = []): NetworkCall | undefined {
    if (call.kind === 'call') return call;
    const tensor = this.tensors.get(call.name);
    const [made] = tensor?.calls ?? [];
    return made && !seen.includes(call.name) ? this.head(made, [...seen, call.name]) : undefined;
  }

  /** A cycle of tensors, each computed from the next, or undefined. */
  cycle(): readonly string[] | undefined {
    const done = new Set<string>();
    const visit = (name: string, chain: readonly string[]): readonly string[] | undefined => {
      const start = chain.indexOf(name);
      if (start >= 0) return chain.slice(start);
      const tensor = this.tensors.get(name);
      if (!tensor || done.has(name)) return undefined;
      const below = [...new Set(tensor.calls.flatMap((call) => [...directNames(call)]))].sort();
      for (const next of below) {
        const found = visit(next, [...chain, name]);
        if (found) return found;
      }
      done.add(name);
      return undefined;
    };
    for (const name of [...this.tensors.keys()].sort()) {
      const found = visit(name, []);
      if (found) return found;
    }
    return undefined;
  }

  private walk(
    call: Call,
    seen: Set<string>,
    on: { name?: (name: string) => unknown; network?: (name: string) => unknown },
    gradientOnly = false,
  ): void {
    if (call.kind === 'call') {
      on.network?.(call.network);
      for (const arg of call.args) this.walk(arg, seen, on, gradientOnly);
      return;
    }
    if (seen.has(call.name)) return;
    seen.add(call.name);
    on.name?.(call.name);
    const tensor = this.tensors.get(call.name);
    if (!tensor || (gradientOnly && tensor.stopsGradient)) return;
    for (const inner of tensor.calls) this.walk(inner, seen, on, gradientOnly);
  }
}

/** Names that a call mentions itself. */
function directNames(call: Call): ReadonlySet<string> {
  if (call.kind === 'name') return new Set([call.name]);
  return new Set(call.args.flatMap((arg) => [...directNames(arg)]));
}
