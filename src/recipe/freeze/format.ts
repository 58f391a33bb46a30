import type { Json } from '../../core/json.js';
import type { Path } from '../read/node.js';

/** A line of YAML, and the comment behind it. */
export interface Line {
  readonly text: string;
  readonly comment?: string;
}

export interface FormatOptions {
  /** Characters that a map or list on one line may take. */
  readonly width?: number;
  /** A comment on a line of its own, above the value at a path. */
  readonly above?: (path: Path) => string | undefined;
  /** A comment behind the value at a path, where that is on one line. */
  readonly behind?: (path: Path) => string | undefined;
  /** Whether a map or list may stand on one line; default: where nothing in it is a map with keys. */
  readonly onOneLine?: (value: Json, path: Path) => boolean;
}

const MAX_LINE_CHARS = 110;
/** Texts that every YAML reader takes for a text. */
const PLAIN = /^([0-9]+ )?[A-Za-z][A-Za-z0-9_./()-]*( [A-Za-z0-9_./()-]+)*$/;
/** What readers of YAML 1.1 take for a boolean, null, or, some of them, a number (`e1`). */
const WORD = /^(y|n|yes|no|on|off|true|false|null|e[0-9]+)$/i;

type JsonMap = Readonly<Record<string, Json>>;

const isMap = (value: Json): value is JsonMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * JSON as lines of YAML that mean the same to readers of YAML 1.1 and 1.2. Written by hand and not by the `yaml` library,
 * which would leave `2e-4` and `on` as YAML 1.1 misreads them.
 */
export function formatLines(value: Json, options: FormatOptions = {}, at: Path = []): readonly Line[] {
  return new Writer(options).block(value, '', at);
}

class Writer {
  private readonly width: number;
  private readonly onOneLine: (value: Json, path: Path) => boolean;

  constructor(private readonly options: FormatOptions) {
    this.width = options.width ?? MAX_LINE_CHARS;
    this.onOneLine = options.onOneLine ?? ((value) => !isDeep(value));
  }

  block(value: Json, indent: string, path: Path): Line[] {
    const entries: (readonly [string, string | number, Json])[] = isMap(value)
      ? Object.entries(value).map(([key, item]) => [`${text(key)}:`, key, item])
      : (value as readonly Json[]).map((item, i) => ['-', i, item]);
    return entries.flatMap(([head, step, item]) => {
      const at = [...path, step];
      const above = this.options.above?.(at);
      const comment = above === undefined ? [] : [{ text: `${indent}# ${above}` }];
      return [...comment, ...this.below(item, `${indent}${head}`, indent, at)];
    });
  }

  /** A value after its key or dash: on the same line where it fits, else as a block. */
  private below(value: Json, head: string, indent: string, path: Path): Line[] {
    const line = `${head} ${flow(value)}`;
    const isEmpty = isContainer(value) && Object.keys(value).length === 0;
    const fits = indent !== '' && line.length < this.width && this.onOneLine(value, path);
    if (isContainer(value) && !isEmpty && !fits) {
      const lines = this.block(value, `${indent}  `, path);
      // The first key of a list's item is on the line of its dash.
      const [first, ...others] = lines;
      const joins = head.endsWith('-') && !first!.text.trimStart().startsWith('#');
      return joins
        ? [{ ...first!, text: `${head} ${first!.text.trimStart()}` }, ...others]
        : [{ text: head }, ...lines];
    }
    const comment = this.options.behind?.(path);
    return [{ text: line, ...(comment === undefined ? {} : { comment }) }];
  }
}

const isContainer = (value: Json): value is JsonMap | readonly Json[] =>
  typeof value === 'object' && value !== null;

const isDeep = (value: Json): boolean =>
  isMap(value) && Object.values(value).some((item) => isMap(item) && Object.keys(item).length > 0);

/** A value on one line. */
export function flow(value: Json): string {
  if (isMap(value)) {
    const parts = Object.entries(value).map(([key, item]) => `${text(key)}: ${flow(item)}`);
    return parts.length === 0 ? '{}' : `{ ${parts.join(', ')} }`;
  }
  if (isContainer(value)) return `[${value.map(flow).join(', ')}]`;
  if (typeof value === 'string') return text(value);
  return typeof value === 'number' ? number(value) : String(value);
}

/** Plain where that is safe anywhere, so without commas; else quoted, JSON's quotes being YAML's. */
const text = (value: string): string =>
  PLAIN.test(value) && !WORD.test(value) ? value : JSON.stringify(value);

/** YAML 1.1 knows no float without a point: `2.0e-7`. */
const number = (value: number): string => String(value).replace(/^(-?[0-9]+)e/, '$1.0e');
