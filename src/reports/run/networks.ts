import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Html, html } from '../shell/html.js';
import { section } from '../shell/page.js';

/** What pictures of a run's networks are called: `networks.svg`, or `networks-<phase>.svg` of several phases. */
export const NETWORKS_PICTURE = 'networks';
const FILE = new RegExp(`^${NETWORKS_PICTURE}(?:-(.+))?\\.svg$`);

export interface NetworksPicture {
  /** Of several. */
  readonly phase: string | undefined;
  readonly file: string;
}

export interface ShownNetworks extends Pick<NetworksPicture, 'phase'> {
  readonly uri: string;
}

/** Those that lie in a run's folder; a run of an older version has none. */
export async function networksPictures(folder: string): Promise<NetworksPicture[]> {
  return (await readdir(folder)).toSorted().flatMap((file) => {
    const found = FILE.exec(file);
    return found ? [{ phase: found[1], file }] : [];
  });
}

/** For a page that must not need another file. As an image, so that nothing in it can run or reach the page. */
export async function embedNetworks(folder: string): Promise<ShownNetworks[]> {
  return Promise.all(
    (await networksPictures(folder)).map(async (picture) => {
      const content = await readFile(join(folder, picture.file));
      return { phase: picture.phase, uri: `data:image/svg+xml;base64,${content.toString('base64')}` };
    }),
  );
}

export function networks(pictures: readonly ShownNetworks[]): Html | undefined {
  if (pictures.length === 0) return undefined;
  const figures = pictures.map(
    ({ phase, uri }) =>
      html`<figure class="networks">
        ${phase === undefined ? undefined : html`<figcaption>${phase}</figcaption>`}
        <div class="scroll">
          <img src="${uri}" alt="Networks and game${phase === undefined ? '' : ` of ${phase}`}" />
        </div>
      </figure>`,
  );
  return section('Networks', figures);
}
