/**
 * What runs in the browser beside the report's own script: takes snapshots from the server as they come, and writes what
 * changed. Plain ES2020 as a text, since it is served as it is.
 */
export const LIVE_CLIENT = /* js */ `
(() => {
  'use strict';
  const element = (id) => document.getElementById(id);
  let shape;
  const known = new Map();
  const write = (parts) => {
    for (const [id, html] of Object.entries(parts)) {
      if (known.get(id) === html) continue;
      known.set(id, html);
      const fill = () => { element(id).innerHTML = html; };
      if (id === 'samples') ganPage.samples(fill);
      else fill();
    }
  };
  const show = (snapshot) => {
    const anew = snapshot.shape !== shape;
    shape = snapshot.shape;
    write(anew ? { ...snapshot.parts, ...snapshot.figures } : snapshot.parts);
    for (const id of ['losses', 'metrics', 'rates']) element(id).closest('section').hidden = snapshot.figures[id] === '';
    ganPage.charts(snapshot.charts, anew);
    document.title = snapshot.title;
  };
  show(JSON.parse(element('first').textContent));
  const source = new EventSource('/events');
  source.addEventListener('message', (event) => show(JSON.parse(event.data)));
  // The browser tries again by itself.
  source.addEventListener('open', () => { element('connection').hidden = true; });
  source.addEventListener('error', () => { element('connection').hidden = false; });
})();
`;
