import type { Json } from '../../core/json.js';
import type { Kind, Registry } from '../../registry/index.js';
import type { Node } from '../read/node.js';
import { ablationSkeleton } from '../schema/ablation.js';
import { asSchema, type Schema } from '../schema/json.js';
import { recipeSkeleton } from '../schema/recipe.js';
import { Checker } from './checker.js';
import { schemaCompiler } from './compiler.js';
import { checkedSchema } from './schemas.js';

/** Checkers of a recipe's frame and of each definition's section; they fill defaults into what they check. */
export class Validators {
  private static readonly byRegistry = new WeakMap<Registry, Validators>();
  private readonly known = new Map<string, Checker>();
  /** Sections that were found sound, as JSON with defaults filled in: trials of an ablation share most of theirs. */
  private readonly sound = new WeakMap<Node, { readonly checker: Checker; readonly json: Json }>();

  private constructor(private readonly registry: Registry) {}

  /** Making a checker takes most of the time that reading a recipe takes, so one set serves a registry for good. */
  static of(registry: Registry): Validators {
    let validators = this.byRegistry.get(registry);
    if (!validators) this.byRegistry.set(registry, (validators = new Validators(registry)));
    return validators;
  }

  get skeleton(): Checker {
    return this.checker('', () => asSchema(recipeSkeleton));
  }

  get ablation(): Checker {
    return this.checker('ablation', () => asSchema(ablationSkeleton));
  }

  /** Of the section that a definition's `type` opens, or undefined where there is no such type. */
  section(kind: Kind, type: string): Checker | undefined {
    const definition = this.registry.find(kind, type);
    return (
      definition && this.checker(`${kind}/${type}`, () => checkedSchema(this.registry, kind, definition))
    );
  }

  /** What a section that was found sound by the same checker amounts to. */
  soundJson(node: Node, checker: Checker): Json | undefined {
    const known = this.sound.get(node);
    return known?.checker === checker ? known.json : undefined;
  }

  keepSound(node: Node, checker: Checker, json: Json): void {
    this.sound.set(node, { checker, json });
  }

  private checker(key: string, schema: () => Schema): Checker {
    let checker = this.known.get(key);
    if (!checker) this.known.set(key, (checker = this.makeChecker(schema())));
    return checker;
  }

  private makeChecker(schema: Schema): Checker {
    const compiler = schemaCompiler();
    const decides = compiler.deciding(schema);
    if (decides) return new Checker(decides, () => compiler.explaining(schema));
    const validate = compiler.explaining(schema);
    return new Checker(validate, () => validate);
  }
}
