export { choicesOf, describe } from '../validate/describe.js';
export { isSchema } from './json.js';
export { KEYWORDS, SECTION, SHORT, TYPES } from './keywords.js';
export { ablationSchema, recipeSchema, schemaFiles } from './publish.js';
export { roleChoices } from './roles.js';
export { commonKeys, sectionSchema } from './section.js';

export type { Schema } from './json.js';
