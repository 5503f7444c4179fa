// Pictures that tests send, all drawn here.
import assert from 'node:assert/strict';
import zlib from 'node:zlib';
import sharp from 'sharp';

sharp.concurrency(1);
sharp.cache(false);

const svg = (width, height, content) =>
  Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 300 400"
    preserveAspectRatio="none">${content}</svg>`);

/** A figure in front of a wall, with enough texture that a changed pixel shows. */
export function personSvg(width, height, { wall = '#c9d6df', shirt = '#7f8c8d' } = {}) {
  return svg(width, height, `
    <rect width="300" height="400" fill="${wall}"/>
    <g stroke="#b3c0c9" stroke-width="1">${Array.from({ length: 20 }, (_, i) => `<path d="M0 ${i * 20}L300 ${i * 20 + 9}"/>`).join('')}</g>
    <ellipse cx="150" cy="70" rx="31" ry="40" fill="#e0ac8a"/><path d="M118 62Q150 6 182 62Q150 40 118 62" fill="#4b3221"/>
    <circle cx="138" cy="68" r="4" fill="#222"/><circle cx="162" cy="68" r="4" fill="#222"/>
    <path d="M138 92Q150 101 162 92" stroke="#a33" stroke-width="3" fill="none"/>
    <rect x="138" y="104" width="24" height="22" fill="#d69d7c"/>
    <path d="M95 130Q150 112 205 130L222 235L196 240L188 175L188 255L112 255L112 175L104 240L78 235Z" fill="${shirt}"/>
    <path d="M78 235L104 240L100 268L76 262ZM222 235L196 240L200 268L224 262Z" fill="#e0ac8a"/>
    <path d="M112 255L188 255L192 372L158 372L150 280L142 372L108 372Z" fill="#34495e"/>
    <rect x="104" y="372" width="40" height="16" fill="#222"/><rect x="156" y="372" width="40" height="16" fill="#222"/>`);
}

export function garmentSvg(width, height, colour = '#c0392b') {
  return svg(width, height, `
    <rect width="300" height="400" fill="#fff"/>
    <path d="M70 90L120 60Q150 85 180 60L230 90L270 170L225 190L215 150L215 340L85 340L85 150L75 190L30 170Z" fill="${colour}"/>
    <path d="M85 200H215M85 240H215M85 280H215" stroke="#fff" stroke-width="8"/>`);
}

export function person({ width = 480, height = 640, format = 'jpeg', ...look } = {}) {
  return sharp(personSvg(width, height, look)).flatten().toFormat(format, { quality: 90 }).toBuffer();
}

export function garment({ width = 400, height = 520, format = 'jpeg', colour } = {}) {
  return sharp(garmentSvg(width, height, colour)).flatten().toFormat(format, { quality: 90 }).toBuffer();
}

/** Flat colour, for cases where only size and format count. */
export function plain(width, height, format = 'png') {
  return sharp({ create: { width, height, channels: 3, background: '#5d8aa8' } }).toFormat(format).toBuffer();
}

export async function pixelsOf(bytes) {
  const { data, info } = await sharp(bytes).removeAlpha().toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels };
}

/** How many pixels differ by more than `tolerance`, where `mask` (grey, same size) says so. */
export async function countChanged(before, after, mask, { inside, tolerance = 0 }) {
  const [a, b] = [await pixelsOf(before), await pixelsOf(after)];
  assert.deepEqual([b.width, b.height], [a.width, a.height], 'both pictures have one size');
  const region = await sharp(mask).toColourspace('b-w').extractChannel(0).raw().toBuffer();
  assert.equal(region.length, a.width * a.height, 'the mask has the size of the picture');
  let changed = 0;
  let looked = 0;
  for (let i = 0; i < region.length; ++i) {
    if (inside ? region[i] < 255 : region[i] > 0) continue;
    ++looked;
    let most = 0;
    for (let c = 0; c < 3; ++c) most = Math.max(most, Math.abs(a.data[i * a.channels + c] - b.data[i * b.channels + c]));
    if (most > tolerance) ++changed;
  }
  return { changed, looked };
}

// ---- pictures that lie, or that few programs write -----------------------------------------------------------------

const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let k = 0; k < 8; ++k) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n >>> 0;
});
const crc32 = (bytes) => {
  let c = 0xffffffff;
  for (const byte of bytes) c = crcTable[(c ^ byte) & 0xff] ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
};

function pngChunk(name, data) {
  const head = Buffer.from(name, 'latin1');
  const out = Buffer.alloc(12 + data.length);
  out.writeUInt32BE(data.length, 0);
  head.copy(out, 4);
  data.copy(out, 8);
  out.writeUInt32BE(crc32(Buffer.concat([head, data])), 8 + data.length);
  return out;
}

/** A PNG of `width`×`height` black pixels with honest chunks, written without holding the pixels. */
export function bombPng(width, height) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([1, 0, 0, 0, 0], 8); // 1 bit grey
  const rows = Buffer.alloc((Math.ceil(width / 8) + 1) * height);
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), pngChunk('IHDR', header),
    pngChunk('IDAT', zlib.deflateSync(rows, { level: 9 })), pngChunk('IEND', Buffer.alloc(0))]);
}

/** A JPEG segment put right after the start of image. */
export function withSegment(jpeg, marker, content) {
  const segment = Buffer.alloc(4);
  segment.writeUInt16BE(0xff00 | marker, 0);
  segment.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), segment, content, jpeg.subarray(2)]);
}

/** Many full EXIF segments: metadata far larger than the picture. */
export function withHugeExif(jpeg, segments = 60) {
  const payload = Buffer.concat([Buffer.from('Exif\0\0II*\0\x08\0\0\0', 'latin1'), Buffer.alloc(65_000, 0x41)]);
  for (let i = 0; i < segments; ++i) jpeg = withSegment(jpeg, 0xe1, payload);
  return jpeg;
}

export function cmykJpeg(width = 320, height = 320) {
  return sharp({ create: { width, height, channels: 3, background: '#d03020' } }).toColourspace('cmyk').jpeg().toBuffer();
}

export function png16(width = 320, height = 320) {
  const samples = new Uint16Array(width * height * 3).map((_, i) => (i * 97) & 0xffff);
  return sharp(samples, { raw: { width, height, channels: 3 } }).toColourspace('rgb16').png().toBuffer();
}

export function palettePng(width = 320, height = 320) {
  const picture = svg(width, height, '<circle cx="150" cy="200" r="120" fill="#27ae60" fill-opacity="0.6"/>');
  return sharp(picture).png({ palette: true, colours: 32 }).toBuffer();
}

export function animatedGif(width = 300, height = 300, frames = 4) {
  const pixels = Buffer.alloc(width * height * frames * 3).map((_, i) => (Math.floor(i / (width * height * 3)) * 60) & 0xff);
  return sharp(pixels, { raw: { width, height: height * frames, channels: 3, pageHeight: height } }).gif().toBuffer();
}

/** A JPEG that is stored lying on its side and says so. */
export function rotatedJpeg({ width = 400, height = 600, orientation = 6 } = {}) {
  return sharp(personSvg(width, height)).flatten().rotate(-90).withMetadata({ orientation }).jpeg().toBuffer();
}
