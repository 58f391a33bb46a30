/** Patterns are few, and each is asked of every path of a recipe. */
const split = new Map<string, readonly string[]>();

/** Whether a path is of a pattern: keys with dots between them, `*` for any key or position. */
export function matchesPath(pattern: string, path: readonly (string | number)[]): boolean {
  const steps = split.get(pattern) ?? pattern.split('.');
  split.set(pattern, steps);
  return steps.length === path.length && steps.every((step, i) => step === '*' || step === path[i]);
}
