/** The script of a run's and of a sweep's page: curves and samples. */
import { Charts } from './charts.js';
import type { PageData } from './data.js';
import { readJson } from './dom.js';
import { bindSamples } from './samples.js';

new Charts().show((readJson('data') as PageData).charts);
bindSamples();
