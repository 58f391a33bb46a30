import type { Call } from '../../core/call.js';
import { CallError, parseCall } from './parse-call.js';
import { lossOperands, tensorOperands } from './draft.js';
import type { Path } from '../read/node.js';
import type { Origin } from '../read/source.js';
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
    context.findings.error('bad-call.syntax', spanAt(context, path, error.span), text, error.message);
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
      if (networks.includes(c.name)) findings.error('bad-call.network', at(), c.name);
      else findings.error('unknown-name.value', at(), c.name, values);
      return;
    }
    if (!networks.includes(c.network)) {
      isSound = false;
      const head = spanAt(context, path, { start: c.span.start, end: c.span.start + c.network.length });
      const id = values.includes(c.network) ? 'unknown-network.value' : 'unknown-network.name';
      findings.error(id, head, c.network, networks);
    }
    c.args.forEach(visit);
  };
  visit(call);
  return isSound;
}
