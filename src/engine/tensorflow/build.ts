import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import envPaths from 'env-paths';

/** What of a build is loaded: tfjs-node's JavaScript, and the addon that it was built with. */
export interface Build {
  /** Where it comes from, for people. */
  readonly origin: string;
  /** Folder of the package tfjs-node or tfjs-node-gpu. */
  readonly packageFolder: string;
  /** File of the addon. */
  readonly addon: string;
  /** Made to compute on NVIDIA GPUs. */
  readonly gpu: boolean;
}

/** What is known of an added build without loading it: `engine.json` in its folder. */
export interface Manifest {
  readonly tensorflow: string;
  readonly platform: string;
  readonly arch: string;
  readonly gpu: boolean;
  readonly bytes: number;
}

const MANIFEST = 'engine.json';

/** Where added engines are: GAN_ENGINE_FOLDER, else the platform's folder for a person's data. */
export function enginesFolder(): string {
  const chosen = process.env['GAN_ENGINE_FOLDER'];
  return chosen ? chosen : join(envPaths('gan-recipes', { suffix: '' }).data, 'engines');
}

export const addedFolder = (gpu: boolean, within = enginesFolder()): string =>
  join(within, gpu ? 'tensorflow-gpu' : 'tensorflow');

export function readManifest(folder: string): Manifest | undefined {
  const file = join(folder, MANIFEST);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Manifest) : undefined;
}

export const manifestFile = (folder: string): string => join(folder, MANIFEST);

/** The parts of an added build, in its folder. */
export function partsOf(folder: string): { packageFolder: string; site: string; addon: string } {
  // As pip would lay it out: the libraries find each other by paths relative to themselves.
  const site = join(folder, 'site');
  return {
    packageFolder: join(folder, 'node_modules', '@tensorflow', 'tfjs-node'),
    site,
    addon: join(site, 'tensorflow', 'tfjs_binding.node'),
  };
}
