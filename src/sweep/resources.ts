export interface Machine {
  readonly cores: number;
  /** Bytes. */
  readonly memory: number;
}

export interface Share {
  /** Trials at once. */
  readonly jobs: number;
  /** Of each. */
  readonly threads: number;
  /** Bytes of decoded images that each may keep. */
  readonly cacheBytes: number;
}

/** Share of the memory that trials may fill; the rest is the system's. */
const USABLE = 0.85;

/**
 * How many trials at once, and what each gets. A trial alone gains little from its second core and less from its fourth:
 * as many trials as cores, one thread each, take the least time for all, as long as memory holds them (docs/sweeps.md has
 * the figures). Fewer trials than cores share the cores evenly, so that no core is asked of twice.
 */
export function shareMachine(
  { cores, memory }: Machine,
  wanted: {
    /** Trials to do. */
    readonly trials: number;
    /** Peak of one, without decoded images. */
    readonly trainingBytes: number;
    /** Budget for decoded images of the whole machine. */
    readonly cacheBytes: number;
    readonly jobs?: number;
    /** Of each trial; default: as many as leave no core idle. */
    readonly threads?: number;
    /** Computed elsewhere than on the cores: one at a time. */
    readonly accelerated?: boolean;
  },
): Share {
  const { trials, trainingBytes, cacheBytes, threads, accelerated = false } = wanted;
  const fitting = Math.max(1, Math.floor((memory * USABLE) / (trainingBytes + cacheBytes / cores)));
  const affordable = accelerated ? 1 : Math.max(1, Math.floor(cores / (threads ?? 1)));
  const jobs = Math.min(wanted.jobs ?? Math.min(affordable, fitting), Math.max(1, trials));
  return {
    jobs,
    threads: threads ?? Math.max(1, Math.floor(cores / jobs)),
    cacheBytes: Math.floor(cacheBytes / jobs),
  };
}
