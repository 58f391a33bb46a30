import { createHash } from 'node:crypto';
import { join } from 'node:path';
import sharp from 'sharp';
import { gridImagePaths, IMAGES_TAG, type MlflowClient, type Run } from '../mlflow/index.js';
import type { Cursor, WaitingPicture } from './cursor.js';
import { readIfThere, topFiles } from './files.js';
import { registerGenerator } from './model.js';

/** Pixels; what the image grid loads in place of the picture, which it shows when clicked. */
const PREVIEW_WIDTH_PX = 768;

/** The files of a run, one at a time: pictures into the image grid, what lies in the folder as artifacts, the model. */
export class FileDelivery {
  /** Names still to be looked at; undefined: to be listed. */
  private waiting: string[] | undefined;
  private isConcluded = false;
  private isTagged = false;

  constructor(
    private readonly folder: string,
    private readonly client: MlflowClient,
    private readonly run: Run,
    /** Networks that make the outputs. */
    private readonly generators: readonly string[],
  ) {}

  /** Files have their last content: those that changed are sent again, and the model is registered if asked for. */
  conclude(): void {
    this.isConcluded = true;
    this.waiting = undefined;
  }

  /** Sends at most one file. */
  async send(
    cursor: Cursor,
  ): Promise<{ readonly cursor: Cursor; readonly sent: number; readonly more: boolean }> {
    const [picture, ...pictures] = cursor.pictures;
    if (picture)
      return { cursor: { ...cursor, pictures }, sent: await this.sendPicture(picture), more: true };
    this.waiting ??= await topFiles(this.folder);
    for (let name = this.waiting[0]; name !== undefined; name = this.waiting[0]) {
      const content = await readIfThere(join(this.folder, name));
      const checksum = content && createHash('sha256').update(content).digest('hex');
      if (content && checksum !== undefined && cursor.files[name] !== checksum) {
        await this.client.artifacts.put(this.run, name, content);
        this.waiting.shift();
        return { cursor: { ...cursor, files: { ...cursor.files, [name]: checksum } }, sent: 1, more: true };
      }
      this.waiting.shift();
    }
    const { register, registered, ended } = cursor;
    if (this.isConcluded && ended === 'finished' && register !== undefined && registered !== true) {
      const sent = await registerGenerator(this.folder, this.client, this.run, register, this.generators);
      return { cursor: { ...cursor, registered: true }, sent, more: false };
    }
    return { cursor, sent: 0, more: false };
  }

  private async sendPicture({ file, step, time }: WaitingPicture): Promise<number> {
    const content = await readIfThere(join(this.folder, file));
    if (!content) return 0;
    const [full, preview] = gridImagePaths('samples', step, time);
    const small = await sharp(content)
      .resize({ width: PREVIEW_WIDTH_PX, withoutEnlargement: true })
      .webp({ quality: 85 })
      .toBuffer()
      // A damaged picture is shown as it is.
      .catch(() => content);
    await this.client.artifacts.put(this.run, full, content);
    await this.client.artifacts.put(this.run, preview, small);
    if (!this.isTagged) await this.client.setTags(this.run.info.run_id, [IMAGES_TAG]);
    this.isTagged = true;
    return 1;
  }
}
