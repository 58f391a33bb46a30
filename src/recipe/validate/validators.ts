import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Kind, Registry } from '../../registry/index.js';
import { KEYWORDS } from '../schema/keywords.js';
import { asSchema } from '../schema/json.js';
import { recipeSkeleton } from '../schema/recipe.js';
import { resolveRoles, roleChoices } from '../schema/roles.js';
import { sectionSchema } from '../schema/section.js';

/** Checkers of a recipe's frame and of each definition's section; they fill defaults into what they check. */
export class Validators {
  private static readonly byRegistry = new WeakMap<Registry, Validators>();
  private readonly ajv: Ajv2020;
  private readonly compiled = new Map<string, ValidateFunction>();
  readonly skeleton: ValidateFunction;

  private constructor(private readonly registry: Registry) {
    this.ajv = new Ajv2020({
      strict: true,
      strictRequired: false,
      allErrors: true,
      useDefaults: true,
      verbose: true,
    });
    this.ajv.addVocabulary([...KEYWORDS]);
    this.skeleton = this.ajv.compile(asSchema(recipeSkeleton));
  }

  /** Compiling takes most of the time that reading a recipe takes, so one set serves a registry for good. */
  static of(registry: Registry): Validators {
    let validators = this.byRegistry.get(registry);
    if (!validators) this.byRegistry.set(registry, (validators = new Validators(registry)));
    return validators;
  }

  /** Of the section that a definition's `type` opens, or undefined where there is no such type. */
  section(kind: Kind, type: string): ValidateFunction | undefined {
    const key = `${kind}/${type}`;
    const known = this.compiled.get(key);
    const definition = this.registry.find(kind, type);
    if (known || !definition) return known;
    const schema = sectionSchema(kind, definition);
    const validate = this.ajv.compile(resolveRoles(schema, (role) => roleChoices(this.registry, role)));
    this.compiled.set(key, validate);
    return validate;
  }
}
