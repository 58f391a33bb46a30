import { suggest } from '../messages/suggest.js';
import { locate } from '../read/node.js';
import { type CheckContext, keyAt, valueAt } from './context.js';

/** A length, or phases each of its own name. */
function checkPhases({ draft, findings, root }: CheckContext): void {
  if (!draft.train) return;
  const { phases, for: length } = draft.train;
  if (!phases) {
    findings.error(
      'missing-key',
      '"train" needs "for".',
      locate(root, ['train']),
      'for: How long. A step is one batch, an epoch one pass over the largest source. Example: for: 200 epochs.',
    );
  } else if (length !== undefined) {
    findings.error(
      'for-and-phases',
      'Each phase has its own "for", so "train" cannot have one.',
      locate(root, ['train', 'for']),
      'Remove one of the two.',
    );
  }
  phases?.forEach(({ id }, i) => {
    if (phases.findIndex((phase) => phase.id === id) === i) return;
    const at = locate(root, ['train', 'phases', i, 'id']);
    findings.error('duplicate-id', `"${id}" is already the id of another phase.`, at);
  });
}

/** Batches that divide, samples and metrics of what there is. */
export function checkTrain(context: CheckContext): void {
  checkPhases(context);
  const { draft, findings } = context;
  const { train } = draft;
  if (train && train.batch % train.accumulate !== 0) {
    const message = `A batch of ${train.batch} cannot be split into ${train.accumulate} equal parts.`;
    findings.error(
      'out-of-range',
      message,
      valueAt(context, ['train', 'accumulate']),
      'Use a divisor of the batch size.',
    );
  }
  const names = [...draft.fields.map((field) => field.name), ...draft.tensors.keys()];
  draft.sample?.show?.forEach((name, i) => {
    if (names.includes(name)) return;
    findings.error(
      'unknown-name',
      `There is no field or tensor "${name}".`,
      valueAt(context, ['sample', 'show', i]),
      suggest(name, names, 'Fields and tensors'),
    );
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
    context.findings.error(
      'unknown-split',
      `The source ${name} has no split "${split}".`,
      valueAt(context, [section, 'split']),
      suggest(split, splits, 'Splits'),
    );
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
    findings.error(
      'no-reference',
      'Nothing can be measured: no output has a reference.',
      keyAt(context, ['evaluate']),
      'Set the field to compare with under game.outputs: fake: { reference: target }.',
    );
  }
  metrics.forEach(({ type }, i) => {
    const at = valueAt(context, ['evaluate', 'metrics', i, 'type']);
    if (metrics.findIndex((metric) => metric.type === type) !== i) {
      findings.error(
        'twice',
        `The metric ${type} is listed twice, and both would be called val/${type}.`,
        at,
      );
    }
    if (registry.find('metric', type)?.needs !== 'palette') return;
    for (const { name, config } of draft.fields) {
      if (!config || config.as === 'class' || config.palette !== undefined || !references.includes(name))
        continue;
      findings.error(
        'needs-palette',
        `${type} needs the palette of ${name}, but the field has none.`,
        at,
        `Write ${name}: { from: ${config.from}, palette: auto }.`,
      );
    }
  });
}
