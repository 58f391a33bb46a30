import type { GameGraph } from './game-graph.js';
import { type CallSite, type CheckContext, keyAt, valueAt } from './context.js';
import { areCertain } from './sites.js';

/** Outputs are tensors, made from fields and tensors, compared with a field. */
export function checkOutputs(context: CheckContext): void {
  const { draft, findings } = context;
  const fields = draft.fields.map((field) => field.name);
  const tensors = [...draft.tensors.keys()];
  for (const [name, output] of draft.outputs) {
    const path = ['game', 'outputs', name];
    if (!draft.tensors.has(name)) {
      findings.error('unknown-name.tensor', keyAt(context, path), name, tensors);
      continue;
    }
    if (output?.reference !== undefined && !fields.includes(output.reference)) {
      const at = valueAt(context, [...path, 'reference']);
      findings.error('unknown-name.field', at, output.reference, fields);
    }
    const from = output?.from;
    if (!from) continue;
    from.forEach((given, i) => {
      if (fields.includes(given) || tensors.includes(given)) return;
      const at = valueAt(context, [...path, 'from', i]);
      findings.error('unknown-name.value', at, given, [...fields, ...tensors]);
    });
  }
}

/** The `from` of an output is enough to compute it. */
export function checkSufficient(context: CheckContext, graph: GameGraph, sites: readonly CallSite[]): void {
  const { draft } = context;
  const names = new Set([...draft.fields.map((field) => field.name), ...draft.tensors.keys()]);
  for (const [name, output] of draft.outputs) {
    const from = output?.from;
    if (!from || !draft.tensors.get(name) || !areCertain(sites, ['game', 'tensors', name])) continue;
    if (!from.every((given) => names.has(given))) continue;
    const lacking = lackingFields(graph, name, from);
    if (lacking.length === 0) continue;
    const at = keyAt(context, ['game', 'outputs', name, 'from']);
    context.findings.error('insufficient-from', at, name, from, lacking);
  }
}

/** Fields that a tensor depends on beyond what is given. */
function lackingFields(graph: GameGraph, name: string, from: readonly string[]): readonly string[] {
  const given = new Set(from);
  const calls = graph.tensors.get(name)?.calls ?? [];
  return [...new Set(calls.flatMap((call) => [...graph.fieldsBehind(call, given)]))].sort();
}
