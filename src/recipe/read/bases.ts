import type { Node } from './node.js';
import type { Source } from './source.js';

/** A recipe that was read with all that it extends, and nothing was found wrong. */
export interface Base {
  readonly source: Source;
  readonly root: Node;
}

/** A file's text, and its nodes where it was read as YAML and nothing was found wrong. */
export interface Text {
  readonly source: Source;
  readonly root?: Node;
}

/** Recipes that others extend or vary, each read once where many files are checked together. */
export class Bases {
  private readonly bases = new Map<string, Base>();
  private readonly texts = new Map<string, Text>();

  /** Keeps what was read to find out what kind of file it is, for whoever reads the file next. */
  keepText(file: string, text: Text): void {
    this.texts.set(file, text);
  }

  takeText(file: string): Text | undefined {
    const text = this.texts.get(file);
    this.texts.delete(file);
    return text;
  }

  /** @param folder the one that relative paths in it were rewritten to start from. */
  get(file: string, folder: string): Base | undefined {
    return this.bases.get(JSON.stringify([file, folder]));
  }

  set(file: string, folder: string, base: Base): void {
    this.bases.set(JSON.stringify([file, folder]), base);
  }
}
