import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Html, html } from '../shell/html.js';
import { section } from '../shell/page.js';

/** Name of the picture of a run's networks: `networks.svg`, or `networks-<phase>.svg` for each of several phases. */
export const NETWORKS_PICTURE = 'networks';
const FILE = new RegExp(`^${NETWORKS_PICTURE}(?:-(.+))?\\.svg$`);

export interface NetworksPicture {
  /** Where the run has several. */
  readonly phase: string | undefined;
  readonly file: string;
}

export interface ShownNetworks extends Pick<NetworksPicture, 'phase'> {
  readonly uri: string;
}

/** Those in a run's folder; runs of older versions have none. */
export async function networksPictures(folder: string): Promise<NetworksPicture[]> {
  return (await readdir(folder)).toSorted().flatMap((file) => {
    const found = FILE.exec(file);
    return found ? [{ phase: found[1], file }] : [];
  });
}

/** For a page in one file. As an `<img>`, so that no script in the SVG can run. */
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
