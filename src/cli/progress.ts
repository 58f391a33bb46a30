import { Presets, SingleBar } from 'cli-progress';
import prettyMs from 'pretty-ms';
import type { StepEvent } from '../core/events.js';

/** Between two lines where there is no terminal for a bar. */
const LINE_INTERVAL_MS = 10_000;
/** Steps over which the shown rate and losses are averaged. */
const AVERAGED_STEPS = 20;

/** The progress of a run: a bar on a terminal, a line every ten seconds in a log. */
export class Progress {
  private readonly bar: SingleBar | undefined;
  private readonly recent: StepEvent[] = [];
  private lastLine = Date.now();

  constructor(
    private readonly total: number,
    from: number,
    private readonly stream: NodeJS.WriteStream = process.stderr,
  ) {
    if (stream.isTTY) {
      this.bar = new SingleBar(
        {
          format: '{bar} {value}/{total} steps | {text}',
          stream,
          hideCursor: true,
          fps: 5,
          barsize: 24,
          clearOnComplete: false,
        },
        Presets.shades_classic,
      );
      this.bar.start(total, from, { text: 'the first step compiles the graph ...' });
    }
  }

  step(event: StepEvent): void {
    this.recent.push(event);
    if (this.recent.length > AVERAGED_STEPS) this.recent.shift();
    if (this.bar) {
      this.bar.update(event.step, { text: this.text(event) });
    } else if (Date.now() - this.lastLine >= LINE_INTERVAL_MS || event.step === this.total) {
      this.lastLine = Date.now();
      this.stream.write(`step ${event.step}/${this.total} | ${this.text(event)}\n`);
    }
  }

  /** Prints a line above the bar. */
  note(text: string): void {
    if (this.bar) {
      this.stream.clearLine(0);
      this.stream.cursorTo(0);
    }
    this.stream.write(`${text}\n`);
    this.bar?.render();
  }

  /** Shows what is being done between two steps. */
  busy(text: string): void {
    this.bar?.update({ text });
  }

  stop(): void {
    this.bar?.stop();
  }

  private text(event: StepEvent): string {
    // A median, since the first step also compiles.
    const times = this.recent.map((each) => each.ms).sort((a, b) => a - b);
    const ms = times[Math.floor(times.length / 2)] ?? event.ms;
    const left = (this.total - event.step) * ms;
    const losses = Object.keys(event.losses)
      .filter((key) => key.split('/').length === 2 && !key.endsWith('/total'))
      .map((key) => {
        const values = this.recent.map((each) => each.losses[key]).filter((value) => value !== undefined);
        return `${key} ${(values.reduce((sum, value) => sum + value, 0) / values.length).toPrecision(3)}`;
      });
    const rate = (event.images * 1000) / ms;
    const remaining = left > 0 ? [`${prettyMs(left, { secondsDecimalDigits: 0 })} left`] : [];
    return [`${rate.toPrecision(3)} images/s`, ...remaining, ...losses].join(' | ');
  }
}
