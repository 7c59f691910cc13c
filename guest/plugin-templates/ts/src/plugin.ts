// My plugin, for Hookwright: a topic of its own, and a label in the data of every order.
//
// Hosts call the handlers. `npm test` checks the types and runs the tests in test/ without a host.

import { type Context, InvalidInput, plugin, settings } from '#hookwright';

/** What a site owner can set. */
interface Settings {
  label: string;
}

/** What an application publishes for the topic of this plugin. */
interface Published {
  id?: number;
  note?: string;
}

/** What receivers of the topic get. */
interface Happened {
  id: string;
  note: string;
  happened_at: number;
}

const sample: Happened = { id: '7', note: 'The lamp is on.', happened_at: 1767225600000 };

export default plugin({
  name: 'my-plugin',
  version: '0.1.0',
  summary: 'Puts a label into orders, and tells when something has happened.',
  author: 'Example Ltd',

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
      sample,
    },
  ],

  // From what the application publishes to what receivers get.
  buildPayload: {
    handler(data: Published, context: Context): Happened {
      if (!Number.isInteger(data.id)) throw new InvalidInput('the field `id` must be a whole number');
      return { id: String(data.id), note: data.note ?? '', happened_at: context.occurredAt ?? Date.now() };
    },
  },

  filterPayload: {
    topics: ['order.*'],
    handler(order: object) {
      const { label = 'new' } = settings<Settings>();
      return { ...order, label };
    },
  },
});
