import type { Call, Span } from '../../core/call.js';
import type { Registry } from '../../registry/index.js';
import type { Findings } from '../diagnostics.js';
import type { Draft } from '../draft.js';
import { find, locate, locateKey, type Node, type Path, textOf } from '../node.js';
import type { Origin } from '../source.js';

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
  /** undefined where the text is none. */
  readonly call: Call | undefined;
}

export const valueAt = ({ root }: CheckContext, path: Path): Origin => locate(root, path);

export const keyAt = ({ root }: CheckContext, path: Path): Origin =>
  locateKey(root, path) ?? locate(root, path);

/** The stretch of a call inside its text. Quotes shift it by one; where escapes or folds do more, the whole text is shown. */
export function spanAt(context: CheckContext, path: Path, span: Span): Origin {
  const origin = valueAt(context, path);
  const text = textOf(find(context.root, path));
  const written = origin.source.text.slice(origin.start, origin.end);
  const shift = text === undefined ? -1 : written.indexOf(text);
  if (shift < 0 || shift > 1) return origin;
  const start = origin.start + shift;
  return { source: origin.source, start: start + span.start, end: start + span.end };
}
