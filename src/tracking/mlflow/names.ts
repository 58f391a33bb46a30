import { createHash } from 'node:crypto';

/** Characters; the server refuses longer ones. */
const MAX_KEY_CHARS = 250;

/** A name that the server takes as a key: other characters become `_`. */
export function safeKey(name: string): string {
  const key = name
    .replace(/[^\p{L}\p{N}_\-. :/]/gu, '_')
    // It normalises keys as paths, and refuses those that change by it.
    .replace(/\/{2,}/g, '/')
    .replace(/^[/.]+|[/.]+$/g, '_');
  return key.length > MAX_KEY_CHARS ? key.slice(0, MAX_KEY_CHARS) : key;
}

/**
 * Where a picture must lie to stand in the run page's image grid, and what the grid loads in its place. The same
 * picture gets the same names each time.
 * @param key its title, e.g. `samples/fake`
 */
export function gridImagePaths(key: string, step: number, timestamp: number): readonly [string, string] {
  const hash = createHash('sha256').update(`${key}\0${step}\0${timestamp}`).digest('hex');
  const uuid = [
    hash.slice(0, 8),
    hash.slice(8, 12),
    hash.slice(12, 16),
    hash.slice(16, 20),
    hash.slice(20, 32),
  ];
  const stem = `images/${safeKey(key).replaceAll('/', '~')}+step+${step}+timestamp+${timestamp}+${uuid.join('-')}`;
  return [`${stem}.png`, `${stem}+compressed.webp`];
}

/** The step that such a path tells; undefined for other paths. */
export function stepOfGridImage(path: string): number | undefined {
  const [, step] = /\+step\+(\d+)\+timestamp\+/.exec(path) ?? [];
  return step === undefined ? undefined : Number(step);
}

/** Tells the run page that there is an image grid to show. */
export const IMAGES_TAG = { key: 'mlflow.loggedImages', value: 'True' } as const;
