import { type Kind, KINDS, type Kinds, type Registry } from '../../registry/index.js';
import { ablationSkeleton } from '../schema/ablation.js';
import { asSchema, type Schema } from '../schema/json.js';
import { recipeSkeleton } from '../schema/recipe.js';
import { resolveRoles, roleChoices, rolesOf } from '../schema/roles.js';
import { sectionSchema } from '../schema/section.js';

/** The schema that a definition's section is checked by, layers by role listed. */
export function checkedSchema<K extends Kind>(registry: Registry, kind: K, definition: Kinds[K]): Schema {
  return resolveRoles(sectionSchema(kind, definition), (role) => roleChoices(registry, role));
}

/** A schema that recipes are checked by, and the same with `$ref` in the place of each list of layers by role. */
export interface CheckedSchema {
  readonly schema: Schema;
  readonly referring: Schema;
}

/** Schemas of everything that recipes are checked by: what the build compiles. */
export function checkedSchemas(registry: Registry): readonly CheckedSchema[] {
  const sections = KINDS.flatMap((kind) =>
    registry.all(kind).map((definition) => ({
      schema: checkedSchema(registry, kind, definition),
      referring: resolveRoles(sectionSchema(kind, definition), (role) => [{ $ref: roleId(role) }]),
    })),
  );
  const frames = [recipeSkeleton, ablationSkeleton].map((frame) => ({
    schema: asSchema(frame),
    referring: asSchema(frame),
  }));
  return [...frames, ...sections];
}

/** The lists that `$ref` refers to. */
export const roleSchemas = (registry: Registry): readonly Schema[] =>
  rolesOf(registry).map((role) => ({ $id: roleId(role), anyOf: roleChoices(registry, role) }));

const roleId = (role: unknown): string => `role-${String(role)}`;
