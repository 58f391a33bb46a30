import { CLASS } from '../../registry/index.js';
import { type CheckContext, keyAt, valueAt } from './context.js';

/** Augmentation that can be done, classes where examples have one. */
export function checkData(context: CheckContext): void {
  const { draft, findings, registry } = context;
  for (const [name, source] of draft.sources) {
    const jitter = source?.augment.jitter;
    if (!source || !jitter || (jitter.height >= source.size.height && jitter.width >= source.size.width))
      continue;
    const message = `A crop of ${source.size.height}x${source.size.width} does not fit into ${jitter.height}x${jitter.width}.`;
    findings.error(
      'out-of-range',
      message,
      valueAt(context, ['data', name, 'augment', 'jitter', 'height']),
      '`jitter` is the size before the crop, larger than `size`: the paper uses 286 for 256.',
    );
  }
  for (const { name, source, config } of draft.fields) {
    if (!config) continue;
    const path = ['data', source, 'fields', name];
    const isClass =
      config.from === CLASS && registry.find('dataset', draft.sources.get(source)?.type ?? '')?.classes;
    if (Boolean(isClass) !== (config.as === CLASS)) {
      findings.error(
        'class-field',
        isClass
          ? `A class is not an image: the field ${name} cannot be ${config.as}.`
          : `${config.from} is an image: the field ${name} cannot be a class.`,
        valueAt(context, [...path, 'as']),
        'Remove `as`: `from: class` gives a one-hot vector, anything else an image.',
      );
    } else if (config.classes !== undefined && !isClass) {
      findings.error(
        'class-field',
        `The field ${name} is an image, so it has no classes.`,
        keyAt(context, [...path, 'classes']),
        'Only a field `from: class` has classes; `palette` lists the colours of labels.',
      );
    }
  }
}
