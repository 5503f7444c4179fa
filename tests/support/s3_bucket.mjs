// Makes a bucket: PUT /name, signed (https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html).
import crypto from 'node:crypto';

const sha256 = (text) => crypto.createHash('sha256').update(text).digest('hex');
const hmac = (key, text) => crypto.createHmac('sha256', key).update(text).digest();

export async function makeBucket({ endpoint, accessKeyId, secretAccessKey, region = 'us-east-1' }, name) {
  const url = new URL(`/${name}`, endpoint);
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = `${time.slice(0, 8)}/${region}/s3/aws4_request`;
  const empty = sha256('');
  const headers = { host: url.host, 'x-amz-content-sha256': empty, 'x-amz-date': time };
  const names = Object.keys(headers).join(';');
  const lines = Object.entries(headers).map(([header, value]) => `${header}:${value}\n`).join('');
  const canonical = ['PUT', url.pathname, '', lines, names, empty].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n');
  const key = [time.slice(0, 8), region, 's3', 'aws4_request'].reduce(hmac, `AWS4${secretAccessKey}`);
  const signature = hmac(key, toSign).toString('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
  const { host, ...sent } = headers;
  const response = await fetch(url, { method: 'PUT', headers: { ...sent, authorization } });
  if (!response.ok) throw new Error(`the bucket ${name} at ${host}: ${response.status} ${await response.text()}`);
}
