// Plugins for StrykerJS: what is not mutated, further faults that this project's code invites, and the sample.
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CheckStatus } from '@stryker-mutator/api/check';
import {
  PluginKind,
  commonTokens,
  declareClassPlugin,
  declareValuePlugin,
} from '@stryker-mutator/api/plugin';
import ts from 'typescript';
import { keyOf, keyText } from './key.mjs';

// StrykerJS takes no plugins for mutators, so ours are added to the list that its instrumenter reads, in its own syntax
// tree. Both are what this exact version of it loads.
const ofInstrumenter = createRequire(
  createRequire(import.meta.url).resolve('@stryker-mutator/instrumenter/package.json'),
);
const { types: t } = ofInstrumenter('@babel/core');
const { allMutators } = await import(
  pathToFileURL(join(dirname(ofInstrumenter.resolve('./package.json')), 'dist/src/mutators/index.js')).href
);

/** Keys of definitions whose values are for readers. */
const DOCUMENTATION = new Set([
  'summary',
  'description',
  'descriptions',
  'formula',
  'paper',
  'example',
  'examples',
  'title',
  'meaning',
  'message',
  'remedy',
  'hint',
]);
/** Callees whose arguments are messages and where they belong. */
const MESSAGES = /(^|\.)(error|warning|warn|UserError|Error|TypeError|RangeError|problem|fail)$/;

/** Helpers whose first argument is the name that their message begins with. */
const NAMED_IN_MESSAGES = /^(imageShape|singleShape|assertSameSize|alike|masked)$/;

const calleeName = (node) => {
  if (t.isIdentifier(node)) return node.name;
  return t.isMemberExpression(node) && t.isIdentifier(node.property) ? `.${node.property.name}` : '';
};

/** Texts with a space in them are read by people; names and keys have none. */
const isProse = (node) =>
  (t.isStringLiteral(node) && /\s/.test(node.value)) ||
  (t.isTemplateLiteral(node) && node.quasis.some(({ value }) => /[A-Za-z,.:;] | [A-Za-z]/.test(value.raw)));

const textForPeople = {
  shouldIgnore(path) {
    const { node, parent } = path;
    if (isProse(node)) return 'text for people';
    if ((t.isNewExpression(parent) || t.isCallExpression(parent)) && parent.callee !== node) {
      if (MESSAGES.test(calleeName(parent.callee))) return 'a message';
      if (t.isStringLiteral(node) && NAMED_IN_MESSAGES.test(calleeName(parent.callee))) return 'a message';
    }
    if (t.isObjectProperty(parent) && parent.value === node && t.isIdentifier(parent.key)) {
      if (DOCUMENTATION.has(parent.key.name)) return 'documentation';
    }
    return undefined;
  },
};

/** Faults of tensor code: types accept them, and finite differences of a gradient do, too. */
const SWAPS = new Map([
  ['sum', ['mean']],
  ['mean', ['sum']],
  ['add', ['sub']],
  ['sub', ['add']],
  ['mul', ['div']],
  ['div', ['mul']],
  ['maximum', ['minimum']],
  ['minimum', ['maximum']],
  ['sqrt', ['square']],
  ['rsqrt', ['sqrt']],
  ['square', ['abs']],
  ['abs', ['neg']],
  ['floor', ['ceil']],
  ['ceil', ['floor']],
  ['round', ['floor']],
  ['greater', ['greaterEqual']],
  ['greaterEqual', ['greater']],
  ['less', ['lessEqual']],
  ['lessEqual', ['less']],
]);
/** Calls whose first two arguments mean different things. */
const ORDERED = new Set(['sub', 'div', 'pow', 'greater', 'less', 'floorDiv', 'mod']);

const tensorCall = {
  name: 'TensorCall',
  *mutate({ node }) {
    if (!t.isCallExpression(node) || !t.isMemberExpression(node.callee)) return;
    const { object, property } = node.callee;
    if (!t.isIdentifier(property)) return;
    const copy = (args = node.arguments) => args.map((argument) => t.cloneNode(argument, true));
    for (const name of SWAPS.get(property.name) ?? []) {
      yield t.callExpression(t.memberExpression(t.cloneNode(object, true), t.identifier(name)), copy());
    }
    if (ORDERED.has(property.name) && node.arguments.length === 2) {
      const [first, second] = node.arguments;
      yield t.callExpression(t.cloneNode(node.callee, true), copy([second, first]));
    }
  },
};

