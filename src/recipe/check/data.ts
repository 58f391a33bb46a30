import { CLASS } from '../../registry/index.js';
import { type CheckContext, keyAt, valueAt } from './context.js';

/** Augmentation that can be done, classes where examples have one. */
export function checkData(context: CheckContext): void {
  const { draft, findings, registry } = context;
  for (const [name, source] of draft.sources) {
    const jitter = source?.augment.jitter;
    if (!source || !jitter || (jitter.height >= source.size.height && jitter.width >= source.size.width))
      continue;
    const at = valueAt(context, ['data', name, 'augment', 'jitter', 'height']);
    findings.error('out-of-range.jitter', at, source.size, jitter);
  }
  for (const { name, source, config } of draft.fields) {
    if (!config) continue;
    const path = ['data', source, 'fields', name];
    const isClass =
      config.from === CLASS && registry.find('dataset', draft.sources.get(source)?.type ?? '')?.classes;
    if (Boolean(isClass) !== (config.as === CLASS)) {
      const at = valueAt(context, [...path, 'as']);
      if (isClass) findings.error('class-field.not-an-image', at, name, config.as);
      else findings.error('class-field.not-a-class', at, name, config.from);
    } else if (config.classes !== undefined && !isClass) {
      findings.error('class-field.classes', keyAt(context, [...path, 'classes']), name);
    }
  }
}
