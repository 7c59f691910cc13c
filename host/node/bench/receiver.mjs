// The bench's receiver: answers at once, and keeps nothing.

import { createServer } from 'node:http';

const server = createServer((request, response) => {
  request.resume().on('end', () => response.end());
});
server.keepAliveTimeout = 30_000;
server.listen(0, '127.0.0.1', () => process.send(server.address().port));
