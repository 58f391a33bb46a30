import { UserError } from '../core/errors.js';
import { formatShape, sameShape } from '../core/shape.js';
import type { Registry } from '../registry/index.js';
import type { LoadedRecipe } from '../recipe/load.js';
import type { Locator } from '../recipe/recipe.js';
import { planRecipe } from './plan.js';
import type { NetworkPlan, Plan } from './types.js';

/** A phase of training as a plan of its own. */
export interface PhasePlan {
  readonly id: string;
  /** A duration. */
  readonly for: string;
  readonly plan: Plan;
  /** Paths of schedules that count from this phase's start; all others count from the run's. */
  readonly restarted: ReadonlySet<string>;
}

/**
 * Plans each phase of a recipe; variables and optimiser state go on from one to the next, so they must agree.
 * @throws UserError (exit code 2) with every finding at once.
 */
export function planPhases(
  { recipe, phases }: Pick<LoadedRecipe, 'recipe' | 'phases'>,
  registry: Registry,
): readonly PhasePlan[] {
  const planned: PhasePlan[] = [];
  const failures: UserError[] = [];
  for (const { id, for: length, recipe: own, restarted, locate } of phases) {
    try {
      const plan = planRecipe(own, registry, locate);
      for (const earlier of planned) checkGoesOn(earlier, { id, plan }, registry, locate);
      planned.push({ id, for: length, plan, restarted });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      failures.push(error);
    }
  }
  const [first] = failures;
  if (!first) return planned;
  const found = failures.flatMap(({ diagnostics }) => diagnostics);
  const diagnostics = found.filter(
    (a, i) => found.findIndex((b) => b.message === a.message && b.place?.line === a.place?.line) === i,
  );
  const what = diagnostics.length === 1 ? 'an error' : `${diagnostics.length} errors`;
  throw new UserError(`The plan of ${recipe.name} has ${what}.`, { exitCode: 2, diagnostics });
}

/** @throws UserError where a network would have to become another, or an optimiser to forget. */
function checkGoesOn(
  before: Pick<PhasePlan, 'id' | 'plan'>,
  now: Pick<PhasePlan, 'id' | 'plan'>,
  registry: Registry,
  locate: Locator,
): void {
  const fail = (message: string, remedy: string): never => {
    const place = locate(['train', 'phases', 0, 'id']);
    throw new UserError(message, {
      exitCode: 2,
      diagnostics: [{ severity: 'error', code: 'phase', message, remedy, ...place }],
    });
  };
  for (const [name, network] of Object.entries(now.plan.networks)) {
    const old = before.plan.networks[name];
    const difference = old && differentVariable(old, network);
    if (difference !== undefined)
      fail(
        `${name} would be another network in the phase ${now.id} than in ${before.id}: ${difference}.`,
        'A phase may change what leaves every variable its shape.',
      );
    const [was, is] = [before, now].map(({ plan }) => optimizerOf(plan, name));
    if (was === undefined || is === undefined || was === is) continue;
    const slots = [was, is].map((type) => registry.get('optimizer', type).slots.join());
    if (slots[0] !== slots[1])
      fail(
        `The optimizer of ${name} is ${is} in the phase ${now.id}, and ${was} in ${before.id}, whose state it cannot go on with.`,
        'Keep its type, and change its learning rate or schedule.',
      );
  }
}

const optimizerOf = ({ updates }: Plan, network: string): string | undefined =>
  Object.values(updates).find(({ train }) => train.includes(network))?.optimizer.type;

function differentVariable(before: NetworkPlan, now: NetworkPlan): string | undefined {
  const [old, own] = [before, now].map(variablesOf);
  for (const name of new Set([...old!.keys(), ...own!.keys()])) {
    const [a, b] = [old!.get(name), own!.get(name)];
    if (a && b && sameShape(a, b)) continue;
    return `${name} ${b ? `is ${formatShape(b)}` : 'is gone'}${a ? `, and was ${formatShape(a)}` : ''}`;
  }
  return undefined;
}

const variablesOf = ({ layers, runningStatistics }: NetworkPlan) =>
  new Map(
    layers.flatMap(({ config, variables }) =>
      variables
        .filter(({ trainable }) => trainable || runningStatistics)
        .map(({ name, shape }) => [`${config.id}/${name}`, shape]),
    ),
  );
