import assert from 'node:assert/strict';
import { test } from 'node:test';

import { InvalidInput, Refused } from '#hookwright';
import { hostFor } from '#hookwright/testing';
import plugin from '../src/plugin.js';
import { comment, post, published, user } from '../examples/published.js';

const host = (settings) => hostFor(plugin, { settings });
const build = (topic, data, settings) => host(settings).buildPayload(`wordpress.${topic}`, data);

test('what WordPress gives becomes the sample of each topic', () => {
  const { topics } = host().description;
  assert.deepEqual(
    topics.map(({ name }) => name),
    Object.keys(published).map((name) => `wordpress.${name}`),
  );
  for (const [topic, data] of Object.entries(published)) {
    assert.deepEqual(build(topic, data), host().topic(`wordpress.${topic}`).sample, topic);
  }
});

test('no secret is passed on, whatever the settings', () => {
  const everything = {
    email_addresses: true,
    ip_addresses: true,
    post_content: true,
    post_types: ['post', 'page', 'attachment'],
    option_values: ['blogname'],
  };
  for (const [topic, data] of Object.entries(published)) {
    const text = JSON.stringify(build(topic, data, everything));
    assert.doesNotMatch(text, /SECRET|user_pass|activation_key|allcaps/, topic);
  }
});

test('what is not an object is never passed on', () => {
  for (const topic of Object.keys(published)) {
    for (const data of [null, 'x', 7, [], {}, { user: 'x' }, { post: [1] }, { comment: {} }]) {
      assert.throws(() => build(topic, data), InvalidInput, `${topic} of ${JSON.stringify(data)}`);
    }
  }
});

test('addresses are sent only where the site owner allows it', () => {
  assert.equal(build('user.registered', { user }).user.email, undefined);
  assert.equal(build('user.registered', { user }, { email_addresses: true }).user.email, 'marta@example.com');
  assert.deepEqual(build('comment.posted', { comment }, { email_addresses: true, ip_addresses: true }).comment.author, {
    name: 'Ines',
    url: 'https://ines.example.com',
    email: 'ines@example.com',
    ip_address: '192.0.2.7',
  });
  const known = { data: { ...user.data, user_login: 'marta@example.com', display_name: 'Marta (marta@example.com)' } };
  const { login, slug, display_name } = build('user.registered', { user: known }).user;
  assert.deepEqual([login, slug, display_name], ['***@example.com', undefined, 'Marta (***@example.com)']);
  assert.equal(build('user.registered', { user: known }, { email_addresses: true }).user.login, 'marta@example.com');
  const named = { ...comment, comment_author: 'ines@example.com' };
  assert.equal(build('comment.posted', { comment: named }).comment.author.name, '***@example.com');
  const failed = { username: 'ines@example.com', error: 'invalid_email' };
  assert.deepEqual(build('user.login_failed', failed), { username: '***@example.com', reason: 'invalid_email' });
  assert.equal(build('user.login_failed', failed, { email_addresses: true }).username, 'ines@example.com');
});

test('a new password is told, and an address that changed too', () => {
  const before = { data: { ...user.data, user_email: 'old@example.com' } };
  assert.deepEqual(build('user.updated', { user, old_user_data: before }).changed, ['email']);
  const other = { data: { ...user.data, user_pass: 'x' } };
  assert.deepEqual(build('user.updated', { user, old_user_data: other }).changed, ['password']);
});

test('posts of other types are refused, which is no failure', () => {
  const page = { ...post, post_type: 'page' };
  const revision = { ...post, post_type: 'revision' };
  assert.equal(build('post.published', { post: page }).post.type, 'page');
  assert.throws(
    () => build('post.published', { post: revision }),
    new Refused('events of posts of type revision are not sent: see the setting `post_types`'),
  );
  assert.equal(build('post.published', { post: revision }, { post_types: ['revision'] }).post.type, 'revision');
});

test('a post with a password tells nothing of its content', () => {
  const closed = { ...post, post_password: 'SECRET' };
  const { post: told } = build('post.published', { post: closed }, { post_content: true });
  assert.deepEqual([told.password_protected, told.excerpt, told.content], [true, undefined, undefined]);
  const { changed } = build('post.updated', { post_after: closed, post_before: { ...closed, post_content: 'x' } });
  assert.deepEqual(changed, ['content']);
});

test('an excerpt is the own one, or the first words of the content', () => {
  const excerpt = (members) => build('post.published', { post: { ...post, ...members } }).post.excerpt;
  assert.equal(excerpt({ post_excerpt: 'Short.' }), 'Short.');
  assert.equal(excerpt({ post_content: '<style>p{}</style>a <script>b()</script>[gallery ids="1"]c' }), 'a c');
  assert.equal(excerpt({ post_content: 'word '.repeat(80) }), `${'word '.repeat(55)}…`);
});

test('of most options only the name is sent', () => {
  const update = (option, settings) => build('option.updated', { option, old_value: 'a', value: { k: 'b' } }, settings);
  assert.deepEqual(update('mailserver_pass'), { option: { name: 'mailserver_pass' } });
  assert.deepEqual(update('mailserver_pass', { option_values: ['mailserver_pass'] }), {
    option: { name: 'mailserver_pass', value: { k: 'b' }, previous_value: 'a' },
  });
  for (const noise of ['_transient_feed', '_site_transient_update_core', 'cron']) {
    assert.throws(() => update(noise), Refused, noise);
  }
});

test('a wrong field is named', () => {
  for (const [data, words] of [
    [{ post: { ...post, ID: 'x' } }, /the field `post\.ID` must be a whole number, not "x"/],
    [{ post: { ...post, post_date_gmt: 'yesterday' } }, /`post\.post_date_gmt` must be a moment in UTC/],
    [{ post: { ...post, post_type: undefined } }, /`post\.post_type` must be a text, not missing/],
    [{}, /the field `post` must be an object, as WordPress's hook gives it, not missing/],
  ]) {
    assert.throws(() => build('post.published', data), words);
  }
  const zeros = build('post.published', { post: { ...post, post_date_gmt: '0000-00-00 00:00:00' } });
  assert.equal(zeros.post.published_at, undefined);
});
