// WordPress core events as topics, for Hookwright.
//
// This file is what the host sees. `topics.js` says which events there are, `users.js`, `posts.js`, `comments.js` and
// `site.js` make the data of each from what WordPress's hook gives, `settings.js` says what the site owner decides.

import { InvalidInput, plugin } from '#hookwright';
import { settingsNow, settingsSchema } from './settings.js';
import { events } from './topics.js';

const byTopic = new Map(events.map((event) => [event.topic.name, event]));

export default plugin({
  name: 'wordpress-core',
  version: '0.1.0',
  summary: 'WordPress core events as topics: users, posts, comments, media, plugins, themes, options and terms.',
  author: 'The Hookwright authors',
  // What WordPress gives has password hashes in it: without this plugin none of it may be sent.
  onFailure: 'fail-closed',
  settingsSchema,
  topics: events.map((event) => event.topic),
  buildPayload: {
    handler(published, { topic }) {
      const event = byTopic.get(topic);
      if (!event) throw new InvalidInput(`${topic} is no topic of this plugin`);
      return event.build(published, settingsNow());
    },
  },
});
