import type { Diagnostic } from '../core/errors.js';
import { formatShape, sameShape } from '../core/shape.js';
import type { Registry } from '../registry/index.js';
import type { Examine, LoadedRecipe, Locator, PartialRecipe } from '../recipe/index.js';
import { type Message, say } from '../recipe/messages/codes/index.js';
import { type PlanParts, planParts, withCost } from './plan.js';
import { throwIfAny } from './problems.js';
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
  const { planned, problems } = planEach(phases, registry);
  throwIfAny(recipe.name, problems);
  return planned.map(({ plan }, i) => {
    const { id, for: length, restarted } = phases[i]!;
    return { id, for: length, plan: withCost(plan, registry), restarted };
  });
}

/** The mistakes that planning finds in the valid parts of a recipe: they are reported together with those of its text. */
export const planningErrors: Examine = (partial, registry) => planEach(partial, registry).problems;

interface PlannedPhase {
  readonly id: string;
  readonly plan: PlanParts;
}

/** Plans what can be planned of each phase, nothing costed. */
export function planEach(
  phases: readonly PartialRecipe[],
  registry: Registry,
): { readonly planned: readonly PlannedPhase[]; readonly problems: readonly Diagnostic[] } {
  const planned: PlannedPhase[] = [];
  const found: Diagnostic[] = [];
  for (const { id, recipe, locate } of phases) {
    const { parts: plan, problems } = planParts(recipe, registry, locate);
    found.push(...problems);
    for (const earlier of planned) found.push(...changes(earlier, { id, plan }, registry, locate));
    planned.push({ id, plan });
  }
  const problems = found.filter(
    (a, i) => found.findIndex((b) => b.message === a.message && b.place?.line === a.place?.line) === i,
  );
  return { planned, problems };
}

/** Networks whose variables, or optimisers whose state, cannot be carried over from one phase to the next. */
function changes(
  before: PlannedPhase,
  now: PlannedPhase,
  registry: Registry,
  locate: Locator,
): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const fail = (message: Message): void =>
    void found.push({ severity: 'error', ...message, ...locate(['train', 'phases', 0, 'id']) });
  const phases = { phase: now.id, earlier: before.id };
  for (const [name, network] of Object.entries(now.plan.networks)) {
    const old = before.plan.networks[name];
    const difference = old && differentVariable(old, network);
    if (difference !== undefined) fail(say('phase.network', { ...phases, network: name, difference }));
    const [was, is] = [before, now].map(({ plan }) => optimizerOf(plan, name));
    const slots = [was, is].map((type) => registry.find('optimizer', type ?? '')?.slots.join());
    if (slots[0] !== undefined && slots[1] !== undefined && slots[0] !== slots[1])
      fail(say('phase.optimizer', { ...phases, network: name, type: is!, was: was! }));
  }
  return found;
}

const optimizerOf = ({ updates }: PlanParts, network: string): string | undefined =>
  Object.values(updates).find(({ train }) => train.includes(network))?.optimizer.type;

function differentVariable(before: NetworkPlan, now: NetworkPlan): string | undefined {
  const [oldShapes, newShapes] = [before, now].map(variablesOf);
  for (const name of new Set([...oldShapes!.keys(), ...newShapes!.keys()])) {
    const [a, b] = [oldShapes!.get(name), newShapes!.get(name)];
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
