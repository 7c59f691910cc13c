// What a database may be called, and what a URL of a server asks for.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';

import { Hookwright } from '../src/index.js';
import { placeOf } from '../src/storage/server/mysql.js';
import { LOCAL, driver, folder } from './support/site.js';

test('a URL of another kind is refused, without its password', () => {
  for (const database of ['mysql2://u:s3cret@h/d', 'sqlite:///x.db', new URL('mongodb+srv://u:s3cret@h/d')]) {
    assert.throws(
      () => new Hookwright({ database }),
      ({ code, message }) => code === 'invalid' && /is a URL of another kind/.test(message) && !/s3cret/.test(message),
      String(database),
    );
  }
});

test('a server is found by text and by URL, in letters of any size', () => {
  for (const database of ['Postgres://u:s3cret@127.0.0.1:1/d', new URL('postgresql://u:s3cret@127.0.0.1:1/d')]) {
    assert.throws(
      () => new Hookwright({ database }),
      ({ reason, message }) =>
        reason === 'unavailable' && /postgres.*cannot be reached/.test(message) && !/s3cret/.test(message),
      String(database),
    );
  }
});

test('a file is found by its URL', async (t) => {
  const url = pathToFileURL(join(folder(t), 'a shop é #1.db'));
  for (const database of [url, url.href]) {
    const hookwright = new Hookwright({ database, driver, settings: LOCAL });
    hookwright.registry.create({ url: 'http://127.0.0.1/', topics: [] });
    await hookwright.close();
  }
  assert.throws(() => new Hookwright({ database: 'file://elsewhere/x.db' }), {
    code: 'invalid',
    message: /names no file/,
  });
});

test('what the URL of a MySQL server says of TLS is done or refused', () => {
  const place = (options) => placeOf(`mysql://u:p@db.example/d${options}`);
  for (const off of ['', '?ssl=false', '?ssl-mode=DISABLED', '?sslmode=disable&charset=utf8mb4']) {
    assert.equal(place(off).ssl, undefined, off);
  }
  assert.deepEqual(place('?ssl={}').ssl, {});
  assert.deepEqual(place(`?ssl=${encodeURIComponent('{"ca":"x","minVersion":"TLSv1.3"}')}`).ssl, {
    ca: 'x',
    minVersion: 'TLSv1.3',
  });
  assert.equal(place('?ssl=Amazon%20RDS').ssl, 'Amazon RDS');
  for (const [options, name] of [
    ['?ssl-mode=REQUIRED', 'ssl-mode=REQUIRED'],
    ['?sslmode=verify-full', 'sslmode=verify-full'],
    ['?useSSL=true', 'useSSL=true'],
    ['?charset=utf8mb4&tls=1', 'tls=1'],
    ['?ssl=true', 'ssl=true'],
    ['?ssl=1', 'ssl=1'],
    ['?ssl-ca=/ca.pem', 'ssl-ca=/ca.pem'],
  ]) {
    assert.throws(
      () => place(options),
      ({ message }) => message.includes(name) && /ask for TLS by/.test(message),
      options,
    );
  }
  assert.equal(placeOf('mysql://u@[::1]/d').host, '::1');
});
