// An installation: the core component on a database, with settings, callbacks and a dispatcher.
//
// Decides how the parts are put together, and that the tables are brought up to date before anything else. All calls
// but those that send answer at once.

import { randomFillSync } from 'node:crypto';

import { Accounts } from './api/accounts.js';
import { Catalogue } from './api/catalogue.js';
import { Deliveries } from './api/deliveries.js';
import { Events } from './api/events.js';
import { Guard } from './api/guard.js';
import { Lifecycle } from './api/lifecycle.js';
import { Plugins } from './api/plugins.js';
import { Policy } from './api/policy.js';
import { Registry } from './api/registry.js';
import { Signing } from './api/signing.js';
import { Component } from './component.js';
import { Client } from './dispatcher/client.js';
import { Dispatcher } from './dispatcher/dispatcher.js';
import { CONNECTION, connectionOptions } from './dispatcher/options.js';
import { HookwrightError, StorageError, invalid } from './errors.js';
import { Extensions } from './extensions.js';
import { JoinedComponent } from './joined/component.js';
import { configPairs, leaseMs } from './settings.js';
import { JoinedServer } from './storage/server/joined.js';
import { openStorage } from './storage/storage.js';
import { unheard } from './unheard.js';
import { fields } from './values.js';

const OPTIONS = [
  'database',
  'driver',
  'busyTimeoutMs',
  'mustExist',
  'settings',
  'extensions',
  'log',
  'migrate',
  'environment',
];
const EVENT_OPTIONS = ['account', 'idempotencyKey', 'occurredAt'];

/** A running core on its database. Its groups (`registry`, `events`, …) are the interfaces of wit/webhooks. */
export class Hookwright {
  #parts;
  #storage;
  #joined = new WeakMap();
  #joinedComponent;
  #dispatchers = new Set();
  /** Single requests under way. */
  #sending = new Set();
  #closing;

  constructor(options) {
    const given = fields(options, OPTIONS, 'options');
    const pairs = configPairs(given.settings);
    const environment = { ...SYSTEM, ...fields(given.environment, ['now', 'randomBytes'], 'environment') };
    const surroundings = {
      ...environment,
      log: given.log ?? logToStderr,
      config: pairs,
      extensions: new Extensions(given.extensions),
    };
    const component = new Component(surroundings);
    this.#joinedComponent = new JoinedComponent(surroundings);
    const storage = openStorage(given);
    const { now, log } = surroundings;
    this.#setUp({ component, now, log, leaseMs: leaseMs(pairs) }, storage);
    try {
      this.lifecycle.checkConfig();
      if (given.migrate ?? true) {
        this.lifecycle.migrate();
      }
    } catch (error) {
      storage.close();
      throw error;
    }
  }

  /**
   * The same installation with its SQL on a connection of yours: inside a transaction that is open there, what is
   * written commits or goes with your own rows. `claim`, `settle` and the other calls that need a transaction of their
   * own are refused on it. A connection of `pg` or `mysql2` answers later, and so do the methods on it: with promises.
   */
  joined(database) {
    let joined = this.#joined.get(database);
    if (joined === undefined) {
      joined = this.#join(database);
      this.#joined.set(database, joined);
    }
    return joined;
  }

  /** Stores one event; throws where the core refuses it. */
  publish(topic, data, options) {
    return publishOne(this.events, topic, data, options);
  }

  /**
   * Sends what is due, until nothing is left that is due within `waitMs` (0), or `signal` is aborted. Rejects where the
   * database fails five times in a row.
   */
  deliver(options) {
    return this.start({ ...options, once: true }).done;
  }

  /** Sends what becomes due until it is stopped or `signal` is aborted; with `once`, until nothing is left. */
  start(options) {
    this.#checkOpen();
    const { leaseMs: lease, log } = this.#parts;
    const told = (level, message) => unheard('`log`', () => log(level, message));
    const dispatcher = new Dispatcher(this, { leaseMs: lease, ...options }, told);
    this.#dispatchers.add(dispatcher);
    const forget = () => this.#dispatchers.delete(dispatcher);
    dispatcher.done.then(forget, forget);
    return dispatcher;
  }

  /** Sends a test event to one webhook now, and records it. `options` besides: `connectTimeoutMs` and `ca`, as `start`. */
  async test(webhookId, options) {
    return this.#sendOne(options, (rest) => this.deliveries.test(webhookId, rest));
  }

  /** Sends a ping to one webhook now, and records it. */
  async ping(webhookId, options) {
    return this.#sendOne(options, (rest) => this.deliveries.ping(webhookId, rest));
  }

