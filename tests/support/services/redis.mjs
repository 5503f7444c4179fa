// Debian's redis-server.
import { execFileSync } from 'node:child_process';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { freePort, startOn } from './server.mjs';

/** Whether it says PONG: while it reads its file at the start it listens, but answers LOADING. */
function answersPing(port) {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.setTimeout(1_000, () => socket.destroy());
    socket.on('data', (data) => {
      resolve(data.toString().startsWith('+PONG'));
      socket.destroy();
    });
    socket.on('error', () => resolve(false));
    socket.on('close', () => resolve(false));
  });
}

/** Its own authority's certificate for localhost, in `folder`: the files of both halves. */
function makeCertificate(folder) {
  const [certificate, key] = [path.join(folder, 'redis.crt'), path.join(folder, 'redis.key')];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1',
    '-subj', '/CN=tests of Atelier', '-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', certificate],
  { stdio: 'pipe' });
  return { certificate, key };
}

/** Redis's arguments for TLS on a port more, and `{url, ca}` for clients. */
async function tlsIn(folder) {
  const { certificate, key } = makeCertificate(folder);
  const port = String(await freePort());
  return {
    args: ['--tls-port', port, '--tls-cert-file', certificate, '--tls-key-file', key, '--tls-ca-cert-file', certificate,
      '--tls-auth-clients', 'no'],
    tls: { url: `rediss://localhost:${port}`, ca: certificate },
  };
}

/**
 * With `dir` every acknowledged write survives a kill; without, everything is in memory. With `tlsFolder`, which keeps the
 * certificate, it speaks TLS as well: `plan.tls`.
 */
export async function startRedis({ port, dir, args = [], tlsFolder } = {}) {
  const { args: tlsArgs = [], tls } = tlsFolder ? await tlsIn(tlsFolder) : {};
  const durable = dir ? ['--appendonly', 'yes', '--appendfsync', 'always'] : ['--appendonly', 'no'];
  return startOn(port, (free) => ({
    name: 'redis-server',
    port: free,
    url: `redis://127.0.0.1:${free}`,
    command: ['redis-server', '--bind', '127.0.0.1', '--port', String(free), '--dir', dir ?? os.tmpdir(), '--save', '',
      ...durable, ...tlsArgs, ...args],
    tls,
    answers: () => answersPing(free),
  }));
}
