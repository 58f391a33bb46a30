import { createLogUpdate } from 'log-update';
import { paint } from '../../core/node/paint.js';
import prettyMs from 'pretty-ms';
import {
  cellText,
  type FromTrial,
  type Outcome,
  type PreparedSweep,
  type Rung,
  type RunState,
  type TrialState,
  type SweepRun,
} from '../../sweep/index.js';
import { describeRung } from './rungs.js';
import { countStates, formatTrialStates, type Live } from './table.js';

const DRAW_INTERVAL_MS = 500;
const LINE_INTERVAL_MS = 60_000;
/** Steps after which a trial's own rate is used: the first one compiles. */
const WARM_UP_STEPS = 50;

/** All trials on one screen; without a terminal, a line for each event. */
export class SweepScreen {
  private readonly states: Map<string, RunState>;
  private readonly live = new Map<string, Live>();
  private readonly began = Date.now();
  private readonly draw: ReturnType<typeof createLogUpdate> | undefined;
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly prepared: PreparedSweep,
    private readonly stream: NodeJS.WriteStream = process.stderr,
  ) {
    this.states = new Map(prepared.trials.map(({ run, state }) => [run.id, state]));
    for (const [id, steps] of Object.entries(prepared.outlook.steps)) this.live.set(id, { steps });
    if (stream.isTTY) this.draw = createLogUpdate(stream, { showCursor: true });
    this.timer = setInterval(() => this.show(), this.draw ? DRAW_INTERVAL_MS : LINE_INTERVAL_MS);
  }

  onStart(run: SweepRun): void {
    this.change(run, { status: 'running' });
    if (!this.draw) this.say(`${this.name(run)} runs`);
  }

  onMessage(run: SweepRun, message: FromTrial): void {
    const { id } = run;
    switch (message.type) {
      case 'outlook':
        this.live.set(id, { ...this.live.get(id), steps: message.steps, from: message.from });
        this.change(run, { step: message.from });
        break;
      case 'step':
        this.live.set(id, { ...this.live.get(id), ms: message.ms });
        this.change(run, { step: message.step });
        break;
      case 'metrics':
        this.change(run, { step: message.step, metrics: message.metrics });
        break;
      case 'warning':
        this.say(`${paint.yellow('warning')} ${this.name(run)}: ${message.text}`);
    }
  }

  onEnd(run: SweepRun, { status, reason }: Outcome, again: boolean): void {
    const now = (
      { finished: 'done', paused: 'paused', stopped: 'stopped', failed: 'failed', crashed: 'failed' } as const
    )[status];
    this.change(run, { status: now, ...(reason === undefined ? {} : { reason }) });
    if (again) {
      this.say(`${paint.yellow('again')} ${this.name(run)}: ${reason ?? status}`);
    } else if (now === 'failed') {
      this.say(`${paint.red('failed')} ${this.name(run)}: ${reason ?? ''}`);
    } else if (!this.draw) {
      this.say(`${this.name(run)} ${now}`);
    }
  }

  /** A rung of the search is decided: trials that do not go on are dropped. */
  onRungDecided(rung: Rung): void {
    this.say(describeRung(rung));
    for (const { runs } of rung.groups.slice(rung.kept))
      for (const id of runs)
        if (this.states.get(id)?.status !== 'failed')
          this.states.set(id, { ...this.states.get(id)!, status: 'dropped' });
  }

  /** Prints a line above the screen. */
  say(text: string): void {
    this.draw?.clear();
    this.stream.write(`${text}\n`);
    if (this.draw) this.show();
  }

  close(): void {
    clearInterval(this.timer);
    if (!this.draw) return;
    this.show();
    this.draw.done();
  }

  private get trials(): readonly TrialState[] {
    return this.prepared.trials.map(({ run }) => ({ run, state: this.states.get(run.id)! }));
  }

  private show(): void {
    const { trials } = this;
    const left = this.secondsLeft();
    const time =
      left === undefined
        ? ''
        : `, about ${prettyMs(left * 1000, { unitCount: 2, secondsDecimalDigits: 0 })} left`;
    const line = `${countStates(trials)} after ${prettyMs(Date.now() - this.began, { unitCount: 2, secondsDecimalDigits: 0 })}${time}`;
    if (!this.draw) {
      this.stream.write(`${line}\n`);
      return;
    }
    this.draw(
      `${formatTrialStates(this.prepared.expanded.sweep, this.fitting(trials), this.live)}\n\n${line}`,
    );
  }

  /** The lines that fit a low terminal: running trials first, then failed, waiting and finished ones. */
  private fitting(trials: readonly TrialState[]): readonly TrialState[] {
    const room = Math.max(3, this.stream.rows - 5);
    if (trials.length <= room) return trials;
    const order: readonly RunState['status'][] = [
      'running',
      'failed',
      'stopped',
      'paused',
      'queued',
      'done',
      'dropped',
    ];
    const kept = new Set(
      trials.toSorted((a, b) => order.indexOf(a.state.status) - order.indexOf(b.state.status)).slice(0, room),
    );
    return trials.filter((each) => kept.has(each));
  }

  /** From the rates of the running trials. */
  private secondsLeft(): number | undefined {
    const times = [...this.live.values()].flatMap(({ ms }) => (ms === undefined ? [] : [ms]));
    if (times.length === 0) return undefined;
    const median = times.toSorted((a, b) => a - b)[times.length >> 1]!;
    let left = 0;
    for (const [id, { step = 0, status }] of this.states) {
      const { steps, ms = median, from = 0 } = this.live.get(id) ?? {};
      if (status === 'done' || status === 'failed' || status === 'dropped') continue;
      if (steps === undefined) return undefined;
      left += (steps - step) * (step - from < WARM_UP_STEPS ? median : ms);
    }
    return left / 1000 / this.prepared.share.jobs;
  }

  private change({ id }: SweepRun, now: Partial<RunState>): void {
    this.states.set(id, { ...this.states.get(id)!, ...now });
  }

  private name({ index, cells }: SweepRun): string {
    return `${paint.bold(String(index))} ${cellText(cells[0]!)}`;
  }
}
