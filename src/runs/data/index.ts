export { openDataThread } from './open-data.js';
