import { type Diagnostic, UserError } from '../core/errors.js';
import type { Locator, Recipe } from '../recipe/index.js';
import { findBlock } from './find-block.js';
import { LayerError } from './layers.js';
import { NetworkError, UnknownShape } from './shapes.js';

/** Collects the mistakes that planning finds, each with its place in the recipe. */
export class Problems {
  readonly found: Diagnostic[] = [];

  constructor(
    private readonly recipe: Pick<Recipe, 'networks'>,
    private readonly locate: Locator,
  ) {}

  /** @returns undefined where `f` found a mistake of the recipe's. */
  catch<T>(path: readonly string[], f: () => T): T | undefined {
    try {
      return f();
    } catch (error) {
      if (error instanceof NetworkError) {
        const { network, reason } = error;
        this.add(reason, 'network', this.blockPath(error), `${network}: ${reason.message}`);
      } else if (error instanceof UserError) {
        const { key } = error.point;
        this.add(error, 'shape', key === undefined ? path : [...path, key], error.message);
      } else if (!(error instanceof UnknownShape)) throw error;
      return undefined;
    }
  }

  private add(
    { remedy, point }: UserError,
    code: string,
    path: readonly (string | number)[],
    message: string,
  ): void {
    if (this.found.some((d) => d.message === message)) return;
    this.found.push({
      severity: 'error',
      code: point.code ?? code,
      message,
      ...(remedy === undefined ? {} : { remedy }),
      ...this.locate(path, point.span),
    });
  }

  /** The path of the block that a layer belongs to, else of its network; with the wrong key where that is known. */
  private blockPath({ network, reason }: NetworkError): readonly (string | number)[] {
    const { key } = reason.point;
    const found =
      reason instanceof LayerError ? findBlock(this.recipe.networks[network] ?? {}, reason.layer) : undefined;
    if (found) {
      const path = ['networks', network, found.list, found.at];
      // What joins a skip link to the decoder is a layer of its own.
      const written = [key, key === 'from' ? 'skip' : undefined].find(
        (each) => each !== undefined && each in found.block,
      );
      return written === undefined ? path : [...path, written];
    }
    return ['networks', network, ...(key === undefined ? [] : [key])];
  }
}

/** @throws UserError with the findings, if there are any. @param name of the recipe. */
export function throwIfAny(name: string, diagnostics: readonly Diagnostic[]): void {
  if (diagnostics.length === 0) return;
  const what = diagnostics.length === 1 ? 'an error' : `${diagnostics.length} errors`;
  throw new UserError(`The plan of ${name} has ${what}.`, { exitCode: 2, diagnostics });
}
