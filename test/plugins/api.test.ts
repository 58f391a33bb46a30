import { expect, test } from 'vitest';
import * as api from '../../src/index.js';

test('what plugins import is public, and changes only on purpose', () => {
  expect(Object.keys(api).sort().join(' ')).toBe(
    'BadExample Random Type UserError activationOf defineDataset defineDrawsMetric defineInitialiser defineLayer defineLoss defineMetric defineNetwork defineOptimizer defineSchedule defineSetMetric defineTensor filtersParam initParam normOf roleChoice sizeOf',
  );
});
