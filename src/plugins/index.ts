export { withPlugins } from './load.js';
