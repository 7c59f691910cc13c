// My plugin, for Hookwright: a topic of its own, and a label in the data of every order.
//
// Hosts call the handlers. `node --test` runs the tests in test/ without a host.

import { InvalidInput, plugin, settings } from '#hookwright';

export default plugin({
  name: 'my-plugin',
  version: '0.1.0',
  summary: 'Puts a label into orders, and tells when something has happened.',
  author: 'Example Ltd',

  // What a site owner can set.
  settingsSchema: {
    type: 'object',
    properties: {
      label: { description: 'Is put into every order.', type: 'string', default: 'new' },
    },
    additionalProperties: false,
  },

  topics: [
    {
      name: 'my_plugin.happened',
      title: 'Something has happened',
      description: 'Say here when the event is published.',
      schema: {
        type: 'object',
        required: ['id', 'note', 'happened_at'],
        properties: {
          id: { type: 'string' },
          note: { type: 'string' },
          happened_at: { description: 'Unix milliseconds.', type: 'integer' },
        },
      },
      sample: { id: '7', note: 'The lamp is on.', happened_at: 1767225600000 },
    },
  ],

  // From what the application publishes to what receivers get.
  buildPayload: {
    handler(data, context) {
      if (!Number.isInteger(data?.id)) throw new InvalidInput('the field `id` must be a whole number');
      return { id: String(data.id), note: data.note ?? '', happened_at: context.occurredAt ?? Date.now() };
    },
  },

  filterPayload: {
    topics: ['order.*'],
    handler(order) {
      const { label = 'new' } = settings();
      return { ...order, label };
    },
  },
});
