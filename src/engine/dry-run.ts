import { UserError } from '../core/errors.js';
import type { Engine, EngineDefinition } from './definition.js';
import { eager } from './eager.js';

/** Runs programs on tensors without values; an operation that the engine lacks throws. */
export interface DryRun extends Pick<Engine, 'tf' | 'ops' | 'repeater' | 'flush'> {
  /** Runs `f` as part of a place, gradients of its operations included: an error names the place. */
  readonly within: <T>(place: string, f: () => T) => T;
  /** Names of the kernels called so far. */
  readonly used: ReadonlySet<string>;
  close(): void;
}

/**
 * @param engine whose kernels count, @param all for saying which have what it lacks.
 * @returns undefined where the engine does not say what kernels it has.
 */
export async function dryRunOf(
  engine: EngineDefinition,
  all: readonly EngineDefinition[],
): Promise<DryRun | undefined> {
  const kernels = await engine.kernels?.();
  if (!kernels) return undefined;
  const [tf, { NAME, ShapeBackend }, { Location }, { createOps }, { installGradients }] = await Promise.all([
    import('@tensorflow/tfjs'),
    import('./dry-run/backend.js'),
    import('./dry-run/location.js'),
    import('./ops.js'),
    import('./gradients.js'),
  ]);
  installGradients(tf);
  const kernelsByEngine = await Promise.all(
    all.map(async ({ name, kernels: list }) => ({ name, has: new Set(await list?.()) })),
  );
  const backend = new ShapeBackend();
  const location = new Location();
  const has = new Set(kernels);
  const used = new Set<string>();
  const names = new Set([...kernels, ...tf.getKernelsForBackend('cpu').map(({ kernelName }) => kernelName)]);
  for (const kernelName of names) {
    const kernelFunc = has.has(kernelName)
      ? backend.kernel(kernelName)
      : () => {
          const others = kernelsByEngine.filter((each) => each.has.has(kernelName)).map(({ name }) => name);
          throw new UserError(
            `Engine "${engine.name}" has no ${kernelName}, which ${location.current ?? 'the training step'} needs.`,
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
  const stopFollowing = location.followGradients(tf);
  return {
    tf,
    ops: createOps(tf),
    ...eager(tf),
    used,
    within: (place, f) => location.within(place, f),
    close() {
      stopFollowing();
      tf.removeBackend(NAME);
      for (const kernelName of names) tf.unregisterKernel(kernelName, NAME);
    },
  };
}
