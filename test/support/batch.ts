export { noiseBatch } from '../../src/trainers/index.js';
