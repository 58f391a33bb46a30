/** A project and the versions of it that another one needs. */
export interface Requirement {
  readonly project: string;
  /** PEP 440. */
  readonly specifier: string;
}

/** The requirements that an extra adds, from a wheel's METADATA (PEP 508: `name<specifier>; extra == "..."`). */
export function requirementsOf(metadata: string, extra: string): Requirement[] {
  return metadata.split(/\r?\n/).flatMap((line): Requirement[] => {
    const match = /^Requires-Dist: ([\w.-]+)\s*\(?([^;)]*)\)?\s*;(.*)$/.exec(line);
    if (!match || !new RegExp(`extra\\s*==\\s*["']${extra}["']`).test(match[3]!)) return [];
    return [{ project: match[1]!, specifier: match[2]!.trim() }];
  });
}
