import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node as YamlNode,
  type Pair,
  parseDocument,
  visit,
  type YAMLMap,
} from 'yaml';
import type { Facts, MessageId } from '../messages/codes/index.js';
import type { Findings } from '../messages/findings.js';
import { type Entry, invalidNode, type Node, scalar } from './node.js';
import type { Origin, Source } from './source.js';
import { splitCall, type SplitCall } from './split-call.js';

/** Aliases may repeat parts of a recipe; a "billion laughs" file repeats without end. */
const MAX_NODES = 50_000;
const MAX_DEPTH = 64;

/** What the catalogue says better than the parser, by the parser's codes. */
const MESSAGES = new Map<string, 'several-documents' | 'yaml-syntax.colon' | 'yaml-syntax.escape'>([
  ['MULTIPLE_DOCS', 'several-documents'],
  ['MULTILINE_IMPLICIT_KEY', 'yaml-syntax.colon'],
  ['BAD_DQ_ESCAPE', 'yaml-syntax.escape'],
]);

/**
 * Reads YAML 1.2 into nodes, more strictly than YAML: no tags, no `<<`, no number that JSON cannot hold, no key without
 * a value. What is refused becomes an invalid node, so that the rest can still be checked.
 * @param start offset in the source from which on it is YAML.
 * @returns undefined where the text is no YAML, or empty; the findings say why.
 */
export function readYaml(source: Source, findings: Findings, start = 0): Node | undefined {
  const document = parseDocument(source.text.slice(start), {
    prettyErrors: false,
    logLevel: 'error',
    merge: false,
    // The library compares each key with all others; the reader looks them up.
    uniqueKeys: false,
  });
  const reader = new Reader(source, start, findings);
  if (reportErrors(document, reader, findings) || !document.contents) return undefined;
  try {
    return reader.read(document.contents, 0);
  } catch (error) {
    if (!(error instanceof TooLarge)) throw error;
    findings.error('too-large', error.at);
    return undefined;
  }
}

/** @returns whether the structure of the text is unclear: its contents are not checked then. */
function reportErrors(document: Document.Parsed, reader: Reader, findings: Findings): boolean {
  let lastLine: number | undefined;
  let hasTab = false;
  for (const { code, message, pos } of document.errors) {
    // The error of indentation follows from the tab.
    if (hasTab && code === 'BAD_INDENT') continue;
    hasTab ||= code === 'TAB_AS_INDENT';
    const quote = code === 'MISSING_CHAR' ? openQuote(document, pos[0]) : undefined;
    if (quote !== undefined) {
      findings.error('yaml-syntax.quote', reader.origin(quote, quote + 1));
      // What follows is inside of the quoted text.
      break;
    }
    const at = reader.origin(pos[0], Math.max(pos[1], pos[0] + 1));
    const { line } = at.source.place(at.start, at.end).place;
    // Further errors of the parser in the same line follow from the first.
    if (line === lastLine) continue;
    lastLine = line;
    const known = MESSAGES.get(code);
    if (known) findings.error(known, at);
    else findings.error('yaml-syntax.parser', at, message);
  }
  return document.errors.length > 0;
}

