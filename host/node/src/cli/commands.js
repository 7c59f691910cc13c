// The commands: their options, and what each does. Names, defaults and JSON are those of the Rust program.

import { HookwrightError } from '../errors.js';
import { deliver } from './deliver.js';
import { note, printJson, printLine, printTable, tellPage } from './output.js';
import { headerPair, pagingOf, readText, required, timeOf, whole, wrong } from './typed.js';

const text = (about) => ({ type: 'string', about });
const several = (about) => ({ type: 'string', multiple: true, about });
const flag = (about) => ({ type: 'boolean', about });

const PAGING = { page: text('Number of the page, from 1'), 'per-page': text('Items on a page, 1 to 100') };

export const COMMANDS = {
  'webhooks create': {
    usage: 'hookwright webhooks create --url URL [OPTIONS]',
    arguments: 0,
    options: {
      url: text('Where requests go: an https URL'),
      topic: several('Topic or pattern (`order.*`) that it wants; repeat for more [default: all]'),
      name: text('Name for people'),
      account: text('Account whose events it receives [default: those of the whole installation]'),
      secret: text('Secret to sign with [default: a new one]'),
      paused: flag('Create it without starting it'),
      dialect: text('Whose webhooks its receiver understands'),
      format: text('How the body is written: json, form or xml'),
      header: several('Header that each request carries besides: `NAME: VALUE`'),
      filter: text('Which events by their data'),
      rate: text('Most requests in a second; 0 for no limit'),
      description: text('What it is for'),
      integration: text('What made it'),
      owner: text('Who answers for it'),
    },
    run: createWebhook,
  },
  'webhooks list': {
    usage: 'hookwright webhooks list [OPTIONS]',
    arguments: 0,
    options: {
      search: text('Only webhooks with this text in name, URL or integration'),
      status: text('Only webhooks of this status'),
      topic: text('Only webhooks that would receive this topic'),
      account: text('Only what belongs to this account'),
      sort: text('Order of the list: created, updated, name or url'),
      descending: flag('Turn the order round'),
      ...PAGING,
    },
    run: listWebhooks,
  },
  publish: {
    usage: 'hookwright publish TOPIC (--data FILE | --sample) [OPTIONS]',
    arguments: 1,
    options: {
      data: text('Data of the event as JSON; `-` reads standard input'),
      sample: flag("Take the topic's sample as data"),
      account: text('Account that the event concerns [default: the whole installation]'),
      key: text('Idempotency key: publishing again with the same key stores nothing new'),
      'occurred-at': text('When it happened, as 2025-11-21T20:16:05Z or in unix seconds [default: now]'),
    },
    run: publish,
  },
  deliver: {
    usage: 'hookwright deliver [OPTIONS]',
    arguments: 0,
    options: {
      watch: flag('Go on when nothing is due, until Ctrl-C'),
      concurrency: text('Requests under way at once [default: 64]'),
      wait: text('How long to wait for the next retry, for example 30s, 5m or 2h [default: 0s]'),
    },
    run: deliver,
  },
  'deliveries list': {
    usage: 'hookwright deliveries list [OPTIONS]',
    arguments: 0,
    options: {
      webhook: text('Only deliveries to this webhook'),
      event: text('Only deliveries of this event'),
      topic: text('Only deliveries of this topic'),
      state: text('Only deliveries in this state'),
      account: text('Only what belongs to this account'),
      ...PAGING,
    },
    run: listDeliveries,
  },
};

async function createWebhook(_, values, open) {
  const { topic, paused, header, rate, url, json, ...rest } = values;
  const webhook = {
    ...own(rest, ['name', 'account', 'secret', 'dialect', 'format', 'filter', 'description', 'integration', 'owner']),
    url: required(url, '--url'),
    topics: (topic ?? []).flatMap((topics) => topics.split(',')),
    status: paused ? 'paused' : undefined,
    headers: header?.map(headerPair),
    requestsPerSecond: rate === undefined ? undefined : whole(rate, '--rate'),
  };
  return using(open(false), ({ registry }) => {
    const created = registry.create(webhook);
    if (json) {
      return printJson(created);
    }
    const { webhook: made, secret } = created;
    for (const [name, value] of [
      ['Id', made.id],
      ['Name', made.name],
      ['URL', made.url],
      ['Topics', made.topics.join(', ') || 'all'],
      ['Status', made.status],
      ['Secret', secret],
    ]) {
      printLine(`${name.padEnd(9)} ${value}`);
    }
    return note('Keep the secret now, it is shown only this once: the receiver checks signatures with it.');
  });
}

