import type { ErrorObject, ValidateFunction } from 'ajv';

/** Checks values by a schema. */
export class Checker {
  private all: ValidateFunction | undefined;

  /**
   * @param decides tells right from wrong. @param explains makes a validator that finds everything that is wrong; it is
   * called only for a value that is wrong.
   */
  constructor(
    private readonly decides: ValidateFunction,
    private readonly explains: () => ValidateFunction,
  ) {}

  /** Fills defaults into a value. @returns what is wrong with it: nothing, where it is as the schema wants it. */
  check(value: unknown): readonly ErrorObject[] {
    if (this.decides(value)) return [];
    const validate = (this.all ??= this.explains());
    return validate(value) ? [] : (validate.errors ?? []);
  }
}
