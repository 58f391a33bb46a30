import type { RunRequest } from '../runs/index.js';
import type { Machine } from './resources.js';

/** What a sweep is asked for. */
export interface SweepRequest extends Pick<
  RunRequest,
  'runs' | 'engine' | 'device' | 'plugins' | 'loading' | 'tracking'
> {
  /** File of the ablation. */
  readonly ablation: string;
  /** Laid on the base recipe, as for a single run. */
  readonly set: readonly string[];
  readonly data: readonly string[];
  readonly length?: string;
  /** `AXIS=LEVEL[,LEVEL]`: these runs and no others. */
  readonly only: readonly string[];
  /** This run and no other. */
  readonly index?: number;
  /** Address of Redis: trials are done by workers, wherever they are. Default: here. */
  readonly queue?: string;
  /** Where workers keep trials when they do not see this sweep's folder. Default: they see it. */
  readonly store?: 'mlflow';
  /** Hands the trials in, and waits for none. */
  readonly detach?: boolean;
  /** Trials at once; default: as many as suit the machine. */
  readonly jobs?: number;
  /** Of each trial; default: a fair share of the cores. */
  readonly threads?: number;
  /** How often a trial that crashed is resumed. */
  readonly retries: number;
  /** false: what is there already is set aside. */
  readonly resume: boolean;
  readonly machine: Machine;
}
