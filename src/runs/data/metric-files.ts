import { type Folders, resolvePath } from '../../data/node.js';
import { openFeatures } from '../../engine/index.js';
import type { MetricFiles } from '../../registry/index.js';

/** Files that a recipe's metrics name, found as its data is. */
export function metricFiles(folders: Folders): MetricFiles {
  const fileOf = (path: string): string => resolvePath(path, folders);
  return { fileOf, openFeatures: (path, range) => openFeatures(fileOf(path), range) };
}
