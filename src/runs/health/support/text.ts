/** Three digits: enough to see what a number says. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  return Math.abs(value) >= 1e5 || (value !== 0 && Math.abs(value) < 1e-3)
    ? value.toExponential(1)
    : String(Number(value.toPrecision(3)));
}

export const count = (value: number): string => value.toLocaleString('en');

/** `97.3 %`. */
export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
