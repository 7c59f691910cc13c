// Which events of WordPress are topics: for each its name, the action of WordPress that tells of it, and what makes
// its data. What the application publishes is an object whose members bear the names of the action's parameters.

import { comment } from './comments.js';
import * as posts from './posts.js';
import { samples } from './samples.js';
import { schemas } from './schemas.js';
import * as site from './site.js';
import * as users from './users.js';

function event(name, title, action, description, build, schema, sample = schema) {
  const topic = {
    name: `wordpress.${name}`,
    title,
    description: `${description} (WordPress: ${action})`,
    group: 'WordPress',
    schema: schemas[schema],
    sample: samples[sample],
  };
  return { topic, build };
}

export const events = [
  event('user.registered', 'User registered', 'user_register', 'An account was made.', users.registered, 'user'),
  event('user.updated', 'User updated', 'profile_update', 'A profile was changed.', users.updated, 'userUpdated'),
  event('user.deleted', 'User deleted', 'deleted_user', 'An account was deleted.', users.deleted, 'userDeleted'),
  event(
    'user.role_changed',
    'Role changed',
    'set_user_role',
    'A user has another role.',
    users.roleChanged,
    'roleChanged',
  ),
  event('user.logged_in', 'User logged in', 'wp_login', 'Somebody logged in.', users.loggedIn, 'user'),
  event(
    'user.login_failed',
    'Login failed',
    'wp_login_failed',
    'A login was refused.',
    users.loginFailed,
    'loginFailed',
  ),

  event(
    'post.published',
    'Post published',
    'transition_post_status to publish',
    'A post can be read by the public from now on.',
    posts.changed,
    'post',
  ),
  event('post.updated', 'Post updated', 'post_updated', 'A post was changed.', posts.updated, 'postUpdated'),
  event(
    'post.trashed',
    'Post trashed',
    'trashed_post',
    'A post is in the trash.',
    posts.changed,
    'post',
    'postTrashed',
  ),
  event(
    'post.deleted',
    'Post deleted',
    'deleted_post',
    'A post is gone for good.',
    posts.changed,
    'post',
    'postTrashed',
  ),

  event('comment.posted', 'Comment posted', 'wp_insert_comment', 'A comment was written.', comment, 'comment'),
  event(
    'comment.approved',
    'Comment approved',
    'transition_comment_status to approved',
    'A comment can be read by the public from now on.',
    comment,
    'comment',
    'commentApproved',
  ),
  event(
    'comment.spam',
    'Comment is spam',
    'spammed_comment',
    'A comment was marked as spam.',
    comment,
    'comment',
    'commentSpam',
  ),

  event(
    'attachment.added',
    'File uploaded',
    'add_attachment',
    'A file is in the media library.',
    posts.attachmentAdded,
    'attachment',
  ),

  event(
    'plugin.activated',
    'Plugin activated',
    'activated_plugin',
    'A plugin of WordPress works from now on.',
    site.pluginChanged,
    'plugin',
  ),
  event(
    'plugin.deactivated',
    'Plugin deactivated',
    'deactivated_plugin',
    'A plugin of WordPress works no more.',
    site.pluginChanged,
    'plugin',
  ),
  event(
    'theme.activated',
    'Theme activated',
    'switch_theme',
    'The site has another theme.',
    site.themeSwitched,
    'theme',
  ),
  event(
    'option.updated',
    'Option updated',
    'updated_option',
    'A setting of the site was changed.',
    site.optionUpdated,
    'option',
  ),

  event('term.created', 'Term created', 'created_term', 'A category, a tag or the like was made.', site.term, 'term'),
  event('term.updated', 'Term updated', 'edited_term', 'A category, a tag or the like was changed.', site.term, 'term'),
  event('term.deleted', 'Term deleted', 'delete_term', 'A category, a tag or the like is gone.', site.term, 'term'),
];
