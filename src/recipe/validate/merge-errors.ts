import type { ErrorObject } from 'ajv';
import { isSchema, type Schema } from '../schema/json.js';
import { nearest } from '../messages/suggest.js';

/** One error per mistake: for some mistakes ajv reports several. */
export function mergeErrors(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  // For a bad name ajv reports two errors; `propertyNames` is the one that says which name it is.
  const named = errors.filter((error) => error.propertyName === undefined);
  return dropMissing(mergeChoices(named));
}

/** A key that is missing because it is misspelt is reported once, as unknown. */
function dropMissing(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const meant = errors.flatMap((error) => {
    if (error.keyword !== 'additionalProperties') return [];
    const keys = Object.keys((error.parentSchema?.['properties'] as Schema | undefined) ?? {});
    const { additionalProperty } = error.params as { additionalProperty: string };
    return [`${error.instancePath}/${nearest(additionalProperty, keys) ?? ''}`];
  });
  return errors.filter(
    (error) =>
      error.keyword !== 'required' ||
      !meant.includes(
        `${error.instancePath}/${(error.params as { missingProperty: string }).missingProperty}`,
      ),
  );
}

/**
 * Where a value fits no arm of a choice, ajv lists the errors of every arm: one error is made of them.
 * Where one arm is clearly meant (by a map, or by a map's `type`), its errors stay; else that of the choice.
 */
function mergeChoices(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const choices = errors.filter((error) => error.keyword === 'anyOf');
  return errors.filter((error) =>
    choices.every((choice) => {
      const meant = meantArm(choice);
      if (error === choice) return meant === undefined;
      const arm = armOf(choice, error);
      return arm === undefined || arm === meant;
    }),
  );
}

/** Which arm of the choice an error belongs to; undefined where to none. */
function armOf(choice: ErrorObject, error: ErrorObject): number | undefined {
  const below =
    error.instancePath === choice.instancePath || error.instancePath.startsWith(`${choice.instancePath}/`);
  if (!below || !error.schemaPath.startsWith(`${choice.schemaPath}/`)) return undefined;
  return Number(error.schemaPath.slice(choice.schemaPath.length + 1).split('/')[0]);
}

function meantArm(choice: ErrorObject): number | undefined {
  const arms = choice.schema as readonly Schema[];
  const value: unknown = choice.data;
  const json = Array.isArray(value) ? 'array' : typeof value;
  if (json !== 'object' && json !== 'array') return undefined;
  const fitting = arms.flatMap((arm, i) => (arm['type'] === json ? [i] : []));
  if (fitting.length < 2) return fitting[0];
  const type = isSchema(value) ? value['type'] : undefined;
  return fitting.find((i) => constOf(arms[i]!, 'type') === type && type !== undefined);
}

/** The one value that an object schema allows for a key. */
export function constOf(schema: Schema, key: string): unknown {
  const properties = schema['properties'];
  const property = isSchema(properties) ? properties[key] : undefined;
  return isSchema(property) ? property['const'] : undefined;
}
