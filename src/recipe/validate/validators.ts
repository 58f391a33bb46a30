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
  private readonly checkers = new Map<string, Checker>();
  /** Sections that were found sound, as JSON with defaults filled in: trials of an ablation share most of theirs. */
  private readonly sound = new WeakMap<Node, { readonly checker: Checker; readonly json: Json }>();

  private constructor(private readonly registry: Registry) {}

  /** Making checkers takes most of the time of reading a recipe, so each registry has one set. */
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

  /** Checks the section of a definition; undefined where there is no such type. */
  section(kind: Kind, type: string): Checker | undefined {
    const definition = this.registry.find(kind, type);
    return (
      definition && this.checker(`${kind}/${type}`, () => checkedSchema(this.registry, kind, definition))
    );
  }

  /** A section as JSON, where the same checker found it sound before. */
  soundJson(node: Node, checker: Checker): Json | undefined {
    const sound = this.sound.get(node);
    return sound?.checker === checker ? sound.json : undefined;
  }

  keepSound(node: Node, checker: Checker, json: Json): void {
    this.sound.set(node, { checker, json });
  }

  private checker(key: string, schema: () => Schema): Checker {
    let checker = this.checkers.get(key);
    if (!checker) this.checkers.set(key, (checker = this.makeChecker(schema())));
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