  /** Stops what is running, waits for it, and closes the connections that this made. */
  close() {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close() {
    const running = [...this.#dispatchers].map((dispatcher) => dispatcher.stop());
    // How they ended is told to those who began them.
    await Promise.allSettled([...running, ...this.#sending]);
    this.#joinedComponent.close();
    this.#storage.close();
  }

  #checkOpen() {
    if (this.#closing !== undefined) {
      throw new StorageError('unavailable', 'this installation has been closed, and sends no more');
    }
  }

  #setUp(parts, storage) {
    this.#parts = parts;
    this.#storage = storage;
    setGroups(this, parts, storage, () => this.#wake());
  }

  #join(database) {
    const wake = () => this.#wake();
    const server = JoinedServer.of(database);
    if (server === undefined) {
      return new JoinedHookwright(this.#parts, this.#storage.joined(database), wake);
    }
    const { dialect } = this.#storage;
    if (server.dialect !== dialect) {
      throw invalid('database', `is a connection to ${server.dialect}, and this installation is on ${dialect}`);
    }
    const groups = new JoinedHookwright({ ...this.#parts, component: this.#joinedComponent }, server, wake);
    return new JoinedLater(groups);
  }

  async #sendOne(options, prepare) {
    this.#checkOpen();
    const given = fields(options, [...CONNECTION, ...Object.keys(options ?? {})], 'options');
    const connection = connectionOptions(given);
    const rest = Object.entries(given).filter(([name]) => !CONNECTION.includes(name));
    const sending = this.#sent(prepare(Object.fromEntries(rest)), connection);
    this.#sending.add(sending);
    try {
      return await sending;
    } finally {
      this.#sending.delete(sending);
    }
  }

  async #sent(request, connection) {
    const client = new Client(this.guard, connection);
    try {
      const settlement = await client.send(request);
      const [settled] = this.deliveries.settle([settlement]);
      if (!settled.ok) {
        throw settled.error;
      }
      return { deliveryId: request.deliveryId, outcome: settlement.outcome, decision: settled.value };
    } finally {
      await client.close();
    }
  }

  /** Later, so that a transaction which the publish has joined is committed by then. */
  #wake() {
    for (const dispatcher of this.#dispatchers) {
      dispatcher.wake();
    }
  }
}

/** What `joined` gives: the groups, on the application's connection. */
class JoinedHookwright {
  constructor(parts, storage, wake) {
    setGroups(this, parts, storage, wake);
  }

  publish(topic, data, options) {
    return publishOne(this.events, topic, data, options);
  }
}

/** The same on a connection that answers later: each method gives a promise, and throws nothing. */
class JoinedLater {
  #events;

  constructor(groups) {
    this.#events = groups.events;
    for (const [name, group] of Object.entries(groups)) {
      this[name] = promised(group);
    }
  }

  async publish(topic, data, options) {
    return onlyOne(await this.#events.publish(eventWith(topic, data, options)));
  }
}

function promised(group) {
  const methods = Object.getOwnPropertyNames(Object.getPrototypeOf(group)).filter((name) => name !== 'constructor');
  return Object.fromEntries(methods.map((name) => [name, async (...args) => group[name](...args)]));
}

function setGroups(target, { component, now, leaseMs: lease }, storage, wake) {
  const call = (group, name, args) => component.call(storage, group, name, args);
  target.lifecycle = new Lifecycle(call);
  target.registry = new Registry(call);
  target.catalogue = new Catalogue(call);
  target.accounts = new Accounts(call);
  target.events = new Events(call, wake);
  target.deliveries = new Deliveries(call, lease);
  target.signing = new Signing(call, now);
  target.policy = new Policy(call);
  target.guard = new Guard(call);
  target.plugins = new Plugins(call);
}

function publishOne(events, topic, data, options) {
  return onlyOne(events.publish(eventWith(topic, data, options)));
}

function eventWith(topic, data, options) {
  return [{ topic, data, ...fields(options, EVENT_OPTIONS, 'options') }];
}

function onlyOne([result]) {
  if (result === undefined) {
    throw new HookwrightError('component', 'the core component gave no receipt for the event');
  }
  if (!result.ok) {
    throw result.error;
  }
  return result.value;
}

const SYSTEM = { now: () => Date.now(), randomBytes: drawn };
/** A draw from the system costs ten times what it costs to hand bytes out. Each byte is handed out once. */
const RESERVE_BYTES = 16 * 1024;
let reserve = new Uint8Array(0);

function drawn(length) {
  if (length > RESERVE_BYTES) {
    return randomFillSync(new Uint8Array(length));
  }
  if (reserve.length < length) {
    reserve = randomFillSync(new Uint8Array(RESERVE_BYTES));
  }
  const bytes = reserve.slice(0, length);
  reserve = reserve.subarray(length);
  return bytes;
}

/** What a person should look at; the rest is for a `log` of the application's own. */
function logToStderr(level, message) {
  if (level === 'warn' || level === 'error') {
    process.stderr.write(`hookwright: ${level}: ${message}\n`);
  }
}
