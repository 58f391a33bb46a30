/** The script of a live page: takes snapshots from the server as they come, and writes what changed. */
import { changesBetween } from './changes.js';
import { Charts } from './charts.js';
import type { Snapshot } from './data.js';
import { find, readJson } from './dom.js';
import { updateSamples } from './samples.js';

const charts = new Charts();
let shown: Snapshot | undefined;

function show(snapshot: Snapshot): void {
  for (const [id, html] of changesBetween(shown, snapshot)) {
    const write = (): void => {
      find(document, `#${id}`, HTMLElement).innerHTML = html;
    };
    if (id === 'samples') updateSamples(write);
    else write();
  }
  for (const [id, html] of Object.entries(snapshot.figures)) {
    const section = find(document, `#${id}`, HTMLElement).closest('section');
    if (section) section.hidden = html === '';
  }
  charts.show(snapshot.charts);
  document.title = snapshot.title;
  shown = snapshot;
}

show(readJson('first') as Snapshot);
const source = new EventSource('/events');
const connection = find(document, '#connection', HTMLElement);
source.addEventListener('message', ({ data }: MessageEvent<string>) => show(JSON.parse(data) as Snapshot));
// After an error the browser tries again by itself.
source.addEventListener('open', () => (connection.hidden = true));
source.addEventListener('error', () => (connection.hidden = false));
