/** A value that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** JSON with sorted keys: the same text for equal values. */
export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join()}]`;
  return joinTexts(mapTexts(value));
}

/** By key, the canonical JSON of each value. */
export const mapTexts = (value: object): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(value).map(([key, item]) => [key, canonicalJson(item)]));

/** The canonical JSON of an object, from that of its values. */
export function joinTexts(texts: Readonly<Record<string, string>>): string {
  const entries = Object.entries(texts).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, text]) => `${JSON.stringify(key)}:${text}`).join()}}`;
}
