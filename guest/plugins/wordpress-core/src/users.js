// Users: who somebody is and may do. The password, its hash, the activation key and sessions are never looked at, but
// for whether the password is another one.

import { Fields, changes, part } from './fields.js';

const ADDRESS = /[^\s<>"(),;:@]+@(?=[^\s<>"(),;:@]+\.[^\s<>"(),;:@]+)/gu;

/** A name; addresses in it, by which people log in, are hidden up to the @ unless the settings allow them. */
export function name(text, { emailAddresses }) {
  return emailAddresses ? text : text?.replace(ADDRESS, '***@');
}

export function user(fields, settings) {
  const login = fields.requiredText('user_login');
  const { emailAddresses } = settings;
  return {
    id: fields.id('ID'),
    login: name(login, settings),
    // WordPress makes it of the login.
    slug: name(login, settings) === login ? fields.text('user_nicename') : undefined,
    display_name: name(fields.text('display_name'), settings),
    email: emailAddresses ? fields.text('user_email') : undefined,
    url: fields.text('user_url'),
    registered_at: fields.moment('user_registered'),
    roles: fields.texts('roles'),
  };
}

export function registered(published, settings) {
  return { user: user(part(published, 'user'), settings) };
}

export function updated(published, settings) {
  const [after, before] = [part(published, 'user'), part(published, 'old_user_data')];
  const everything = { ...settings, emailAddresses: true };
  const changed = changes(user(before, everything), user(after, everything));
  // An old row has no roles.
  const told = before.has('roles') ? changed : changed.filter((name) => name !== 'roles');
  const hasOtherPassword = before.has('user_pass') && before.raw('user_pass') !== after.raw('user_pass');
  return { user: user(after, settings), changed: hasOtherPassword ? [...told, 'password'] : told };
}

export function deleted(published, settings) {
  return {
    user: user(part(published, 'user'), settings),
    content_goes_to: new Fields(published).optionalId('reassign'),
  };
}

export function loggedIn(published, settings) {
  return { user: user(part(published, 'user'), settings) };
}

export function loginFailed(published, { emailAddresses }) {
  const fields = new Fields(published);
  const typed = fields.requiredText('username');
  const code = isWpError(published.error) ? Object.keys(published.error.errors)[0] : fields.text('error');
  return {
    // People log in with their address, and now and then type their password here.
    username: emailAddresses || !typed.includes('@') ? typed : `***@${typed.split('@').at(-1)}`,
    reason: code ?? 'unknown',
  };
}

export function roleChanged(published, settings) {
  const fields = new Fields(published);
  return {
    user: user(part(published, 'user'), settings),
    role: fields.requiredText('role'),
    previous_roles: fields.texts('old_roles'),
  };
}

function isWpError(value) {
  return typeof value?.errors === 'object' && value.errors !== null;
}
