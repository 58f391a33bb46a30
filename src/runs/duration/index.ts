export { courseOf, type PhaseStretch } from './course.js';
export { checkpointsKept, estimateStepSeconds, knownDuration, type Duration } from './estimate.js';
export { measureSteps } from './measure.js';
export type { KnownRate } from './rates.js';
