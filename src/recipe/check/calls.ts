import type { Call } from '../../core/call.js';
import { CallError, parseCall } from './parse-call.js';
import { lossOperands, tensorOperands } from './draft.js';
import type { Path } from '../read/node.js';
import type { Origin } from '../read/source.js';
import { suggest } from '../messages/suggest.js';
import { show } from '../validate/describe.js';
import { type CallSite, type CheckContext, spanAt } from './context.js';

/** A call as it is written. */
export interface ReadSite extends CallSite {
  /** It names what there is. */
  readonly isSound: boolean;
}

/** Reads all calls of the game: each must be one, and name what there is. */
export function checkCalls(context: CheckContext): readonly ReadSite[] {
  return [...callTexts(context)].map(({ path, text }) => {
    const call = read(context, path, text);
    return { path, call, isSound: call !== undefined && checkNames(context, path, call) };
  });
}

function* callTexts({ draft, registry }: CheckContext): Generator<{ path: Path; text: string }> {
  for (const [name, tensor] of draft.tensors) {
    const path = ['game', 'tensors', name];
    if (typeof tensor === 'string') yield { path, text: tensor };
    else if (tensor) yield* operands(path, tensor, tensorOperands(registry, tensor.type));
  }
  for (const [update, { losses }] of draft.updates) {
    for (const [name, loss] of losses) {
      const path = ['game', 'updates', update, 'losses', name];
      if (loss) yield* operands(path, loss, lossOperands(registry, loss.type));
    }
  }
}

function* operands(
  path: Path,
  config: Readonly<Record<string, unknown>>,
  keys: readonly string[],
): Generator<{ path: Path; text: string }> {
  for (const key of keys) {
    const text = config[key];
    if (typeof text === 'string') yield { path: [...path, key], text };
  }
}

function read(context: CheckContext, path: Path, text: string): Call | undefined {
  try {
    return parseCall(text);
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    const remedy = 'A call is a name, N(a, b) or N.part(a, b).';
    context.findings.error(
      'bad-call',
      `${show(text)} is not a call: ${error.message}`,
      spanAt(context, path, error.span),
      remedy,
    );
    return undefined;
  }
}

/** @returns whether it names what there is. */
function checkNames(context: CheckContext, path: Path, call: Call): boolean {
  const { draft, findings } = context;
  let isSound = true;
  const values = [...new Set([...draft.fields.map((field) => field.name), ...draft.tensors.keys()])];
  const networks = [...draft.networks.keys()];
  const visit = (c: Call): void => {
    const at = (): Origin => spanAt(context, path, c.span);
    if (c.kind === 'name') {
      if (values.includes(c.name)) return;
      isSound = false;
      if (networks.includes(c.name)) {
        findings.error(
          'bad-call',
          `"${c.name}" is a network, but is not called.`,
          at(),
          `Call it: ${c.name}(...).`,
        );
      } else
        findings.error(
          'unknown-name',
          `There is no field or tensor "${c.name}".`,
          at(),
          suggest(c.name, values, 'Fields and tensors'),
        );
      return;
    }
    if (!networks.includes(c.network)) {
      isSound = false;
      const head = spanAt(context, path, { start: c.span.start, end: c.span.start + c.network.length });
      const what = values.includes(c.network)
        ? `"${c.network}" is a field or tensor; only networks can be called.`
        : `There is no network "${c.network}" in this recipe.`;
      findings.error('unknown-network', what, head, suggest(c.network, networks, 'Networks'));
    }
    c.args.forEach(visit);
  };
  visit(call);
  return isSound;
}
