import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node as YamlNode,
  type Pair,
  parseDocument,
  type YAMLMap,
} from 'yaml';
import type { Findings } from './diagnostics.js';
import { type Entry, type Node, scalar } from './node.js';
import type { Origin, Source } from './source.js';
import { splitCall } from './split-call.js';

/** Aliases may repeat parts of a recipe; a "billion laughs" file repeats without end. */
const MAX_NODES = 50_000;
const MAX_DEPTH = 64;

const CODES: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'duplicate-key',
  MULTIPLE_DOCS: 'several-documents',
};
const MESSAGES: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'This key stands twice in one map.',
  MULTIPLE_DOCS: 'A recipe is one YAML document, and a second begins here.',
};

/**
 * Reads YAML 1.2 into nodes, more strictly than YAML: no tags, no `<<`, no number that JSON cannot hold, no key without
 * a value. `range` reads a part of the source only.
 * @returns undefined where nothing could be read; the findings say why.
 */
export function readYaml(source: Source, findings: Findings, range?: { start: number }): Node | undefined {
  const shift = range?.start ?? 0;
  const document = parseDocument(source.text.slice(shift), {
    prettyErrors: false,
    logLevel: 'silent',
    merge: false,
  });
  const reader = new Reader(source, shift, document, findings);
  for (const error of document.errors) {
    const code = CODES[error.code] ?? 'yaml-syntax';
    const message = MESSAGES[error.code] ?? sentence(error.message);
    findings.error(code, message, reader.origin(error.pos[0], Math.max(error.pos[1], error.pos[0] + 1)));
  }
  return document.contents ? reader.read(document.contents, 0) : undefined;
}

/** Ended as a sentence is. */
function sentence(message: string): string {
  return message.replace(/\.?$/, '.');
}

class Reader {
  private count = 0;

  constructor(
    private readonly source: Source,
    private readonly shift: number,
    private readonly document: Document.Parsed,
    private readonly findings: Findings,
  ) {}

  origin(start: number, end: number): Origin {
    return { source: this.source, start: start + this.shift, end: end + this.shift };
  }

  read(node: YamlNode, depth: number): Node | undefined {
    const [start, end] = node.range ?? [0, 1];
    const at = this.origin(start, end);
    if (++this.count > MAX_NODES || depth > MAX_DEPTH) {
      // Once: the document is given up at this size.
      if (this.count < Infinity)
        this.findings.error(
          'too-large',
          'The recipe grows beyond all size here, by its aliases or its depth.',
          at,
        );
      this.count = Infinity;
      return undefined;
    }
    if (isAlias(node)) {
      const target = node.resolve(this.document);
      if (!target) {
        this.refuse('unknown-alias', `There is no anchor &${node.source} above.`, at);
        return;
      }
      return this.read(target, depth + 1);
    }
    if (node.tag !== undefined) {
      this.refuse('tag', 'Tags are not part of the recipe language.', at);
      return;
    }
    if (isScalar(node)) return this.readScalar(node.value, node.source ?? '', at);
    if (isMap(node)) return this.readMap(node, at, depth);
    if (isSeq(node)) {
      const split = node.flow ? splitCall(node.items, this.source.text.slice(this.shift)) : undefined;
      if (split) {
        this.refuseSplit(split);
        return;
      }
      const items = node.items.map((item) => this.read(item as YamlNode, depth + 1));
      return { kind: 'list', items: items.filter((item) => item !== undefined), origin: at };
    }
    this.refuse('yaml-syntax', 'This is no value.', at);
  }

  private readScalar(value: unknown, written: string, at: Origin): Node | undefined {
    if (typeof value === 'number') {
      if (!Number.isFinite(value)) {
        this.refuse('number', `${written} is no finite number.`, at);
        return;
      }
      if (/^[-+]?[0-9]+$/.test(written) && !Number.isSafeInteger(value)) {
        this.refuse('number', `${written} is beyond 2^53, where whole numbers are no longer exact.`, at);
        return;
      }
      return scalar(value + 0, at); // -0 + 0 is 0
    }
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return scalar(value, at);
    this.refuse('yaml-syntax', 'This is no text, number, boolean or null.', at);
  }

  private readMap(node: YAMLMap, at: Origin, depth: number): Node {
    const entries = new Map<string, Entry>();
    const flow = node.flow ? splitCall(node.items, this.source.text.slice(this.shift)) : undefined;
    if (flow) this.refuseSplit(flow);
    for (const [i, pair] of (node.items as Pair<YamlNode, YamlNode | null>[]).entries()) {
      if (flow && i >= flow.first && i <= flow.last) continue;
      const [start, end] = pair.key.range ?? [0, 1];
      const key = this.origin(start, end);
      if (!isScalar(pair.key)) {
        this.findings.error('yaml-syntax', 'A key is a plain word.', key);
        continue;
      }
      const name = String(pair.key.source ?? pair.key.value);
      if (name === '<<') {
        this.findings.error(
          'merge-key',
          '"<<" is not part of the recipe language.',
          key,
          'Use `extends`, or `like` for a network.',
        );
        continue;
      }
      const empty =
        pair.value === null ||
        (isScalar(pair.value) && pair.value.value === null && pair.value.source === '');
      if (empty) {
        this.findings.error(
          'missing-value',
          `"${name}" has no value.`,
          key,
          'Write one, or take the key away.',
        );
        continue;
      }
      const value = this.read(pair.value!, depth + 1);
      if (value) entries.set(name, { key, value });
    }
    return { kind: 'map', entries, origin: at };
  }

  private refuse(code: string, message: string, at: Origin, remedy?: string): undefined {
    this.findings.error(code, message, at, remedy);
    return undefined;
  }

  private refuseSplit(split: { start: number; end: number; text: string }): undefined {
    const at = this.origin(split.start, split.end);
    this.refuse(
      'call-split',
      'Inside { } and [ ] a comma ends the value, so this call is split.',
      at,
      `Quote it: "${split.text}".`,
    );
  }
}
