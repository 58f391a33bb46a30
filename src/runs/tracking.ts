import { Tracking } from '../tracking/index.js';
import type { RunObserver } from './observer.js';
import type { Recorder } from './record/recorder.js';
import type { RunRequest } from './request.js';

/** Has the run delivered to MLflow beside the training, where that is asked for. What comes of it is on record. */
export function startTracking(
  { tracking }: RunRequest,
  folder: string,
  run: { readonly recorder: Recorder },
  observer: RunObserver,
  /** Of now. */
  step: () => number,
): { end(): Promise<void> } {
  if (!tracking?.delivery) return { end: () => Promise.resolve() };
  let over = false;
  const process = new Tracking(folder, tracking.delivery, {
    opened: (url) => {
      const text = `MLflow shows this run at ${url}`;
      const event = { type: 'message', step: step(), level: 'info', text } as const;
      if (over) observer.event?.(event);
      else run.recorder.event(event);
    },
    warn: (text) => (over ? observer.warn(text) : run.recorder.warn(step(), text)),
  });
  return {
    end: () => {
      // The journal has its last line by now.
      over = true;
      return process.end();
    },
  };
}
