import type { Tf } from '../../core/ops.js';

/** What tfjs's engine keeps of a recorded operation; not in its typings, hence named here alone. */
interface Recording {
  addTapeNode(...args: readonly unknown[]): void;
  readonly state: { activeTape: { gradient?: Gradient }[] | null };
}
type Gradient = (dys: unknown) => Readonly<Record<string, () => unknown>>;

/** Knows which part of a program an operation belongs to, also when it is one of a gradient. */
export class Places {
  private current: string | undefined;

  /** Runs `f` as part of `place`. */
  within<T>(place: string, f: () => T): T {
    return this.at(place, f);
  }

  get place(): string | undefined {
    return this.current;
  }

  private at<T>(place: string | undefined, f: () => T): T {
    const before = this.current;
    this.current = place;
    try {
      return f();
    } finally {
      this.current = before;
    }
  }

  /** Lets every recorded operation's gradient belong to the operation's own place. @returns an end to that. */
  follow(tf: Tf): () => void {
    const engine = tf.engine() as unknown as Recording;
    const original = engine.addTapeNode.bind(engine);
    engine.addTapeNode = (...args) => {
      original(...args);
      const node = engine.state.activeTape?.at(-1);
      const gradient = node?.gradient;
      if (!node || !gradient) return;
      const { current } = this;
      node.gradient = (dys) =>
        this.at(current, () =>
          Object.fromEntries(
            Object.entries(gradient(dys)).map(([input, part]) => [input, () => this.at(current, part)]),
          ),
        );
    };
    return () => Reflect.deleteProperty(engine, 'addTapeNode');
  }
}
