import { UserError } from '../core/errors.js';
import { type Shape, sizeOf } from '../core/shape.js';
import type { LayerConfig, Registry, VariableSpec, Window } from '../registry/index.js';
import { paramsOf } from '../recipe/index.js';
import { planError } from './plan-error.js';
import type { PlannedLayer } from './types.js';

/** A mistake in one layer; `layer` is its id, by which the block that a person wrote is found. */
export class LayerError extends UserError {
  constructor(
    readonly layer: string,
    cause: UserError,
  ) {
    super(`${layer}: ${cause.message}`, {
      exitCode: 2,
      cause,
      point: cause.point,
      ...(cause.remedy === undefined ? {} : { remedy: cause.remedy }),
    });
  }
}

/** Receptive field of a value: a square of `side` input pixels; those of neighbours are `jump` pixels apart. */
interface Field {
  readonly side: number;
  readonly jump: number;
}

interface Value {
  readonly shape: Shape;
  readonly field: Field | undefined;
}

/** Layers in computing order with their shapes, variables and costs. @throws LayerError */
export function planLayers(
  configs: readonly LayerConfig[],
  inputs: Readonly<Record<string, Shape>>,
  registry: Registry,
): readonly PlannedLayer[] {
  const values = new Map<string, Value>(
    Object.entries(inputs).map(([name, shape]) => [name, { shape, field: { side: 1, jump: 1 } }]),
  );
  let [above = ''] = values.keys();
  return configs.map((written, i) => {
    const config = { ...written, id: (written.id as string | undefined) ?? `l${i + 1}` };
    try {
      const { layer, field } = planLayer(config, above, values, registry);
      values.set(config.id, { shape: layer.output, field });
      above = config.id;
      return layer;
    } catch (error) {
      throw error instanceof UserError ? new LayerError(config.id, error) : error;
    }
  });
}

function planLayer(
  config: LayerConfig,
  above: string,
  values: ReadonlyMap<string, Value>,
  registry: Registry,
): { readonly layer: PlannedLayer; readonly field: Field | undefined } {
  if (values.has(config.id)) {
    throw planError('duplicate-id.layer', { key: 'id' }, config.id);
  }
  const definition = registry.get('layer', config.type);
  const params = paramsOf(registry, 'layer', config);
  const named = (definition.references ?? [])
    .map((key) => params[key])
    .filter((id) => typeof id === 'string');
  const from = [...(config.from === undefined ? [above] : [config.from].flat()), ...named];
  const inputs = from.map((id) => {
    const value = values.get(id);
    if (value) return value;
    throw planError('unknown-layer.from', { key: 'from' }, id, [...values.keys()]);
  });
  const { output, flops, window, ...planned } = definition.plan(
    params,
    inputs.map((value) => value.shape),
  );
  const variables = planned.variables.map((spec) => withInit(spec, registry));
  const trainable = variables.filter((variable) => variable.trainable);
  const field = throughWindow(largestField(inputs), window);
  const layer: PlannedLayer = {
    config,
    params,
    from,
    output,
    variables,
    parameters: trainable.reduce((total, variable) => total + sizeOf(variable.shape), 0),
    flops,
    receptiveField: field?.side,
    ...(window ? { window } : {}),
  };
  return { layer, field };
}

/** Fills in the defaults of the initialiser that draws a variable's start. */
function withInit(spec: VariableSpec, registry: Registry): VariableSpec {
  const { init } = spec;
  if (init.type !== 'drawn') return spec;
  const by = { type: init.by.type, ...paramsOf(registry, 'initialiser', init.by) };
  return { ...spec, init: { ...init, by } };
}

/** The largest receptive field of several inputs; undefined where their pixels are not equally far apart. */
function largestField(inputs: readonly Value[]): Field | undefined {
  return inputs
    .map((input) => input.field)
    .reduce((a, b) =>
      a && b && a.jump === b.jump ? { side: Math.max(a.side, b.side), jump: a.jump } : undefined,
    );
}

/**
 * Equals r <- (r - 1) stride + kernel counted back from the output: each window adds kernel - 1 times the distance of
 * neighbours. Undefined after a layer that enlarges.
 */
function throughWindow(field: Field | undefined, window: Window | undefined): Field | undefined {
  if (!field || !window) return field;
  if ((window.scale ?? 1) > 1) return undefined;
  const reach = (window.dilation ?? 1) * (window.kernel - 1);
  return { side: field.side + reach * field.jump, jump: field.jump * window.stride };
}
