import { stringify } from 'yaml';
import { type Kind, KINDS, type Registry } from '../registry/index.js';
import { entriesOf, type Entry, type KeyEntry } from './entry.js';
import { KIND_TEXTS } from './kinds.js';

const HEADER = '<!-- Generated from the definitions by `npm run generate`; do not edit. -->\n\n';

/** Pages of docs/reference by file name: one for each kind, and what lists them. */
export function referencePages(registry: Registry): Readonly<Record<string, string>> {
  const pages = KINDS.map((kind) => [`${KIND_TEXTS[kind].name}.md`, page(kind, entriesOf(registry, kind))]);
  return { 'README.md': index(registry), ...(Object.fromEntries(pages) as Record<string, string>) };
}

function index(registry: Registry): string {
  const sections = KINDS.map((kind) => {
    const { name, intro } = KIND_TEXTS[kind];
    const types = registry.types(kind).map((type) => `[${type}](${name}.md#${type})`);
    return `## [${capital(name)}](${name}.md)\n\n${intro}\n\n${types.join(', ')}\n`;
  });
  return `${HEADER}# Reference\n\nEverything that a recipe can name. \`gan list\` and \`gan describe loss hinge\` print the same in a terminal.\n\n${sections.join('\n')}`;
}

function page(kind: Kind, entries: readonly Entry[]): string {
  const { name, place, intro } = KIND_TEXTS[kind];
  const shared = sharedKeys(entries);
  const common =
    shared.length === 0 ? '' : `\n## Keys of all ${name}\n\nBeside \`type\`.\n\n${keyTable(shared)}`;
  const parts = entries.map((entry) => section(entry, shared));
  return `${HEADER}# ${capital(name)}\n\n${intro} In a recipe: \`${place}\`.\n\n${summaryTable(entries)}${common}\n${parts.join('\n')}`;
}

/** Keys that all of a kind have, and explain alike. */
function sharedKeys(entries: readonly Entry[]): readonly KeyEntry[] {
  const [first, ...others] = entries;
  const text = (key: KeyEntry): string => JSON.stringify(key);
  return (first?.keys ?? []).filter(
    (key) => key.common && others.every((entry) => entry.keys.some((other) => text(other) === text(key))),
  );
}

function section(entry: Entry, shared: readonly KeyEntry[]): string {
  const isShared = (key: KeyEntry): boolean => shared.some((each) => each.key === key.key);
  const specific = entry.keys.filter((key) => !isShared(key));
  const { type, short, summary, description, formula, paper, example } = entry;
  const parts = [
    `## ${type}`,
    summary,
    ...(short === undefined ? [] : [`As a choice of a block’s key: \`${short}\`.`]),
    ...(description === undefined ? [] : [description]),
    ...(formula === undefined ? [] : [`\`\`\`text\n${formula}\n\`\`\``]),
    ...(specific.length === 0 ? [] : [keyTable(specific).trimEnd()]),
    `\`\`\`yaml\n${stringify(example, { lineWidth: 100 })}\`\`\``,
    ...(paper === undefined ? [] : [`Source: ${linked(paper)}`]),
  ];
  return `${parts.join('\n\n')}\n`;
}

function summaryTable(entries: readonly Entry[]): string {
  const rows = entries.map(({ type, summary }) => `| [${type}](#${type}) | ${cell(summary)} |`);
  return ['| | |', '| --- | --- |', ...rows, ''].join('\n');
}

function keyTable(keys: readonly KeyEntry[]): string {
  const rows = keys.map(({ key, value, default: fallback, required, description }) => {
    const otherwise = fallback === undefined ? (required ? '**required**' : '') : `\`${cell(fallback)}\``;
    return `| \`${key}\` | ${cell(value)} | ${otherwise} | ${cell(description)} |`;
  });
  return ['| key | value | default | |', '| --- | --- | --- | --- |', ...rows, ''].join('\n');
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Identifiers of arXiv and DOI as links. */
function linked(paper: string): string {
  return paper
    .replace(/arXiv:(\d{4}\.\d{4,5})/g, '[arXiv:$1](https://arxiv.org/abs/$1)')
    .replace(/doi:(\S+[^\s.,;)])/g, '[doi:$1](https://doi.org/$1)');
}
