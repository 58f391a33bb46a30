import type { HealthCheck } from './check.js';
import { dataStarving } from './data-starving.js';
import { discriminatorWon } from './discriminator-won.js';
import { generatorCollapsed } from './generator-collapsed.js';
import { nonFiniteLoss } from './non-finite-loss.js';
import { signalZeroed } from './signal-zeroed.js';
import { validationWorsening } from './validation-worsening.js';
import { zeroLearningRate } from './zero-learning-rate.js';

export * from './check.js';
export * from './monitor.js';

/** What is watched for in every run. */
export const healthChecks: readonly HealthCheck[] = [
  signalZeroed,
  nonFiniteLoss,
  discriminatorWon,
  generatorCollapsed,
  validationWorsening,
  zeroLearningRate,
  dataStarving,
];
