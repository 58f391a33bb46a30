import { type Diagnostic, UserError } from '../core/errors.js';
import type { Locator, Recipe } from '../recipe/recipe.js';
import { LayerError } from './layers.js';
import { NetworkError, UnknownShape } from './shapes.js';

/** Findings of planning, each beside the part of the recipe that it is about. */
export class Problems {
  private readonly found: Diagnostic[] = [];

  constructor(
    private readonly recipe: Recipe,
    private readonly locate: Locator,
  ) {}

  /** @returns undefined where `f` found a mistake of the recipe's. */
  catch<T>(path: readonly string[], f: () => T): T | undefined {
    try {
      return f();
    } catch (error) {
      if (error instanceof NetworkError) {
        const { network, reason } = error;
        this.add('network', this.blockPath(error), `${network}: ${reason.message}`, reason.remedy);
      } else if (error instanceof UserError) this.add('shape', path, error.message, error.remedy);
      else if (!(error instanceof UnknownShape)) throw error;
      return undefined;
    }
  }

  throwIfAny(): void {
    if (this.found.length === 0) return;
    const what = this.found.length === 1 ? 'an error' : `${this.found.length} errors`;
    throw new UserError(`The plan of ${this.recipe.name} has ${what}.`, {
      exitCode: 2,
      diagnostics: this.found,
    });
  }

  private add(
    code: string,
    path: readonly (string | number)[],
    message: string,
    remedy: string | undefined,
  ): void {
    if (this.found.some((d) => d.message === message)) return;
    this.found.push({
      severity: 'error',
      code,
      message,
      ...(remedy === undefined ? {} : { remedy }),
      ...this.locate(path),
    });
  }

  /** Where the block was written that a layer belongs to, else its network. */
  private blockPath({ network, reason }: NetworkError): readonly (string | number)[] {
    const names = reason instanceof LayerError ? reason.layer.split('/') : [];
    for (const [key, blocks] of Object.entries(this.recipe.networks[network] ?? {})) {
      if (!Array.isArray(blocks)) continue;
      const at = blocks.findIndex(
        (block: unknown) =>
          typeof block === 'object' && block !== null && 'id' in block && names.includes(String(block.id)),
      );
      if (at >= 0) return ['networks', network, key, at];
    }
    return ['networks', network];
  }
}
