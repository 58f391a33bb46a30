import type { RunRequest } from '../runs/index.js';

/** A run of a sweep as a process is asked for it: plain data. */
export interface TrialRequest extends Omit<RunRequest, 'signal' | 'resume' | 'recipe' | 'text' | 'as'> {
  /** File that the text is taken to be in. */
  readonly recipe: string;
  readonly text: string;
  readonly as: { readonly name: string; readonly id: string };
  /** Ends with a checkpoint once it is evaluated after this many steps; default: trains to its end. */
  readonly until?: number;
}

export type ToTrial = { readonly type: 'begin'; readonly request: TrialRequest } | { readonly type: 'stop' };

/** How far a trial is, and what became of it. */
export type FromTrial =
  | { readonly type: 'outlook'; readonly from: number; readonly steps: number }
  /** `ms`: of a step, lately. */
  | { readonly type: 'step'; readonly step: number; readonly ms: number }
  | { readonly type: 'metrics'; readonly step: number; readonly metrics: Readonly<Record<string, number>> }
  | { readonly type: 'warning'; readonly text: string }
  | { readonly type: 'ended'; readonly status: 'finished' | 'paused' | 'killed' }
  /** Not for having been killed: it would fail again. */
  | { readonly type: 'failed'; readonly reason: string };
