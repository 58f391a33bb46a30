export { isLoopback, serveRun } from './server.js';
