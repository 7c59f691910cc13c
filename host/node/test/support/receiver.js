// A receiver of webhooks on a free port of this machine, which keeps what it gets.

import { createServer } from 'node:http';

/** `answer(request, response)` may answer by itself; else 200. */
export async function receiver(answer) {
  const received = [];
  const waiting = [];
  const sockets = new Set();
  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const got = { method: request.method, url: request.url, headers: request.headers, body: Buffer.concat(chunks) };
      received.push(got);
      waiting.forEach((look) => look());
      (answer ?? ok)(got, response);
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  return {
    port,
    url: `http://127.0.0.1:${port}/hook`,
    received,
    connections: () => sockets.size,
    /** When there are so many. */
    async until(count, timeoutMs = 10_000) {
      await eventually(
        () => received.length >= count,
        () => `${received.length} of ${count} requests came`,
        waiting,
        timeoutMs,
      );
      return received;
    },
    close: () =>
      new Promise((resolve) => {
        sockets.forEach((socket) => socket.destroy());
        server.close(resolve);
      }),
  };
}

function ok(_, response) {
  response.end('ok');
}

function eventually(holds, tell, waiting, timeoutMs) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => done(reject, new Error(`${tell()} within ${timeoutMs} ms`)), timeoutMs);
    const look = () => holds() && done(resolve);
    const done = (end, value) => {
      clearTimeout(timer);
      waiting.splice(waiting.indexOf(look), 1);
      end(value);
    };
    waiting.push(look);
    look();
  });
}
