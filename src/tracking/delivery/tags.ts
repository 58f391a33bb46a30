import { resolve } from 'node:path';
import type { HealthEvent, StartEvent } from '../../core/events.js';
import { safeKey, type Tag } from '../mlflow/index.js';

/** A run is found by this tag, also where the answer to its creation was lost. */
export const KEY_TAG = 'gan.key';

/** The facts in a run's first entry, under MLflow's own keys where it has such. */
export function tagsOf(start: StartEvent, folder: string): Tag[] {
  const { user, source, git, machine, versions, parent } = start;
  const tags: Record<string, string | undefined> = {
    'mlflow.user': user,
    'mlflow.source.name': source,
    'mlflow.source.type': source === undefined ? undefined : 'LOCAL',
    'mlflow.source.git.commit': git?.commit,
    'mlflow.source.git.branch': git?.branch,
    'mlflow.source.git.repoURL': git?.repository,
    'gan.git.modified': git === undefined ? undefined : String(git.modified),
    'gan.folder': resolve(folder),
    'gan.parent.run': parent?.run,
    'gan.parent.step': parent === undefined ? undefined : String(parent.step),
  };
  for (const [name, value] of Object.entries(machine)) tags[`gan.${name}`] = String(value);
  for (const [name, value] of Object.entries(versions)) tags[`gan.version.${name}`] = value;
  return Object.entries(tags).flatMap(([key, value]) =>
    value === undefined || value === '' ? [] : [{ key: safeKey(key), value }],
  );
}

/** What a check found, under its name: `gan.health.discriminator-won D/adversarial`. */
export function healthTag({ check, subject, step, text, evidence, remedy }: HealthEvent): Tag {
  const key = safeKey(`gan.health.${check}${subject === undefined ? '' : ` ${subject}`}`);
  return { key, value: `Step ${step}: ${text} ${evidence} ${remedy}` };
}
