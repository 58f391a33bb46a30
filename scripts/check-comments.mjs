// Fails where a comment, or a page for contributors, names a file or a function that is not there any more.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import ts from 'typescript';

const tracked = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { encoding: 'utf8' })
  .trim()
  .split('\n');
const isCode = (file) =>
  /^(bin|src|test|bench|scripts)\/.*\.(ts|mjs)$/.test(file) && !file.includes('generated');
const isPage = (file) => /^(src|test)\/.*README\.md$|^CONTRIBUTING\.md$/.test(file);

/** What a file's comments say, with the line of each, and everything else that it says. */
function split(text) {
  const scanner = ts.createScanner(ts.ScriptTarget.Latest, false, ts.LanguageVariant.Standard, text);
  const comments = [];
  const words = new Set();
  // Template literals are rescanned by the parser alone; their texts are read as words.
  for (let kind = scanner.scan(); kind !== ts.SyntaxKind.EndOfFileToken; kind = scanner.scan()) {
    const token = scanner.getTokenText();
    if (kind === ts.SyntaxKind.SingleLineCommentTrivia || kind === ts.SyntaxKind.MultiLineCommentTrivia)
      comments.push({ token, at: scanner.getTokenStart() });
    else for (const [word] of token.matchAll(/[A-Za-z_$][\w$]*/g)) words.add(word);
  }
  return { comments, words };
}

const sources = tracked.filter(isCode).map((file) => {
  const text = readFileSync(file, 'utf8');
  return { file, text, ...split(text) };
});
/** Names of code, of recipes and of packages' interfaces, wherever they are used. */
const known = new Set(sources.flatMap(({ words }) => [...words]));
const lineOf = (text, at) => text.slice(0, at).split('\n').length;
const isThere = (path) => tracked.some((file) => file === path || file.endsWith(`/${path}`));

const gone = [];
function look(file, text, content, start) {
  for (const { 0: path, index } of content.matchAll(/(?<![\w@*{./-])[\w-][\w./-]*\.(ts|mjs|cjs|wat)\b/g))
    if (!path.includes('NAME') && !isThere(path.replace(/^(\.\.?\/)+/, '')))
      gone.push([file, lineOf(text, start + index), path]);
  // `likeThis` or `likeThis(...)`: a key of a recipe has no capital in it.
  for (const { 1: name, index } of content.matchAll(/`([a-z]\w*[A-Z]\w*)(\([^`]*\))?`/g))
    if (!known.has(name)) gone.push([file, lineOf(text, start + index), name]);
}
for (const { file, text, comments } of sources)
  for (const { token, at } of comments) look(file, text, token, at);
for (const file of tracked.filter(isPage)) {
  const text = readFileSync(file, 'utf8');
  look(file, text, text, 0);
}
for (const [file, line, name] of gone) console.error(`${file}:${line}: there is no ${name}`);
process.exitCode = gone.length > 0 ? 1 : 0;
