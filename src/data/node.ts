export { readAhead } from './read-ahead.js';
export { probeImage } from './decode/images.js';
export { lookAtData } from './look.js';
export { openData } from './open.js';
export { readPicture } from './picture.js';
export { listFolders, listImages } from './sources/listing.js';
export { paletteOf } from './sources/palette.js';
export { resolvePath } from './sources/paths.js';
export { packError, unpackError } from './worker/messages.js';
export { RemoteData } from './worker/remote.js';
export { serve } from './worker/serve.js';

export type { OpenDataOptions } from './open.js';
export type { PictureOptions } from './picture.js';
export type { Folders } from './sources/paths.js';
export type { Report } from './worker/messages.js';
