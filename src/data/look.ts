import { stat } from 'node:fs/promises';
import { toHex } from '../core/colour.js';
import type { FieldConfig, FieldFacts, Recipe, SourceConfig } from '../recipe/index.js';
import type { Registry } from '../registry/index.js';
import { PixelCache } from './cache/pixel-cache.js';
import { DecoderPool } from './decode/pool.js';
import { DiskCache } from './cache/disk-cache.js';
import { openSource } from './sources/open-source.js';
import { type Folders, resolvePath } from './sources/paths.js';

export interface LookOptions extends Folders {
  readonly registry: Registry;
  /** Skips sources whose folder does not exist, and leaves their facts open. */
  readonly whereThere?: boolean;
}

/**
 * Finds in the data what the recipe leaves open and networks depend on: the classes of class fields, the colours of labels.
 * @throws UserError where the data is missing or contradicts the recipe.
 */
export async function lookAtData(
  { data }: Recipe,
  { registry, whereThere = false, ...folders }: LookOptions,
): Promise<FieldFacts> {
  const facts: Record<string, FieldFacts[string]> = {};
  for (const [name, config] of Object.entries(data)) {
    if (!Object.values(config.fields).some(isOpen)) continue;
    if (whereThere && !(await isThere(config, folders))) continue;
    const options = {
      registry,
      ...folders,
      resources: { cache: new PixelCache(0), decoders: new DecoderPool(0), disk: new DiskCache(0) },
      maxBadShare: 1,
      warn: () => undefined,
    };
    const { fields } = await openSource(name, config, options);
    const found = fields.flatMap((field): [string, Partial<FieldConfig>][] => {
      if (!isOpen(config.fields[field.name]!)) return [];
      if (field.classes) return [[field.name, { classes: field.classes }]];
      const colours = field.palette?.colours ?? [];
      return [[field.name, { palette: colours.map(toHex) }]];
    });
    facts[name] = Object.fromEntries(found);
  }
  return facts;
}

const isOpen = ({ as, palette, classes }: FieldConfig): boolean =>
  (as === 'class' && typeof classes !== 'object') || (as === 'labels' && typeof palette !== 'object');

async function isThere({ path }: SourceConfig, folders: Folders): Promise<boolean> {
  if (path === undefined) return true;
  const found = await stat(resolvePath(path, folders)).catch(() => undefined);
  return found?.isDirectory() ?? false;
}
