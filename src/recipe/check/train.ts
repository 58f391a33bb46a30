import { locate } from '../read/node.js';
import { asSchema } from '../schema/json.js';
import { trainSchema } from '../schema/train.js';
import { purposeOf } from '../validate/messages.js';
import { type CheckContext, keyAt, valueAt } from './context.js';

/** `train` has a length, or phases whose names differ. */
function checkPhases({ draft, findings, root }: CheckContext): void {
  if (!draft.train) return;
  const { phases, for: length } = draft.train;
  if (!phases) {
    const purpose = purposeOf('for', asSchema(trainSchema));
    findings.error('missing-key.key', locate(root, ['train']), '"train"', 'for', purpose);
  } else if (length !== undefined) findings.error('for-and-phases', locate(root, ['train', 'for']));
  phases?.forEach(({ id }, i) => {
    if (id === undefined || phases.findIndex((phase) => phase.id === id) === i) return;
    findings.error('duplicate-id.phase', locate(root, ['train', 'phases', i, 'id']), id);
  });
}

/** Batches that divide, samples and metrics of what there is. */
export function checkTrain(context: CheckContext): void {
  checkPhases(context);
  const { draft, findings } = context;
  const { train } = draft;
  if (train && train.batch % train.accumulate !== 0) {
    const at = valueAt(context, ['train', 'accumulate']);
    findings.error('out-of-range.accumulate', at, train.batch, train.accumulate);
  }
  const names = [...draft.fields.map((field) => field.name), ...draft.tensors.keys()];
  draft.sample?.show?.forEach((name, i) => {
    if (!names.includes(name))
      findings.error('unknown-name.value', valueAt(context, ['sample', 'show', i]), name, names);
  });
  for (const section of ['sample', 'evaluate'] as const) checkSplit(context, section);
}

/** Where splits are written out, the one asked for is among them, in every source. */
function checkSplit(context: CheckContext, section: 'sample' | 'evaluate'): void {
  const split = context.draft[section]?.split;
  if (split === undefined) return;
  for (const [name, source] of context.draft.sources) {
    const splits = source?.splits && Object.keys(source.splits);
    if (!splits || splits.includes(split)) continue;
    context.findings.error('unknown-split', valueAt(context, [section, 'split']), name, split, splits);
  }
}

/** Metrics have something to be measured on, once each, with the palette that some need. */
export function checkMetrics(context: CheckContext): void {
  const { draft, registry, findings } = context;
  const metrics = draft.evaluate?.metrics;
  if (!metrics) return;
  const references = [...draft.outputs.values()].flatMap((output) =>
    output?.reference === undefined ? [] : [output.reference],
  );
  const needReference = metrics.some(({ type }) => registry.find('metric', type)?.measures !== 'draws');
  if (
    needReference &&
    draft.hasAllNames &&
    references.length === 0 &&
    [...draft.outputs.values()].every((output) => output)
  ) {
    findings.error('no-reference', keyAt(context, ['evaluate']));
  }
  metrics.forEach(({ type }, i) => {
    const at = valueAt(context, ['evaluate', 'metrics', i, 'type']);
    if (metrics.findIndex((metric) => metric.type === type) !== i) findings.error('twice.metric', at, type);
    if (registry.find('metric', type)?.needs !== 'palette') return;
    for (const { name, config } of draft.fields) {
      if (!config || config.as === 'class' || config.palette !== undefined || !references.includes(name))
        continue;
      findings.error('needs-palette', at, type, name, config.from);
    }
  });
}
