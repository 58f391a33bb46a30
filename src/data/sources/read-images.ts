import type { Image, ImagePart } from '../../core/image.js';
import {
  BadExample,
  type DatasetReader,
  type Example,
  type ImageSize,
  type PlacedReader,
  type Place,
} from '../../registry/index.js';
import { cut, hasHalf } from './cut.js';
import { decodeImage, probeImage } from '../decode/images.js';

/** One image, or half of one, per `from`, not resized. @throws BadExample */
export async function readImages(
  reader: DatasetReader,
  example: Example,
  from: readonly string[],
  size: ImageSize,
): Promise<readonly (Image | ImagePart)[]> {
  if (from.length === 0) return [];
  if ('read' in reader) return reader.read(example, from, size);
  const places = reader.places(example, from);
  const files = filesOf(places);
  const images = await Promise.all(files.map(decodeImage));
  return places.map((place) => {
    const image = images[files.indexOf(place.file)]!;
    checkPlace(place, image);
    return cut(image, place);
  });
}

/** Checks headers only. @throws BadExample */
export async function checkPlaces(
  reader: PlacedReader,
  example: Example,
  from: readonly string[],
): Promise<void> {
  const places = reader.places(example, from);
  await Promise.all(
    filesOf(places).map(async (file) => {
      const size = await probeImage(file);
      for (const place of places) if (place.file === file) checkPlace(place, size);
    }),
  );
}

const filesOf = (places: readonly Place[]): readonly string[] => [...new Set(places.map(({ file }) => file))];

function checkPlace(place: Place, size: ImageSize): void {
  if (hasHalf(place, size)) return;
  const reason = `is ${size.width} pixels wide, which does not divide into two equal halves`;
  throw new BadExample(place.file, reason);
}
