import { UserError } from '../core/errors.js';
import type { Engine, EngineDefinition } from './definition.js';
import { eager } from './eager.js';

/** Runs programs on tensors without values, and refuses operations that an engine lacks. */
export interface Rehearsal extends Pick<Engine, 'tf' | 'ops' | 'repeater' | 'flush'> {
  /** Runs `f` as part of a place that a refusal names, the gradients of what it does included. */
  readonly within: <T>(place: string, f: () => T) => T;
  /** Kernels that have been asked for so far. */
  readonly used: ReadonlySet<string>;
  close(): void;
}

/**
 * @param engine whose kernels count, @param all for saying which have what it lacks.
 * @returns undefined where the engine does not say what kernels it has.
 */
export async function openRehearsal(
  engine: EngineDefinition,
  all: readonly EngineDefinition[],
): Promise<Rehearsal | undefined> {
  const kernels = await engine.kernels?.();
  if (!kernels) return undefined;
  const [tf, { NAME, ShapeBackend }, { Places }, { createOps }, { installGradients }] = await Promise.all([
    import('@tensorflow/tfjs'),
    import('./dry-run/backend.js'),
    import('./dry-run/places.js'),
    import('./ops.js'),
    import('./gradients.js'),
  ]);
  installGradients(tf);
  const having = await Promise.all(
    all.map(async ({ name, kernels: list }) => ({ name, has: new Set(await list?.()) })),
  );
  const backend = new ShapeBackend();
  const places = new Places();
  const has = new Set(kernels);
  const used = new Set<string>();
  const known = new Set([...kernels, ...tf.getKernelsForBackend('cpu').map(({ kernelName }) => kernelName)]);
  for (const kernelName of known) {
    const kernelFunc = has.has(kernelName)
      ? backend.kernel(kernelName)
      : () => {
          const others = having.filter((each) => each.has.has(kernelName)).map(({ name }) => name);
          throw new UserError(
            `Engine "${engine.name}" has no ${kernelName}, which ${places.place ?? 'the training step'} needs.`,
            {
              exitCode: 2,
              remedy:
                others.length > 0
                  ? `Engines that have it: ${others.join(', ')}. Choose one with --engine.`
                  : 'No engine has it here.',
            },
          );
        };
    tf.registerKernel({
      kernelName,
      backendName: NAME,
      kernelFunc(call) {
        used.add(kernelName);
        return kernelFunc(call);
      },
    });
  }
  tf.registerBackend(NAME, () => backend);
  await tf.setBackend(NAME);
  const leave = places.follow(tf);
  return {
    tf,
    ops: createOps(tf),
    ...eager(tf),
    used,
    within: (place, f) => places.within(place, f),
    close() {
      leave();
      tf.removeBackend(NAME);
      for (const kernelName of known) tf.unregisterKernel(kernelName, NAME);
    },
  };
}