/** Where a quoted text without an end begins. */
function openQuote(document: Document.Parsed, end: number): number | undefined {
  let found: number | undefined;
  visit(document, {
    Scalar(_key, { type, range }) {
      if ((type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE') && range && range[1] >= end) found = range[0];
    },
  });
  return found;
}

class TooLarge extends Error {
  constructor(readonly at: Origin) {
    super();
  }
}

class Reader {
  private count = 0;
  /** As they are met; a later one of the same name takes its place. */
  private readonly anchors = new Map<string, YamlNode>();
  private readonly anchored = new Set<YamlNode>();

  constructor(
    private readonly source: Source,
    private readonly shift: number,
    private readonly findings: Findings,
  ) {}

  origin(start: number, end: number): Origin {
    return { source: this.source, start: start + this.shift, end: end + this.shift };
  }

  read(node: YamlNode, depth: number): Node {
    const [start, end] = node.range ?? [0, 1];
    const at = this.origin(start, end);
    if (++this.count > MAX_NODES || depth > MAX_DEPTH) throw new TooLarge(at);
    if (isAlias(node)) {
      const target = this.anchors.get(node.source);
      if (target) return this.read(target, depth + 1);
      return this.refuse('unknown-alias', at, node.source);
    }
    this.remember(node);
    if (node.tag !== undefined) return this.refuse('tag', this.tagBefore(start) ?? at);
    if (isScalar(node)) return this.readScalar(node.value, node.source ?? '', at);
    if (isMap(node)) return this.readMap(node, at, depth);
    if (!isSeq(node)) return this.refuse('yaml-syntax.node', at);
    const split = node.flow ? splitCall(node.items) : undefined;
    if (split) return this.refuseSplit(split);
    return {
      kind: 'list',
      items: node.items.map((item) => this.read(item as YamlNode, depth + 1)),
      origin: at,
    };
  }

  /** The tag before a value, which the value's range leaves out; an anchor may stand between them. */
  private tagBefore(start: number): Origin | undefined {
    const before = this.source.text.slice(0, start + this.shift);
    const found = /(?<tag>!\S*)\s+(?:&\S+\s+)?$/.exec(before.slice(before.lastIndexOf('\n') + 1));
    const tag = found?.groups?.['tag'];
    if (!found || tag === undefined) return undefined;
    const from = before.lastIndexOf('\n') + 1 + found.index - this.shift;
    return this.origin(from, from + tag.length);
  }

  /** What is read again through an alias has its anchor already. */
  private remember(node: YamlNode): void {
    if (isAlias(node) || node.anchor === undefined || this.anchored.has(node)) return;
    this.anchored.add(node);
    this.anchors.set(node.anchor, node);
  }

  private readScalar(value: unknown, written: string, at: Origin): Node {
    if (typeof value === 'number') {
      if (!Number.isFinite(value)) return this.refuse('number.infinite', at, written);
      if (/^[-+]?[0-9]+$/.test(written) && !Number.isSafeInteger(value))
        return this.refuse('number.inexact', at, written);
      return scalar(value + 0, at); // -0 + 0 is 0
    }
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return scalar(value, at);
    return this.refuse('yaml-syntax.scalar', at);
  }

  private readMap(node: YAMLMap, at: Origin, depth: number): Node {
    const entries = new Map<string, Entry>();
    let isPartial = false;
    const split = node.flow ? splitCall(node.items) : undefined;
    for (const [i, pair] of (node.items as Pair<YamlNode, YamlNode | null>[]).entries()) {
      if (split && i > split.first && i <= split.last) continue;
      const [start, end] = pair.key.range ?? [0, 1];
      const key = this.origin(start, end);
      if (!isScalar(pair.key)) {
        this.findings.error('yaml-syntax.key', key);
        isPartial = true;
        continue;
      }
      this.remember(pair.key);
      const name = String(pair.key.source ?? pair.key.value);
      if (entries.has(name)) this.findings.error('duplicate-key', key);
      entries.set(name, {
        key,
        value: both(
          entries.get(name)?.value,
          i === split?.first ? this.refuseSplit(split) : this.readValue(name, key, pair.value, depth),
        ),
      });
    }
    // Refused with its reason above, and no key that anything asks for.
    isPartial = entries.delete('<<') || isPartial;
    return { kind: 'map', entries, origin: at, ...(isPartial ? { isPartial } : {}) };
  }

  private readValue(name: string, key: Origin, value: YamlNode | null, depth: number): Node {
    if (name === '<<') return this.refuse('merge-key', key);
    if (value === null || (isScalar(value) && value.value === null && value.source === ''))
      return this.refuse('missing-value.key', key, name);
    return this.read(value, depth + 1);
  }

  private refuse<Id extends MessageId>(id: Id, at: Origin, ...facts: Facts<Id>): Node {
    this.findings.error(id, at, ...facts);
    return invalidNode(at);
  }

  private refuseSplit({ start, end }: SplitCall): Node {
    const at = this.origin(start, end);
    return this.refuse('call-split', at, this.source.text.slice(at.start, at.end));
  }
}

/** The value of a key that was written twice: names in both are known. */
const both = (first: Node | undefined, second: Node): Node =>
  first?.kind === 'map' && second.kind === 'map'
    ? { ...second, entries: new Map([...first.entries, ...second.entries]) }
    : second;
