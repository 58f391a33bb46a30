import { Html, html } from '../shell/html.js';

/** Leading dashes and a key, in front of a colon. */
const KEY = /^(\s*(?:- )*)("[^"]*"|[^\s#"'{[][^\s:#]*)(:)(?=\s|$)/;
const TOKEN =
  /(?<=^|\s)(#.*$)|("(?:[^"\\]|\\.)*"|'[^']*')|(?<![\w./-])(-?\d[\d.]*(?:e[+-]?\d+)?)(?![\w./-])|\b(true|false|null)\b/gm;

const NEWLINE = new Html('\n');

/** YAML with keys, texts, numbers and comments marked, by patterns and not by a parser. */
export function highlightYaml(text: string): Html[] {
  return text.split('\n').flatMap((line) => [highlightLine(line), NEWLINE]);
}

function highlightLine(line: string): Html {
  const [whole = '', before = '', key] = KEY.exec(line) ?? [];
  const marked = key === undefined ? undefined : html`${before}<b>${key}</b>:`;
  return html`${marked}${markTokens(line.slice(whole.length))}`;
}

function markTokens(text: string): Html[] {
  const parts: Html[] = [];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    const [token, comment, quoted, , word] = match;
    const kind = comment !== undefined ? 'c' : quoted !== undefined ? 's' : word !== undefined ? 'w' : 'n';
    parts.push(html`${text.slice(end, match.index)}<i class="${kind}">${token}</i>`);
    end = match.index + token.length;
  }
  return [...parts, html`${text.slice(end)}`];
}
