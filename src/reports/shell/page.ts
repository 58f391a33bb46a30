import { Html, html, type Part, scriptData } from './html.js';
import type { Library } from './library.js';
import { STYLE } from './style.js';

/** What one page shows; everything around it is the same for all pages. */
export interface Page {
  readonly title: string;
  readonly main: Html;
  /** What the page's scripts read: values by the id of the element that holds each as JSON. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** What is pasted into a page that stands alone. */
export interface PageAssets {
  readonly library: Library;
  /** Rules beside those of all pages. */
  readonly style?: string;
  readonly scripts: readonly string[];
}

/** A page in one file. Its policy forbids the network, so that it stays what it was on the day it was written. */
export function renderFile(page: Page, { library, style = '', scripts }: PageAssets): string {
  return render(
    page,
    html`<meta
        http-equiv="Content-Security-Policy"
        content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
      />
      <style>
        ${[library.style, STYLE, style].map((text) => new Html(text))}
      </style>`,
    [library.script, ...scripts].map(
      (text) =>
        html`<script>
          ${new Html(text)};
        </script>`,
    ),
  );
}

/** A page whose styles and scripts are fetched from the server that sends it. */
export function renderServed(
  page: Page,
  { styles, scripts }: Readonly<Record<'styles' | 'scripts', readonly string[]>>,
): string {
  return render(
    page,
    html`<link rel="icon" href="data:," />
      ${styles.map((path) => html`<link rel="stylesheet" href="${path}" />`)}`,
    scripts.map((path) => html`<script src="${path}"></script>`),
  );
}

function render({ title, main, data }: Page, head: Html, scripts: readonly Html[]): string {
  const values = Object.entries(data).map(
    ([id, value]) =>
      html`<script type="application/json" id="${id}">
        ${scriptData(value)}
      </script>`,
  );
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        ${head}
      </head>
      <body>
        <main>${main}</main>
        ${values} ${scripts}
      </body>
    </html> `.text;
}

export function section(title: string, ...content: readonly Part[]): Html {
  return html`<section>
    <h2>${title}</h2>
    ${content.map((part) => html`${part}`)}
  </section>`;
}

/** @param head texts of the first row, or its cells. @param rows `<tr>` elements. */
export function table(head: readonly (string | Html)[], rows: readonly Html[]): Html {
  const cells = head.map((cell) => (cell instanceof Html ? cell : html`<th>${cell}</th>`));
  return html`<table>
    <thead>
      <tr>
        ${cells}
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`;
}
