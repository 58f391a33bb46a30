/** `npm run bench`: the time of training steps; `npm run bench -- NAME`: another benchmark of this folder. */
const OTHERS = ['check', 'data', 'predict', 'recording', 'tracking'];
const [which = ''] = process.argv.slice(2);
await import(OTHERS.includes(which) ? `./${which}.js` : './steps.js');
