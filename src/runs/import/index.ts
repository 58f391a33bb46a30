export { importWeights } from './import.js';
