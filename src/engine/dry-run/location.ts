import type { Tf } from '../../core/ops.js';

/** What tfjs's engine keeps of a recorded operation; not in its typings, hence named here alone. */
interface Recording {
  addTapeNode(...args: readonly unknown[]): void;
  readonly state: { activeTape: { gradient?: Gradient }[] | null };
}
type Gradient = (dys: unknown) => Readonly<Record<string, () => unknown>>;

/** Which place of a program is being run: a layer, an update, an optimiser. A gradient belongs to its operation's place. */
export class Location {
  private place: string | undefined;

  get current(): string | undefined {
    return this.place;
  }

  /** Runs `f` as part of `place`. */
  within<T>(place: string | undefined, f: () => T): T {
    const before = this.place;
    this.place = place;
    try {
      return f();
    } finally {
      this.place = before;
    }
  }

  /** From now on the gradient of every recorded operation runs within the operation's place. @returns ends that. */
  followGradients(tf: Tf): () => void {
    const engine = tf.engine() as unknown as Recording;
    const original = engine.addTapeNode.bind(engine);
    engine.addTapeNode = (...args) => {
      original(...args);
      const node = engine.state.activeTape?.at(-1);
      const gradient = node?.gradient;
      if (!node || !gradient) return;
      const { place } = this;
      node.gradient = (dys) =>
        this.within(place, () =>
          Object.fromEntries(
            Object.entries(gradient(dys)).map(([input, part]) => [input, () => this.within(place, part)]),
          ),
        );
    };
    return () => Reflect.deleteProperty(engine, 'addTapeNode');
  }
}
