export { allEntries, entriesOf, entryOf } from './entry.js';
export { KIND_TEXTS, kindOf } from './kinds.js';
export { referencePages } from './pages.js';
export { formatEntry, formatList, textWidth, wrap } from './terminal.js';

export type { Entry } from './entry.js';
