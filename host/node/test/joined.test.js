// Events in an application's own transaction on PostgreSQL and MySQL, through its connection of `pg` or `mysql2`.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import mysqlWithCallbacks from 'mysql2';
import mysql from 'mysql2/promise';
import pg from 'pg';

import { JoinedServer } from '../src/storage/server/joined.js';
import { receiver } from './support/receiver.js';
import { SERVERS, blob, connection, installation, integer, rowsOf, sql, table, text } from './support/servers.js';
import { site, verified } from './support/site.js';

for (const server of SERVERS) {
  const { dialect, url, skip } = server;
  const on = (what, work) => test(`${dialect}: ${what}`, { skip }, work);

  on('a transaction that is rolled back sends nothing, one that is committed sends', async (t) => {
    const to = await receiver();
    t.after(to.close);
    const hookwright = installation(t, server);
    const { secret } = hookwright.registry.create({ url: to.url, topics: ['order.created'] });
    const shop = await connection(t, server);
    const orders = await table(t, shop);
    const place = async (id) => {
      await shop.query(`INSERT INTO ${orders} VALUES (${id}, 'order')`);
      return hookwright.joined(shop.lent).publish('order.created', { id });
    };
    await shop.query('BEGIN');
    assert.equal((await place(1)).deliveries, 1);
    await shop.query('ROLLBACK');
    assert.equal((await hookwright.deliver()).attempts, 0);
    assert.equal((await shop.query(`SELECT * FROM ${orders}`)).length, 0);

    await shop.query('BEGIN');
    await place(2);
    assert.equal(hookwright.deliveries.find().total, 0, 'nobody else sees it yet');
    await shop.query('COMMIT');
    assert.equal((await hookwright.deliver()).delivered, 1);
    assert.deepEqual(verified(to.received[0], secret).data, { id: 2 });

    await hookwright.joined(shop.lent).publish('order.created', { id: 3 });
    assert.equal((await hookwright.deliver()).delivered, 1, 'without a transaction it is one of its own');
  });

  on('what is refused leaves the transaction as it was', async (t) => {
    const hookwright = installation(t, server);
    const shop = await connection(t, server);
    const orders = await table(t, shop);
    const joined = hookwright.joined(shop.lent);
    const storage = JoinedServer.of(shop.lent);
    const insert = (id) => sql(`INSERT INTO ${orders} (id, name) VALUES (?, ?)`, [integer(id), text('mine')]);
    await shop.query('BEGIN');
    await shop.query(`INSERT INTO ${orders} VALUES (1, 'yours')`);
    await assert.rejects(joined.publish('no.such.topic', {}), { code: 'invalid' });
    await assert.rejects(joined.publish('order.created', 1n), { code: 'invalid' });
    await assert.rejects(joined.registry.get('wh_none'), { code: 'not-found' });
    for (const mode of ['own', 'schema']) {
      await assert.rejects(storage.execute(mode, [insert(9)]), { reason: 'unavailable' });
    }
    await assert.rejects(storage.execute('write', [insert(2), insert(1)]), { reason: 'constraint' });
    await assert.rejects(storage.execute('read', [sql('SELECT nonsense', [], ['text'])]), { reason: 'other' });
    await assert.rejects(storage.execute('write', [insert(3), { ...insert(4), expect: 2n }]), {
      reason: 'expectation-failed',
      statement: 1,
    });
    await assert.rejects(storage.execute('write', [sql('COMMIT')]), { reason: 'other', message: /neither reads/ });
    assert.equal((await joined.publish('order.created', {})).deliveries, 0);
    await shop.query('COMMIT');
    assert.equal((await shop.query(`SELECT * FROM ${orders}`)).length, 1);
  });

  on('values are exact, whatever the application has set for its own', async (t) => {
    const settings =
      dialect === 'postgres'
        ? { types: { getTypeParser: () => () => 'spoilt' } }
        : { typeCast: () => 'spoilt', rowsAsArray: true, nestTables: '_', dateStrings: true };
    const { lent } = await connection(t, server, settings);
    if (dialect === 'postgres') {
      await lent.query("SET bytea_output = 'escape'");
    }
    const storage = JoinedServer.of(lent);
    const bytes = dialect === 'postgres' ? 'SELECT ? AS v' : 'SELECT CAST(? AS BINARY) AS v';
    await lent.query('BEGIN');
    for (const [value, column, statement = 'SELECT ? AS v'] of [
      [integer(2n ** 53n + 1n), 'integer'],
      [integer(-(2n ** 63n)), 'integer'],
      [text("é ✓ 🎉 '; DROP \\"), 'text'],
      [{ tag: 'null' }, 'text'],
      [blob(Uint8Array.from({ length: 256 }, (_, byte) => byte)), 'blob', bytes],
      [blob(new Uint8Array(200_000).fill(92)), 'blob', bytes],
    ]) {
      const [{ values }] = await storage.execute('read', [sql(statement, [value], [column])]);
      assert.deepEqual(values, [value]);
    }
    await lent.query('COMMIT');
  });

  on('waiting for a lock has an end, and the application’s settings are as before', async (t) => {
    const hookwright = installation(t, server);
    const [shop, other] = [await connection(t, server), await connection(t, server)];
    const orders = await table(t, shop);
    await shop.query(`INSERT INTO ${orders} VALUES (1, 'a')`);
    const bound =
      dialect === 'postgres' ? "SELECT current_setting('lock_timeout')" : 'SELECT @@SESSION.innodb_lock_wait_timeout';
    const before = await shop.query(bound);
    await shop.query('BEGIN');
    await hookwright.joined(shop.lent).publish('order.created', {});
    assert.deepEqual(await shop.query(bound), before);
    // The application's own bound holds, where it is shorter.
    await shop.query(dialect === 'postgres' ? "SET lock_timeout = '300ms'" : 'SET innodb_lock_wait_timeout = 1');
    await other.query('BEGIN');
    await other.query(`UPDATE ${orders} SET name = 'b'`);
    const update = sql(`UPDATE ${orders} SET name = ?`, [text('c')]);
    await assert.rejects(JoinedServer.of(shop.lent).execute('write', [update]), {
      reason: 'unavailable',
      message: /locked/,
    });
    await other.query('ROLLBACK');
    assert.equal((await hookwright.joined(shop.lent).publish('order.created', {})).deliveries, 0);
    await shop.query('COMMIT');
  });

  on('a collision with another transaction is told as what it is', async (t) => {
    const [shop, other] = [await connection(t, server), await connection(t, server)];
    const orders = await table(t, shop);
    await shop.query(`INSERT INTO ${orders} VALUES ${Array.from({ length: 50 }, (_, id) => `(${id}, 'a')`)}`);
    const update = (id) => sql(`UPDATE ${orders} SET name = ? WHERE id = ?`, [text('mine'), integer(id)]);
    const storage = JoinedServer.of(shop.lent);
    if (dialect === 'postgres') {
      await shop.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
      await shop.query(`SELECT * FROM ${orders}`);
      await other.query(`UPDATE ${orders} SET name = 'other' WHERE id = 1`);
      await assert.rejects(storage.execute('write', [update(1)]), { reason: 'transaction-must-restart' });
      await shop.query('ROLLBACK');
      return;
    }
    // InnoDB ends the transaction that has changed less.
    const bound = () => shop.query('SELECT @@SESSION.innodb_lock_wait_timeout');
    const before = await bound();
    await other.query('BEGIN');
    await other.query(`UPDATE ${orders} SET name = 'other' WHERE id BETWEEN 2 AND 40`);
    await shop.query('BEGIN');
    await shop.query(`INSERT INTO ${orders} VALUES (100, 'yours')`);
    await storage.execute('write', [update(1)]);
    const waiting = other.query(`UPDATE ${orders} SET name = 'other' WHERE id = 1`);
    await assert.rejects(storage.execute('write', [update(2)]), { reason: 'transaction-lost' });
    await waiting;
    await other.query('COMMIT');
    assert.deepEqual(await bound(), before, 'the session goes on as the application has set it');
    assert.equal((await shop.query(`SELECT * FROM ${orders} WHERE id = 100 OR name = 'mine'`)).length, 0);
  });

  const failing = 'another query that fails on the same connection leaves no false success';
  // On MySQL a failed statement does not end the transaction.
  (dialect === 'postgres' ? on : () => {})(failing, async (t) => {
    const shop = await connection(t, server);
    const orders = await table(t, shop);
    const { query } = shop.lent;
    let fails = true;
    shop.lent.query = (...args) => {
      if (args[0] === 'COMMIT' && fails) {
        query.call(shop.lent, 'SELECT nonsense').catch(() => {});
      }
      return query.apply(shop.lent, args);
    };
    const insert = sql(`INSERT INTO ${orders} (id, name) VALUES (?, ?)`, [integer(1), text('mine')]);
    const storage = JoinedServer.of(shop.lent);
    await assert.rejects(storage.execute('write', [insert]), { reason: 'retryable', message: /nothing was stored/ });
    assert.equal((await shop.query(`SELECT * FROM ${orders}`)).length, 0);
    fails = false;
    await storage.execute('write', [insert]);
    assert.equal((await shop.query(`SELECT * FROM ${orders}`)).length, 1);
  });

  on('a connection that is gone', async (t) => {
    const hookwright = installation(t, server);
    const [shop, other] = [await connection(t, server), await connection(t, server)];
    const joined = hookwright.joined(shop.lent);
    await shop.query('BEGIN');
    await joined.publish('order.created', {});
    const [found] = await shop.query(
      dialect === 'postgres' ? 'SELECT pg_backend_pid() AS id' : 'SELECT CONNECTION_ID() AS id',
    );
    await other.query(dialect === 'postgres' ? `SELECT pg_terminate_backend(${found.id})` : `KILL ${found.id}`);
    await assert.rejects(joined.publish('order.created', {}), { code: 'storage', reason: 'transaction-lost' });
    assert.equal((await hookwright.deliver()).attempts, 0);
    // The instance that was interrupted has no part in the next call.
    assert.equal((await hookwright.joined(other.lent).publish('order.created', {})).deliveries, 0);
  });

  on('many connections at once, none waits for another’s instance, and calls on one follow one another', async (t) => {
    const hookwright = installation(t, server);
    hookwright.registry.create({ url: 'https://receiver.example/', topics: [] });
    const [first, second] = [await connection(t, server), await connection(t, server)];
    const key = { idempotencyKey: 'order-1' };
    await first.query('BEGIN');
    await second.query('BEGIN');
    const { eventId } = await hookwright.joined(first.lent).publish('order.created', { id: 1 }, key);
    // It waits for the first transaction, whose next call must not wait for it.
    const waiting = hookwright.joined(second.lent).publish('order.created', { id: 1 }, key);
    await hookwright.joined(first.lent).publish('order.created', { id: 2 });
    await first.query('COMMIT');
    assert.deepEqual(await waiting.then((receipt) => [receipt.eventId, receipt.replayed]), [eventId, true]);
    await second.query('COMMIT');

    const all = await Promise.all(Array.from({ length: 6 }, () => connection(t, server)));
    await Promise.all(
      all.map(async ({ lent, query }, number) => {
        await query('BEGIN');
        const { publish } = hookwright.joined(lent).events;
        const events = Array.from({ length: 5 }, (_, id) => [{ topic: 'order.created', data: { id } }]);
        const answers = await Promise.all(events.map((event) => publish(event)));
        assert.ok(answers.flat().every(({ ok }) => ok));
        await query(number % 2 === 0 ? 'COMMIT' : 'ROLLBACK');
      }),
    );
    assert.equal(hookwright.deliveries.find().total, 2 + 3 * 5);
  });

  on('callbacks are asked on the application’s thread; what they throw refuses the event only', async (t) => {
    const asked = [];
    const nested = [];
    const refuses = ({ id }) => {
      if (id === 'bad') {
        throw new Error('no such parcel');
      }
    };
    let joined;
    const extension = {
      name: 'shop',
      for: ['order.*'],
      filterData(event, data) {
        asked.push(event.topic);
        refuses(data);
        if (data.again) {
          nested.push(joined.publish('order.created', data).catch(({ code }) => code));
        }
        return { ...data, seen: true };
      },
    };
    const hookwright = installation(t, server, { extensions: [extension] });
    hookwright.registry.create({ url: 'https://receiver.example/', topics: [] });
    const shop = await connection(t, server);
    joined = hookwright.joined(shop.lent);
    await shop.query('BEGIN');
    await assert.rejects(joined.publish('order.created', { id: 'bad' }), {
      code: 'extension',
      message: /no such parcel/,
    });
    await joined.publish('order.created', { id: 'good' });
    assert.deepEqual(asked, ['order.created', 'order.created']);
    await joined.publish('order.created', { again: true });
    for (let at = 0; at < nested.length; at += 1) {
      nested[at] = await nested[at];
    }
    assert.deepEqual([nested.length, nested.at(-1)], [4, 'too-deep']);
    await shop.query('COMMIT');
    const [{ id }] = hookwright.deliveries.find().items;
    assert.equal(JSON.parse(new TextDecoder().decode(hookwright.deliveries.get(id).payload)).data.seen, true);
  });

  on('connections of a pool join, a pool does not', async (t) => {
    const hookwright = installation(t, server);
    hookwright.registry.create({ url: 'https://receiver.example/', topics: [] });
    const pool = dialect === 'postgres' ? new pg.Pool({ connectionString: url }) : mysql.createPool(url);
    t.after(() => pool.end());
    assert.throws(() => hookwright.joined(pool), { code: 'invalid', message: /is a pool/ });
    const lent = await (dialect === 'postgres' ? pool.connect() : pool.getConnection());
    await lent.query('BEGIN');
    await hookwright.joined(lent).publish('order.created', { id: 1 });
    await lent.query('COMMIT');
    lent.release();
    assert.equal(hookwright.deliveries.find().total, 1);
    if (dialect === 'mysql') {
      const callbacks = mysqlWithCallbacks.createConnection(url);
      t.after(() => callbacks.destroy());
      const query = (statement) => callbacks.promise().query(statement);
      await query('BEGIN');
      await hookwright.joined(callbacks).publish('order.created', { id: 2 });
      await query('ROLLBACK');
      assert.equal(rowsOf(await query('SELECT 1 AS one'))[0].one, 1);
      const latin = await connection(t, server, { charset: 'latin1_swedish_ci' });
      await assert.rejects(hookwright.joined(latin.lent).publish('order.created', {}), {
        reason: 'unavailable',
        message: /charset: 'utf8mb4'/,
      });
    }
    assert.equal(hookwright.deliveries.find().total, 1);
  });

  on('a connection to another kind of database is refused', async (t) => {
    const { lent } = await connection(t, server);
    assert.throws(() => site(t).joined(lent), { code: 'invalid', message: /this installation is on sqlite/ });
  });
}
