import type { Call, Span } from '../../core/call.js';
import type { Registry } from '../../registry/index.js';
import type { Findings } from '../messages/findings.js';
import type { Draft } from './draft.js';
import { find, locate, locateKey, type Node, type Path, textOf } from '../read/node.js';
import type { Locator } from '../recipe.js';
import type { Origin } from '../read/source.js';
import { writtenSpan } from '../read/spans.js';

/** What every check is given. */
export interface CheckContext {
  readonly draft: Draft;
  readonly registry: Registry;
  readonly findings: Findings;
  /** The recipe as written, for places. */
  readonly root: Node;
}

/** A text of the recipe that is a call. */
export interface CallSite {
  readonly path: Path;
  /** undefined where the text is no call, or names something that is wrong itself. */
  readonly call: Call | undefined;
}

export const valueAt = ({ root }: Pick<CheckContext, 'root'>, path: Path): Origin => locate(root, path);

export const keyAt = ({ root }: CheckContext, path: Path): Origin =>
  locateKey(root, path) ?? locate(root, path);

/** Where a stretch of a call was written, however its text is quoted; the whole text where that cannot be found out. */
export function spanAt(context: Pick<CheckContext, 'root'>, path: Path, span: Span): Origin {
  const origin = valueAt(context, path);
  const { source, start, end } = origin;
  const text = textOf(find(context.root, path));
  const found = text === undefined ? undefined : writtenSpan(source.text.slice(start, end), text, span);
  return found ? { source, start: start + found.start, end: start + found.end } : origin;
}

/** Finds where parts of a recipe were written. */
export const locatorOf =
  (root: Node): Locator =>
  (path, span) => {
    const at = span ? spanAt({ root }, path, span) : locate(root, path);
    return at.source.place(at.start, at.end);
  };
