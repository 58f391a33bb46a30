import { suggest } from '../messages/suggest.js';
import type { GameGraph } from './game-graph.js';
import { type CallSite, type CheckContext, keyAt, valueAt } from './context.js';
import { areCertain } from './sites.js';

/** Outputs are tensors, made from fields and tensors, held against a field. */
export function checkOutputs(context: CheckContext): void {
  const { draft, findings } = context;
  const fields = draft.fields.map((field) => field.name);
  const tensors = [...draft.tensors.keys()];
  for (const [name, output] of draft.outputs) {
    const path = ['game', 'outputs', name];
    if (!draft.tensors.has(name)) {
      findings.error(
        'unknown-name',
        `There is no tensor "${name}".`,
        keyAt(context, path),
        suggest(name, tensors, 'Tensors'),
      );
      continue;
    }
    if (output?.reference !== undefined && !fields.includes(output.reference)) {
      const at = valueAt(context, [...path, 'reference']);
      findings.error(
        'unknown-name',
        `There is no field "${output.reference}".`,
        at,
        suggest(output.reference, fields, 'Fields'),
      );
    }
    const from = output?.from;
    if (!from) continue;
    const unknown = from
      .map((given, i) => ({ given, i }))
      .filter(({ given }) => !fields.includes(given) && !tensors.includes(given));
    for (const { given, i } of unknown) {
      const remedy = suggest(given, [...fields, ...tensors], 'Fields and tensors');
      findings.error(
        'unknown-name',
        `There is no field or tensor "${given}".`,
        valueAt(context, [...path, 'from', i]),
        remedy,
      );
    }
  }
}

/** What an output is said to be made from is enough to compute it. */
export function checkSufficient(context: CheckContext, graph: GameGraph, sites: readonly CallSite[]): void {
  const { draft } = context;
  const names = new Set([...draft.fields.map((field) => field.name), ...draft.tensors.keys()]);
  for (const [name, output] of draft.outputs) {
    const from = output?.from;
    if (!from || !draft.tensors.get(name) || !areCertain(sites, ['game', 'tensors', name])) continue;
    if (!from.every((given) => names.has(given))) continue;
    const lacking = lackingFields(graph, name, from);
    if (lacking.length === 0) continue;
    const message = `${name} cannot be computed from ${from.join(', ') || 'nothing'}: it needs ${lacking.join(', ')} too.`;
    context.findings.error(
      'insufficient-from',
      message,
      keyAt(context, ['game', 'outputs', name, 'from']),
      `Write from: [${[...from, ...lacking].join(', ')}], or leave \`from\` out.`,
    );
  }
}

/** Fields that a tensor depends on beyond what is given. */
function lackingFields(graph: GameGraph, name: string, from: readonly string[]): readonly string[] {
  const given = new Set(from);
  const calls = graph.tensors.get(name)?.calls ?? [];
  return [...new Set(calls.flatMap((call) => [...graph.fieldsBehind(call, given)]))].sort();
}
