/** How findings are written: for people, or for one of the machines that read them. */
export const FORMATS = ['text', 'json', 'github', 'sarif'] as const;

export type Format = (typeof FORMATS)[number];
