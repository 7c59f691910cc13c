// An Express application that fires an event in the same transaction as the order: `node examples/express.js`.

import { pathToFileURL } from 'node:url';

import express from 'express';

import { openShop } from './orders.js';

export function createApp({ database, hookwright, placeOrder }) {
  const app = express();
  app.use(express.json());

  app.post('/webhooks', (request, response) => {
    const { webhook, secret } = hookwright.registry.create({ url: request.body.url, topics: ['order.*'] });
    response.status(201).json({ id: webhook.id, secret });
  });

  app.post('/orders', (request, response) => {
    response.status(201).json(placeOrder(request.body));
  });

  app.get('/orders', (_request, response) => {
    response.json(database.prepare('SELECT * FROM orders').all());
  });

  app.use((error, _request, response, _next) => {
    const status = error.code === 'invalid' ? 400 : 422;
    response.status(status).json({ error: error.message, fields: error.fields });
  });
  return app;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const shop = openShop('shop.db', { allowHttp: true, allowAddresses: ['loopback'] });
  shop.hookwright.start();
  const server = createApp(shop).listen(3000, () => console.log('http://127.0.0.1:3000'));
  process.once('SIGTERM', () => server.close(() => shop.hookwright.close()));
}
