import { isDeepStrictEqual } from 'node:util';
import type { Course } from '../../core/course.js';
import type { StepEvent } from '../../core/events.js';
import type { Data } from '../../data/index.js';
import type { PhasePlan, Plan } from '../../plan/index.js';
import { type Game, train } from '../../trainers/index.js';
import { refuseToEndBefore } from '../load/same-recipe.js';
import { clockOf, courseOf, type PhaseStretch } from '../duration/course.js';

/** Opens the data that a plan trains on. */
export type OpenData = (plan: Plan) => Promise<Data>;

/** The phases of a run as they are gone through: where it stands, and the data that it reads there. */
export class Phases {
  private constructor(
    readonly course: Course<PhaseStretch>,
    private readonly open: OpenData,
    private stretch: PhaseStretch,
    private opened: Data,
  ) {}

  /**
   * Begins with the first phase. @param done steps that are done already.
   * @throws UserError where its data is missing, empty or mostly unreadable, or more steps are done than there are.
   */
  static async open(phases: readonly PhasePlan[], done: number, open: OpenData): Promise<Phases> {
    const data = await open(phases[0]!.plan);
    try {
      const course = courseOf(phases, data);
      refuseToEndBefore(done, course.steps);
      return new Phases(course, open, course.stretches[0]!, data);
    } catch (error) {
      await data.close();
      throw error;
    }
  }

  /** Of the current phase. */
  get data(): Data {
    return this.opened;
  }

  /** Of the current phase. */
  get plan(): Plan {
    return this.stretch.phase.plan;
  }

  /** Goes back to the first phase, for a game that is made anew. */
  async restart(): Promise<void> {
    await this.enter(this.course.stretches[0]!);
  }

  /** Goes with the game to the phase that a step is of, through all that are before it. */
  async goTo(step: number, game: Game): Promise<void> {
    const { stretches } = this.course;
    const there = stretches.find(({ to }) => step <= to) ?? stretches.at(-1)!;
    const [now, then] = [this.stretch, there].map((each) => stretches.indexOf(each));
    for (const { phase } of stretches.slice(now! + 1, then! + 1)) game.enter(phase.plan);
    await this.enter(there);
  }

  private async enter(stretch: PhaseStretch): Promise<void> {
    const before = this.plan;
    this.stretch = stretch;
    if (readSame(before, this.plan)) return;
    await this.opened.close();
    this.opened = await this.open(this.plan);
  }

  /** Trains to the end, phase after phase. @param from steps done already. */
  async *train(game: Game, from: number): AsyncGenerator<StepEvent, void> {
    const { course } = this;
    for (const stretch of course.stretches) {
      const start = Math.max(from, stretch.from);
      if (start >= stretch.to) continue;
      await this.goTo(start + 1, game);
      // Epochs of data continue where those of the phases before ended.
      const passed = Math.round(course.epochsAt(stretch.from) * stretch.stepsPerEpoch);
      yield* train(game, this.data, {
        from: start,
        steps: stretch.to,
        within: {
          id: course.stretches.length > 1 ? stretch.phase.id : undefined,
          clock: clockOf(course, stretch),
          epochsAt: (step) => course.epochsAt(step),
          dataFrom: stretch.from - passed,
        },
      });
    }
  }

  close(): Promise<void> {
    return this.opened.close();
  }
}

/** Whether two phases read the same batches of the same examples. */
function readSame(a: Plan, b: Plan): boolean {
  const [one, other] = [a, b].map(({ recipe: { data, train: settings } }) => [data, settings.batch]);
  return isDeepStrictEqual(one, other);
}
