import { type Diagnostic, UserError } from '../../src/core/errors.js';
import { planPhases } from '../../src/plan/phases.js';
import { parse, registry } from '../recipe/support.js';

/** Images of 16 rows and 32 columns of several classes, and a head that tells them. */
export const CLASSES = `name: classes
data:
  images: { type: class-folders, path: a, fields: { real: image, label: { from: class } }, size: { height: 16, width: 32 } }
  others: { type: images, path: b, fields: { other: image }, size: { height: 16, width: 32 } }
networks:
  G: { type: dcgan-generator, filters: 2 }
  D: { type: dcgan-discriminator, filters: 2, outputs: { score: { units: 1 }, class: { units: 7 } } }
game:
  tensors:
    z: { type: noise, size: 4 }
    y: { type: random-label, of: label }
    code: { type: random-label, classes: 7 }
    copy: { type: detach, of: y }
    between: { type: interpolate, of: label, to: copy }
    fake: G(z, y, code, between)
  updates:
    D: { losses: { a: { type: bce, real: D.score(real), fake: D.score(fake) }, c: { type: cross-entropy, of: D.class(real), to: label } } }
    G: { losses: { a: { type: bce, fool: D.score(fake) } } }
  play: [D, G]
  outputs: { fake: { from: label } }
optimizer: { type: adam, learning_rate: 1e-3, beta1: 0.5 }
train: { for: 4 steps, batch: 2, seed: 5 }
`;

/** What is wrong with a recipe, or with its plan. */
export async function errorsOf(text: string, set: readonly string[] = []): Promise<readonly Diagnostic[]> {
  const error: unknown = await parse(text, { set })
    .then((loaded) => planPhases(loaded, registry))
    .catch((reason: unknown) => reason);
  if (error instanceof UserError) return error.diagnostics;
  if (error instanceof Error) throw error;
  return [];
}

/** The stretch of text that a finding points at, and what it says. */
export function pointed({ place, source = '', message }: Diagnostic): string {
  const { column = 1, length = 1 } = place ?? {};
  return `${source.slice(column - 1, column - 1 + length)} | ${message}`;
}