/** A number that is off: whole numbers by one, fractions by half. Guards against zero and limits of size stay. */
const number = {
  name: 'Number',
  *mutate(path) {
    const { node, parent } = path;
    if (!t.isNumericLiteral(node) || node.value > 1e4 || (node.value !== 0 && node.value < 1e-5)) return;
    if ((t.isObjectProperty(parent) || t.isObjectMethod(parent)) && parent.key === node) return;
    // `[height = 1, width = 1]`: for the types, which do not know how long a shape is.
    if (t.isAssignmentPattern(parent) && t.isArrayPattern(path.parentPath.parent)) return;
    if (t.isTSLiteralType(parent) || t.isTSEnumMember(parent)) return;
    yield t.numericLiteral(Number.isInteger(node.value) ? node.value + 1 : node.value * 1.5);
  },
};

if (!allMutators.includes(tensorCall)) allMutators.push(tensorCall, number);

/** Orders mutants by seed and by what they say: a line more above them leaves the sample as it was. */
const rank = (seed, text, column) => createHash('sha256').update(`${seed} ${text} ${column}`).digest('hex');

/**
 * What the types say against mutants. Each is a copy of its file with its own text, beside the original, and all copies are
 * one program: what they import is read and checked once. Files that import a mutant are not looked at.
 */
function typeErrors(mutants) {
  const host = {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: ({ messageText }) => {
      throw new Error(String(messageText));
    },
  };
  const { options } = ts.getParsedCommandLineOfConfigFile('tsconfig.build.json', { noEmit: true }, host);
  const copies = new Map(
    mutants.map((mutant) => [mutant.fileName.replace(/ts$/, `mutant-${mutant.id}.ts`), textOf(mutant)]),
  );
  const compilerHost = ts.createCompilerHost({ ...options, incremental: false, composite: false });
  const { readFile, fileExists } = compilerHost;
  compilerHost.readFile = (file) => copies.get(file) ?? readFile(file);
  compilerHost.fileExists = (file) => copies.has(file) || fileExists(file);
  const program = ts.createProgram({ rootNames: [...copies.keys()], options, host: compilerHost });
  return new Map(
    [...copies.keys()].map((file, i) => {
      const source = program.getSourceFile(file);
      const [first] = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
      return [mutants[i].id, first && ts.flattenDiagnosticMessageText(first.messageText, ' ')];
    }),
  );
}

/** The whole text of a mutant's file. */
function textOf({ fileName, location: { start, end }, replacement }) {
  const text = ts.sys.readFile(fileName);
  const lines = text.split('\n');
  const offset = ({ line, column }) =>
    lines.slice(0, line).reduce((sum, each) => sum + each.length + 1, column);
  return text.slice(0, offset(start)) + replacement + text.slice(offset(end));
}

/** Lets a seeded sample of the mutants that have types through; the others count as invalid, in no score. */
class Sample {
  static inject = [commonTokens.options];
  #kept = 0;
  /** Of mutants that were checked: what the types say against them. */
  #errors = new Map();
  constructor({ sample }) {
    this.sample = sample;
  }
  init() {
    return Promise.resolve();
  }
  /** Is given all mutants at once. One to a group, in the order of the draw. */
  group(mutants) {
    const { seed, only } = this.sample;
    const wanted = only && new Set(only.map((each) => keyText(each)));
    const ranked = mutants.flatMap((mutant) => {
      const text = keyText(keyOf(mutant, 0));
      return wanted && !wanted.has(text)
        ? []
        : [{ mutant, rank: rank(seed, text, mutant.location.start.column) }];
    });
    ranked.sort((a, b) => (a.rank < b.rank ? -1 : 1));
    this.asked = ranked.map(({ mutant }) => mutant);
    // In the order of a set: those that are asked first, then all others.
    const ids = new Set([...this.asked, ...mutants].map(({ id }) => id));
    return Promise.resolve([...ids].map((id) => [id]));
  }
  check([{ id }]) {
    const reason = this.#kept === this.sample.size ? 'not in the sample' : this.#errorOf(id);
    if (!reason) this.#kept += 1;
    const result = reason ? { status: CheckStatus.CompileError, reason } : { status: CheckStatus.Passed };
    return Promise.resolve({ [id]: result });
  }
  #errorOf(id) {
    if (!this.#errors.has(id)) {
      const at = this.asked.findIndex((each) => each.id === id);
      if (at < 0) return 'not in the sample';
      const next = this.asked.slice(at, at + this.sample.size);
      for (const [each, error] of typeErrors(next)) this.#errors.set(each, error);
    }
    return this.#errors.get(id);
  }
}

export const strykerPlugins = [
  declareValuePlugin(PluginKind.Ignore, 'text-for-people', textForPeople),
  declareClassPlugin(PluginKind.Checker, 'sample', Sample),
];
export const strykerValidationSchema = {
  type: 'object',
  properties: {
    sample: {
      type: 'object',
      properties: {
        size: { type: 'number' },
        seed: { type: 'string' },
        only: { type: 'array', items: { type: 'object' } },
      },
      required: ['size', 'seed'],
      additionalProperties: false,
    },
  },
};
