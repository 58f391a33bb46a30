import { UserError } from '../core/errors.js';
import type { DatasetDefinition } from './dataset.js';
import type { Definition } from './definition.js';
import type { InitialiserDefinition } from './initialiser.js';
import { type Kind, KINDS } from './kind.js';
import type { LayerDefinition } from './layer.js';
import type { LossDefinition } from './loss.js';
import type { MetricDefinition } from './metric.js';
import type { NetworkDefinition } from './network.js';
import type { OptimizerDefinition } from './optimizer.js';
import type { ScheduleDefinition } from './schedule.js';
import type { TensorDefinition } from './tensor.js';

/** What a definition of each kind is. */
export interface Kinds extends Record<Kind, Definition> {
  readonly layer: LayerDefinition;
  readonly network: NetworkDefinition;
  readonly loss: LossDefinition;
  readonly metric: MetricDefinition;
  readonly optimizer: OptimizerDefinition;
  readonly schedule: ScheduleDefinition;
  readonly dataset: DatasetDefinition;
  readonly tensor: TensorDefinition;
  readonly initialiser: InitialiserDefinition;
}

/** A file of a person's own definitions. */
export interface PluginRecord {
  /** Absolute. */
  readonly file: string;
  /** SHA-256 of the file, in hexadecimal. */
  readonly digest: string;
  readonly types: readonly { readonly kind: Kind; readonly type: string }[];
}

/** All definitions of a program, by kind and type. Made once from the barrels and handed down. */
export class Registry {
  private readonly byKind: { readonly [K in Kind]: ReadonlyMap<string, Kinds[K]> };

  constructor(
    private readonly definitions: { readonly [K in Kind]?: readonly Kinds[K][] },
    /** Where definitions come from that do not ship. */
    readonly plugins: readonly PluginRecord[] = [],
  ) {
    const index = <D extends Definition>(kind: Kind, list: readonly D[] = []): ReadonlyMap<string, D> => {
      const map = new Map<string, D>();
      for (const definition of list) {
        if (map.has(definition.type)) throw new Error(`Two definitions of ${kind} "${definition.type}".`);
        map.set(definition.type, definition);
      }
      return map;
    };
    this.byKind = {
      layer: index('layer', definitions.layer),
      network: index('network', definitions.network),
      loss: index('loss', definitions.loss),
      metric: index('metric', definitions.metric),
      optimizer: index('optimizer', definitions.optimizer),
      schedule: index('schedule', definitions.schedule),
      dataset: index('dataset', definitions.dataset),
      tensor: index('tensor', definitions.tensor),
      initialiser: index('initialiser', definitions.initialiser),
    };
  }

  /** The same and more. */
  with(more: readonly (readonly [Kind, Kinds[Kind]])[], plugins: readonly PluginRecord[] = []): Registry {
    const joined = Object.fromEntries(
      KINDS.map((kind) => [
        kind,
        [
          ...(this.definitions[kind] ?? []),
          ...more.flatMap(([of, definition]) => (of === kind ? [definition] : [])),
        ],
      ]),
    ) as unknown as { readonly [K in Kind]?: readonly Kinds[K][] };
    return new Registry(joined, [...this.plugins, ...plugins]);
  }

  find<K extends Kind>(kind: K, type: string): Kinds[K] | undefined {
    return this.byKind[kind].get(type);
  }

  /** @throws UserError naming the choices; recipes are checked before, so this is for data that skipped the check. */
  get<K extends Kind>(kind: K, type: string): Kinds[K] {
    const definition = this.find(kind, type);
    if (!definition) {
      throw new UserError(`There is no ${kind} "${type}".`, {
        remedy: `Choices: ${this.types(kind).join(', ')}.`,
        exitCode: 2,
      });
    }
    return definition;
  }

  all<K extends Kind>(kind: K): readonly Kinds[K][] {
    return [...this.byKind[kind].values()];
  }

  /** Names in alphabetical order. */
  types(kind: Kind): readonly string[] {
    return [...this.byKind[kind].keys()].sort();
  }
}
