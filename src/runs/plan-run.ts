import { openDryRun } from '../engine/index.js';
import { type PhasePlan, planPhases, warningsOf } from '../plan/index.js';
import { byPlace, formatDiagnostic } from '../recipe/messages/findings.js';
import type { Registry } from '../registry/index.js';
import { dryRun } from '../trainers/index.js';
import type { LoadedRun } from './load/load-run.js';
import type { RunObserver } from './observer.js';
import type { RunRequest } from './request.js';

/**
 * Plans the phases of a run, warns about them, and tries out whether the engine can compute their steps: before data is
 * read or anything is written.
 */
export async function planRun(
  { engine }: Pick<RunRequest, 'engine'>,
  loaded: LoadedRun,
  registry: Registry,
  observer: Pick<RunObserver, 'warn'>,
): Promise<readonly PhasePlan[]> {
  const phases = planPhases(loaded, registry);
  if (!loaded.resume && !loaded.alreadyChecked) {
    // The health check of the same name reports this one, with evidence.
    const warnings = warningsOf(phases, loaded.phases, registry).filter(
      ({ code }) => code !== 'signal-zeroed',
    );
    for (const warning of byPlace(warnings)) observer.warn(formatDiagnostic(warning));
  }
  for (const { plan } of phases) {
    const dryRunEngine = await openDryRun(engine);
    if (!dryRunEngine) continue;
    try {
      await dryRun(plan, registry, dryRunEngine);
    } finally {
      dryRunEngine.close();
    }
  }
  return phases;
}
