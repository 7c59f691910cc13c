// What both examples share: a shop's table, and an order that is placed together with its event.

import Database from 'better-sqlite3';
import { Hookwright } from 'hookwright';

/** Opens the shop. `settings` are Hookwright's; `allowHttp` and `allowAddresses` only for receivers on this machine. */
export function openShop(file, settings) {
  const database = new Database(file);
  database.pragma('journal_mode = WAL');
  database.exec(
    'CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY, item TEXT NOT NULL, total INTEGER NOT NULL)',
  );
  const hookwright = new Hookwright({
    database,
    settings,
    extensions: [
      {
        name: 'shop',
        for: ['order.*'],
        // What receivers must not see goes here, for all events at once.
        filterData: (_event, { customerEmail, ...data }) => data,
      },
    ],
  });
  const insert = database.prepare('INSERT INTO orders (item, total) VALUES (?, ?)');

  /** The order and its event are stored together or not at all. */
  const placeOrder = database.transaction(({ item, total, customerEmail }) => {
    const id = Number(insert.run(item, total).lastInsertRowid);
    hookwright.publish('order.created', { id, item, total, customerEmail }, { idempotencyKey: `order-${id}` });
    if (total > 10_000) {
      throw new Error('this shop takes no orders above 100.00');
    }
    return { id, item, total };
  });

  return { database, hookwright, placeOrder };
}
