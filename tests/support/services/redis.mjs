// Debian's redis-server.
import net from 'node:net';
import os from 'node:os';
import { startOn } from './server.mjs';

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

/** With `dir` every acknowledged write survives a kill; without, everything is in memory. */
export function startRedis({ port, dir, args = [] } = {}) {
  const durable = dir ? ['--appendonly', 'yes', '--appendfsync', 'always'] : ['--appendonly', 'no'];
  return startOn(port, (free) => ({
    name: 'redis-server',
    port: free,
    url: `redis://127.0.0.1:${free}`,
    command: ['redis-server', '--bind', '127.0.0.1', '--port', String(free), '--dir', dir ?? os.tmpdir(), '--save', '',
      ...durable, ...args],
    answers: () => answersPing(free),
  }));
}
