/**
 * What runs in the browser beside the report's own script: shows, of every run, the sample of one step, or of the last step
 * before it that has one. Plain ES2020 as a text, since it is pasted into the page.
 */
export const STEPS_CLIENT = /* js */ `
(() => {
  'use strict';
  const pictures = JSON.parse(document.getElementById('pictures').textContent);
  const slider = document.getElementById('step');
  if (!slider) return;
  const steps = [...new Set(pictures.flat().map(({ step }) => step))].sort((a, b) => a - b);
  const show = () => {
    const step = steps[Number(slider.value)];
    document.getElementById('at-step').textContent = 'step ' + step.toLocaleString('en');
    document.querySelectorAll('.side figure').forEach((figure) => {
      const found = pictures[Number(figure.dataset.run)].findLast((picture) => picture.step <= step);
      const image = figure.querySelector('img');
      image.hidden = !found;
      if (found) image.src = found.uri;
      figure.querySelector('.quiet').textContent = !found ? 'none yet' : found.step === step ? '' : 'of step ' + found.step.toLocaleString('en');
    });
  };
  slider.addEventListener('input', show);
  show();
})();
`;
