import { updateOnHost } from './adam/host.js';
import type { AdamLoop } from './adam/loop.js';
import type { CompileOptions } from './compile.js';
import { sameNumbers } from './layout.js';
import type { BufferPool } from './memory/pool.js';
import { reside } from './memory/reside.js';
import type { Storage } from './memory/storage.js';
import { sizeOf } from './dtype.js';
import type { Plan } from './plan.js';
import type { NamedArray } from './runtime/session.js';
import { type Stats, timed } from './stats.js';

export interface BackendOptions extends CompileOptions {
  readonly pool: BufferPool;
  /** In-place Adam in WebAssembly, for arrays of the pool's arena. */
  readonly adamLoop: AdamLoop | null;
}

/** Runs compiled plans on memory of the pool. */
export class Executor {
  constructor(
    private readonly options: BackendOptions,
    private readonly stats: Stats,
  ) {}

  /**
   * Computes a plan. @param storageOf its leaves, by their place in the numbering's order; those that it updates in
   * place or wants in another layout are changed.
   * @returns all that it computes, by place; nobody holds it yet.
   */
  execute(plan: Plan, storageOf: (index: number) => Storage): Map<number, Storage> {
    this.stats.flushes++;
    const feeds = timed(this.stats, 'feedMs', () => this.feeds(plan, storageOf));
    const computed = this.compute(plan, feeds);
    timed(this.stats, 'hostMs', () => this.update(plan, computed, storageOf));
    return computed;
  }

  private feeds({ inputs }: Plan, storageOf: (index: number) => Storage): NamedArray[] {
    const { pool } = this.options;
    return inputs.map(({ index, name, shape, dtype, layout, dims }) => {
      const storage = storageOf(index);
      // Floats go through the pool for its alignment; a scalar is not worth it.
      if ((dtype === 'float32' && shape.length > 0) || !sameNumbers(layout, storage.layout))
        reside(pool, storage, shape, dtype, layout);
      return { name, element: dtype, dims, data: storage.data };
    });
  }

  /** Runs the plan into buffers of the pool. */
  private compute(
    { session, outputPath, outputs }: Plan,
    feeds: readonly NamedArray[],
  ): Map<number, Storage> {
    const { pool } = this.options;
    const buffers = outputs.map(({ dtype, dims, name }) => {
      return { name, element: dtype, dims, data: pool.take(dtype, sizeOf(dims)) };
    });
    try {
      timed(this.stats, 'runMs', () => session && outputPath.run(session, feeds, buffers));
    } catch (error) {
      for (const { data } of buffers) pool.give(data);
      throw error;
    }
    return new Map(
      outputs.map(({ index, layout }, k) => [
        index,
        { data: buffers[k]!.data, layout, pooled: true, holders: 0 },
      ]),
    );
  }

  /** Adam on the host; the updated storages join the computed ones. */
  private update(
    { updates }: Plan,
    computed: Map<number, Storage>,
    storageOf: (index: number) => Storage,
  ): void {
    for (const update of updates) {
      updateOnHost(update, computed.get(update.gradient)!, storageOf, this.options);
      update.results.forEach((result, k) => {
        if (result !== null) computed.set(result, storageOf(update.state[k]!));
      });
    }
  }
}
