import { type CheckContext, keyAt, valueAt } from './context.js';

/** Augmentation that can be done, labels whose number is known. */
export function checkData(context: CheckContext): void {
  const { draft, findings } = context;
  for (const [name, source] of draft.sources) {
    const jitter = source?.augment.jitter;
    if (!source || !jitter || (jitter.height >= source.size.height && jitter.width >= source.size.width))
      continue;
    const message = `Nothing of ${source.size.height}x${source.size.width} can be cropped from ${jitter.height}x${jitter.width}.`;
    findings.error(
      'out-of-range',
      message,
      valueAt(context, ['data', name, 'augment', 'jitter', 'height']),
      '`jitter` is the size before the crop, larger than `size`: the paper takes 286 for 256.',
    );
  }
  for (const { name, source, config } of draft.fields) {
    if (config?.as !== 'labels' || Array.isArray(config.palette)) continue;
    const path = ['data', source, 'fields', name];
    findings.error(
      'missing-key',
      `The field ${name} is labels, and its colours are not listed.`,
      keyAt(context, path),
      'palette: ["#ff0000", ...], one colour per label.',
    );
  }
}
