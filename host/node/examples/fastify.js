// The same with Fastify: `node examples/fastify.js`.

import { pathToFileURL } from 'node:url';

import fastify from 'fastify';

import { openShop } from './orders.js';

export function createApp({ database, hookwright, placeOrder }) {
  const app = fastify();

  app.post('/webhooks', async (request, reply) => {
    const { webhook, secret } = hookwright.registry.create({ url: request.body.url, topics: ['order.*'] });
    return reply.code(201).send({ id: webhook.id, secret });
  });

  app.post('/orders', async (request, reply) => reply.code(201).send(placeOrder(request.body)));

  app.get('/orders', async () => database.prepare('SELECT * FROM orders').all());

  app.setErrorHandler((error, _request, reply) => {
    const status = error.code === 'invalid' ? 400 : 422;
    return reply.code(status).send({ error: error.message, fields: error.fields });
  });

  // Requests under way are finished and recorded before the process ends.
  app.addHook('onClose', () => hookwright.close());
  return app;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const shop = openShop('shop.db', { allowHttp: true, allowAddresses: ['loopback'] });
  shop.hookwright.start();
  const app = createApp(shop);
  await app.listen({ port: 3000 });
  process.once('SIGTERM', () => app.close());
}
