/** What the language calls a name: a letter, then letters, digits, `_`. */
export const NAME_PATTERN = '^[A-Za-z][A-Za-z0-9_]*$';

/** An expression of the game: a name, or a network called on expressions. `span` counts characters in the text. */
export type Call =
  | { readonly kind: 'name'; readonly name: string; readonly span: Span }
  | {
      readonly kind: 'call';
      readonly network: string;
      /** An output, a block's or layer's id, or `features`. */
      readonly part?: string;
      readonly args: readonly Call[];
      readonly span: Span;
    };

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The call's one spelling, `D(source, G(source))`: equal texts are equal calls. */
export function formatCall(call: Call): string {
  if (call.kind === 'name') return call.name;
  const part = call.part === undefined ? '' : `.${call.part}`;
  return `${call.network}${part}(${call.args.map(formatCall).join(', ')})`;
}

/** Names of fields and tensors, and of networks, that a call mentions at any depth. */
export function mentions(call: Call): {
  readonly names: ReadonlySet<string>;
  readonly networks: ReadonlySet<string>;
} {
  const names = new Set<string>();
  const networks = new Set<string>();
  const visit = (c: Call): void => {
    if (c.kind === 'name') names.add(c.name);
    else {
      networks.add(c.network);
      c.args.forEach(visit);
    }
  };
  visit(call);
  return { names, networks };
}
