// From register to picture: node journey.js BASE_URL PERSON GARMENT OUT
import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { AtelierError, createAtelier, finished } from './atelier.js';

const [baseUrl, person, garment, out] = process.argv.slice(2);
if (!baseUrl || !person || !garment || !out) throw new Error('usage: journey.js BASE_URL PERSON GARMENT OUT');

const base64 = async (file: string) => (await readFile(file)).toString('base64');

const credentials = { email: `${randomUUID()}@example.com`, password: `a sentence ${randomUUID()}` };
const session = await createAtelier(baseUrl).POST('/auth/register', { body: credentials });
const atelier = createAtelier(baseUrl, session.data!.accessToken);

const model = await atelier.POST('/models/upload', { body: { imageBase64: await base64(person), name: 'Ada' } });
const clothing = await atelier.POST('/garments/upload', {
  body: { imageBase64: await base64(garment), category: 'upper_body' },
});
const accepted = await atelier.POST('/tryon', {
  body: { modelId: model.data!.id, garmentId: clothing.data!.id, numSamples: 2, seed: 7 },
});
const job = await finished(atelier, accepted.data!.id);
if (!job.resultUrl) throw new Error(`the job ended as ${job.status}: ${job.error?.message}`);
const picture = await fetch(job.resultUrl);
await writeFile(out, Buffer.from(await picture.arrayBuffer()));

try {
  await atelier.GET('/models/{modelId}', { params: { path: { modelId: job.id } } });
} catch (error) {
  if (!(error instanceof AtelierError) || error.problem.code !== 'not_found') throw error;
}
console.log(JSON.stringify({ id: job.id, status: job.status, samples: job.samples.length, creditsUsed: job.creditsUsed }));
