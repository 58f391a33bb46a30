import { type Kind, KINDS, type Kinds, type Registry } from '../../registry/index.js';
import { ablationSkeleton } from '../schema/ablation.js';
import { asSchema, type Schema } from '../schema/json.js';
import { recipeSkeleton } from '../schema/recipe.js';
import { resolveRoles, roleChoices } from '../schema/roles.js';
import { sectionSchema } from '../schema/section.js';

/** The schema that a definition's section is checked by, layers by role listed. */
export function checkedSchema<K extends Kind>(registry: Registry, kind: K, definition: Kinds[K]): Schema {
  return resolveRoles(sectionSchema(kind, definition), (role) => roleChoices(registry, role));
}

/** Schemas of everything that recipes are checked by: what the build compiles. */
export function checkedSchemas(registry: Registry): readonly Schema[] {
  const sections = KINDS.flatMap((kind) =>
    registry.all(kind).map((definition) => checkedSchema(registry, kind, definition)),
  );
  return [asSchema(recipeSkeleton), asSchema(ablationSkeleton), ...sections];
}
