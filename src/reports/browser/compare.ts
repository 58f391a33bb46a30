/** The script of a comparison's page: curves, and of every run the sample of one step. */
import { pictureAt, stepsOf } from './changes.js';
import { Charts } from './charts.js';
import type { PageData, StepPicture } from './data.js';
import { find, input, readJson } from './dom.js';

new Charts().show((readJson('data') as PageData).charts);

const runs = readJson('pictures') as readonly (readonly StepPicture[])[];
const steps = stepsOf(runs);
const slider = input('step');
const name = (step: number): string => `step ${step.toLocaleString('en')}`;

function show(step: number): void {
  find(document, '#at-step', HTMLElement).textContent = name(step);
  for (const figure of document.querySelectorAll<HTMLElement>('.side figure')) {
    const found = pictureAt(runs[Number(figure.dataset['run'])]!, step);
    const image = find(figure, 'img', HTMLImageElement);
    image.hidden = !found;
    if (found) image.src = found.uri;
    const note = !found ? 'none yet' : found.step === step ? '' : `of ${name(found.step)}`;
    find(figure, '.quiet', HTMLElement).textContent = note;
  }
}

if (slider) {
  const update = (): void => show(steps[Number(slider.value)]!);
  slider.addEventListener('input', update);
  update();
}
