export { explainRecipe } from './explain.js';
