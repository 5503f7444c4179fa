// The steps that many tests begin with.
import sharp from 'sharp';
import { garment, person } from './pictures.mjs';

let personBytes;
let garmentBytes;

/** Uploads the usual photos; drawn once for a test file. */
export async function uploadPair(client, { category = 'upper_body', image } = {}) {
  personBytes ??= await person();
  garmentBytes ??= await garment();
  const model = client.expect(201, await client.postForm('/models/upload', { image: image ?? personBytes })).body;
  const clothing = client.expect(201, await client.postForm('/garments/upload', { image: garmentBytes, category })).body;
  return { model, garment: clothing, upload: image ?? personBytes };
}

/** A mask of one's own: the middle of the picture, white. */
export function boxMask(width, height) {
  const size = { width: Math.round(width / 2), height: Math.round(height / 2) };
  const white = { create: { ...size, channels: 3, background: '#fff' } };
  return sharp({ create: { width, height, channels: 3, background: '#000' } })
    .composite([{ input: white, left: Math.round(width / 4), top: Math.round(height / 4) }]).png().toBuffer();
}

let lastSeed = 1000;
/** A seed that no other job of this test file has, nor the ones its further samples count up to. */
export function freshSeed() {
  lastSeed += 10;
  return lastSeed;
}

/** Submits a try-on that must be accepted; returns the job as it was then. */
export async function submitTryOn(client, pair, more = {}) {
  const body = { modelId: pair.model.id, garmentId: pair.garment.id, ...more };
  return client.expect(202, await client.post('/tryon', body)).body;
}

/** Submits the cheapest job there is: one picture from text, without image work on our side. */
export async function submitModel(client, more = {}) {
  const body = { prompt: 'a person in a plain studio, facing the camera', width: 256, height: 256, ...more };
  return client.expect(202, await client.post('/models/generate', body)).body;
}
