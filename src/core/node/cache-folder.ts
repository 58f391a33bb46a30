import { join } from 'node:path';
import envPaths from 'env-paths';

/** Where what can be had again is kept between runs: the user's cache folder, or the one that GAN_CACHE_FOLDER names. */
export function cacheFolder(name: string): string {
  const chosen = process.env['GAN_CACHE_FOLDER'];
  return join(chosen ? chosen : envPaths('gan-recipes', { suffix: '' }).cache, name);
}
