import { listEngines } from '../../src/engine/index.js';

/**
 * Engines with native kernels that can run here. `tensorflow` is not brought by npm, so it may be missing: that is said,
 * and in CI, which adds it, it is a failure.
 */
export async function nativeEngines(): Promise<string[]> {
  const listings = await listEngines();
  const missing = listings.find(({ name, available }) => name === 'tensorflow' && !available);
  if (!missing || missing.available) return ['ort', 'tensorflow'];
  const why = `engine tensorflow is not tested: ${missing.reason}. ${missing.remedy}`;
  if (process.env['CI'] === 'true') throw new Error(why);
  console.warn(why);
  return ['ort'];
}