async function listWebhooks(_, values, open) {
  const paging = pagingOf(values);
  const query = { ...own(values, ['search', 'status', 'topic', 'account', 'sort', 'descending']), ...paging };
  return using(open(true), ({ registry }) => {
    const { items, total } = registry.find(query);
    if (values.json) {
      return printJson({ items, total, ...paging });
    }
    if (items.length > 0) {
      const head = ['ID', 'STATUS', 'NAME', 'URL', 'TOPICS', 'DELIVERED'];
      printTable(
        head,
        items.map(({ id, status, name, url, topics, health }) => [
          id,
          status,
          name,
          url,
          topics.join(', ') || 'all',
          health.delivered,
        ]),
      );
    }
    return tellPage(paging, total, 'webhooks');
  });
}

async function publish([topic], values, open) {
  if ((values.data === undefined) === !values.sample) {
    throw new HookwrightError('invalid', 'give the data with --data, or take the sample of the topic with --sample');
  }
  const given = values.data === undefined ? undefined : readText(values.data);
  return using(open(false), (hookwright) => {
    const event = {
      topic,
      ...(given === undefined ? { data: sampleOf(hookwright, topic) } : { json: given }),
      ...own(values, ['account']),
      idempotencyKey: values.key,
      occurredAt: values['occurred-at'] === undefined ? undefined : timeOf(values['occurred-at']),
    };
    const [result] = hookwright.events.publish([event]);
    if (!result.ok) {
      throw result.error;
    }
    const { eventId, deliveries, replayed, warnings } = result.value;
    if (values.json) {
      return printJson(result.value);
    }
    const before = replayed ? ', stored before' : '';
    printLine(`${eventId}  ${topic} to ${deliveries === 1 ? '1 webhook' : `${deliveries} webhooks`}${before}`);
    warnings.forEach((warning) => note(`Warning: ${warning}.`));
    return note(
      deliveries > 0
        ? '`hookwright deliver` sends what is due.'
        : `No active webhook wants ${topic}; \`hookwright webhooks create\` makes one.`,
    );
  });
}

async function listDeliveries(_, values, open) {
  const paging = pagingOf(values);
  const { webhook: webhookId, event: eventId } = values;
  const query = { ...own(values, ['topic', 'state', 'account']), webhookId, eventId, ...paging };
  return using(open(true), ({ deliveries }) => {
    const { items, total } = deliveries.find(query);
    if (values.json) {
      return printJson({ items, total, ...paging });
    }
    if (items.length > 0) {
      const head = ['ID', 'STATE', 'TOPIC', 'TRIES', 'CREATED', 'REASON', 'WEBHOOK'];
      printTable(
        head,
        items.map(({ id, state, topic, attempts, createdAt, reason, webhookId: webhook, test }) => [
          id,
          state,
          test ? `${topic} (test)` : topic,
          attempts,
          new Date(createdAt).toISOString(),
          reason ?? '',
          webhook,
        ]),
      );
    }
    return tellPage(paging, total, 'deliveries');
  });
}

async function using(hookwright, work) {
  try {
    await work(hookwright);
    return 0;
  } finally {
    await hookwright.close();
  }
}

function own(values, names) {
  return Object.fromEntries(names.filter((name) => values[name] !== undefined).map((name) => [name, values[name]]));
}

function sampleOf({ catalogue }, topic) {
  const { sample } = catalogue.get(topic);
  if (sample === null) {
    throw wrong('--sample', `topic ${topic} has no sample; give the data with --data`);
  }
  return sample;
}
