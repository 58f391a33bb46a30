/** The entry of a record by a name from a recipe, which may also be the name of an inherited property (`constructor`). */
export function getOwn<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
