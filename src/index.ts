/** What a plugin imports: `import { defineLoss, Type } from 'gan-recipes'`. */
export { Type } from 'typebox';
export * from './plugins/api.js';
