/** Work that is awaited later; until then its failure must not count as unhandled. */
export function beside(work: Promise<void>): Promise<void> {
  work.catch(() => undefined);
  return work;
}
