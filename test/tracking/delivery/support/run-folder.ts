import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunEvent } from '../../../../src/core/events.js';
import { JOURNAL_FILE } from '../../../../src/record/journal.js';
import { formatLine } from '../../../../src/record/journal-line.js';

let runs = 0;

/** A run's folder as training leaves it, without the training. */
export class FakeRun {
  readonly folder: string;
  constructor(
    work: string,
    readonly name = 'fake',
    /** Of its first entry, in milliseconds since 1970. */
    private time = 1_700_000_000_000,
  ) {
    this.folder = join(work, 'runs', name, `2026-01-01-000000-run${++runs}`);
    mkdirSync(this.folder, { recursive: true });
    writeFileSync(join(this.folder, 'recipe.yaml'), `name: ${name}\n`);
    writeFileSync(join(this.folder, 'resolved.yaml'), `name: ${name}\n`);
  }

  append(...events: readonly RunEvent[]): this {
    const lines = events.map((event) => formatLine(event, this.time++));
    appendFileSync(join(this.folder, JOURNAL_FILE), lines.join(''));
    return this;
  }

  start(more: Partial<Extract<RunEvent, { type: 'start' | 'resume' }>> = {}): this {
    return this.append({ type: 'start', step: 0, recipeFolder: '/', versions: {}, machine: {}, ...more });
  }

  /** Steps with `curves` losses each, besides their other curves. */
  steps(from: number, to: number, curves = 1): this {
    const names = Array.from({ length: curves }, (_, i) => `D/loss-${i}`);
    return this.append(
      ...Array.from({ length: to - from + 1 }, (_, i) => ({
        type: 'step' as const,
        step: from + i,
        epoch: 0,
        losses: Object.fromEntries(names.map((name, j) => [name, (from + i) / (j + 1)])),
        learningRates: {},
        images: 1,
        ms: 10,
        waitMs: 0,
      })),
    );
  }
}
