import { find, input } from './dom.js';

/** Binds the slider and the strip of samples, if the page has them. @param wanted caption of the sample to show first. */
export function bindSamples(wanted?: string): void {
  const slider = input('moment');
  if (!slider) return;
  const buttons = [...document.querySelectorAll<HTMLButtonElement>('.strip button')];
  const picture = find(document, '.show img', HTMLImageElement);
  const caption = find(document, '.show output', HTMLElement);
  const show = (index: number): void => {
    const chosen = buttons[index]!;
    for (const button of buttons) button.setAttribute('aria-current', String(button === chosen));
    picture.src = find(chosen, 'img', HTMLImageElement).src;
    caption.textContent = chosen.title;
    slider.value = String(index);
    const strip = find(document, '.strip', HTMLElement);
    const left = chosen.offsetLeft - strip.offsetLeft;
    strip.scrollLeft = left - (strip.clientWidth - chosen.clientWidth) / 2;
  };
  slider.addEventListener('input', () => show(Number(slider.value)));
  buttons.forEach((button, i) => button.addEventListener('click', () => show(i)));
  const index = buttons.findIndex(({ title }) => title === wanted);
  show(index < 0 ? buttons.length - 1 : index);
}

/** Writes the samples again. A reader of the newest one sees the newest again, a reader of an earlier one stays there. */
export function updateSamples(write: () => void): void {
  const slider = input('moment');
  const isEarlier = slider !== undefined && Number(slider.value) < Number(slider.max);
  const wanted = isEarlier ? find(document, '.show output', HTMLElement).textContent : undefined;
  write();
  bindSamples(wanted);
}
