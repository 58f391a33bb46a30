import { createHash } from 'node:crypto';
import type { Registry } from '../../registry/index.js';
import type { LoadedPhase } from '../freeze/freeze.js';
import { type LoadOptions, onDisk } from '../node/disk.js';
import { experimentText } from './experiment.js';
import * as load from './load.js';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A checksum that two recipes share where they are the same experiment. */
export const experimentHash = (phases: readonly LoadedPhase[], registry: Registry): string =>
  sha256(experimentText(phases, registry));

/** Whether a file is an ablation: it has the key `vary`. A file that cannot be read is none. */
export const isAblation = (file: string, options: Pick<LoadOptions, 'bases' | 'cwd'> = {}): boolean =>
  load.isAblation(file, onDisk(options));

/**
 * Reads an ablation: its base, its axes, and every trial, each checked as the recipe that it is.
 * @throws UserError (exit code 2) with every finding at once, each with its place, here or in the base.
 */
export const loadAblation = (file: string, options: LoadOptions): Promise<load.LoadedAblation> =>
  load.loadAblation(file, { ...onDisk(options), sha256 });
