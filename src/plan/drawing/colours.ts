import type { Plan } from '../types.js';

/** Distinguishable for colour-blind readers too (Okabe and Ito, 2008). */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#b8860b', '#56606b'] as const;
export const NEUTRAL = '#56606b';

/** A colour for each update, in the order in which they are played; updates of the same networks share one. */
export function updateColours(plan: Plan): ReadonlyMap<string, string> {
  const byTrained = new Map<string, string>();
  return new Map(
    plan.play.flat().map((name) => {
      const trained = [...plan.updates[name]!.train].sort().join();
      const colour = byTrained.get(trained) ?? COLOURS[byTrained.size % COLOURS.length]!;
      byTrained.set(trained, colour);
      return [name, colour];
    }),
  );
}

/** The colour of the update that trains a network; neutral where none does. */
export function networkColour(plan: Plan, network: string): string {
  const trainer = Object.values(plan.updates).find((update) => update.train.includes(network));
  return (trainer && updateColours(plan).get(trainer.name)) ?? NEUTRAL;
}

/** A colour mixed with white: `share` of the colour, 0 to 1. */
export function tint(colour: string, share: number): string {
  const parts = [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16));
  return `#${parts
    .map((part) =>
      Math.round(255 - (255 - part) * share)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;
}
