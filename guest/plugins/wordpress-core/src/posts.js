// Posts, pages and whatever else WordPress keeps as a post; attachments too.

import { Refused } from '#hookwright';
import { Fields, changes, part, plain } from './fields.js';

const EXCERPT_WORDS = 55;

function post(fields, { postTypes, postContent }) {
  const type = fields.requiredText('post_type');
  if (!postTypes.includes(type)) {
    throw new Refused(`events of posts of type ${type} are not sent: see the setting \`post_types\``);
  }
  // Whoever knows the password of a post may read it; receivers do not.
  const isOpen = !fields.has('post_password');
  const content = fields.text('post_content') ?? '';
  return {
    id: fields.id('ID'),
    type,
    status: fields.requiredText('post_status'),
    title: fields.text('post_title'),
    slug: fields.text('post_name'),
    excerpt: isOpen ? excerpt(fields.text('post_excerpt') ?? content) : undefined,
    content: isOpen && postContent ? content : undefined,
    password_protected: !isOpen,
    url: fields.text('permalink') ?? fields.text('guid'),
    author_id: fields.optionalId('post_author'),
    parent_id: fields.optionalId('post_parent'),
    published_at: fields.moment('post_date_gmt'),
    modified_at: fields.moment('post_modified_gmt'),
    comment_count: fields.count('comment_count'),
  };
}

export function changed(published, settings) {
  return { post: post(part(published, 'post'), settings) };
}

export function updated(published, settings) {
  const [after, before] = [part(published, 'post_after'), part(published, 'post_before')];
  const hidden = { ...settings, postContent: false };
  const changed = changes(post(before, hidden), post(after, hidden));
  // A post with a password tells that its content is another one, not what it is.
  if (before.raw('post_content') !== after.raw('post_content')) changed.push('content');
  return {
    post: post(after, settings),
    changed: changed.filter((name) => !['modified_at', 'comment_count'].includes(name)),
  };
}

export function attachmentAdded(published) {
  const fields = part(published, 'post');
  return {
    attachment: {
      id: fields.id('ID'),
      title: fields.text('post_title'),
      mime_type: fields.text('post_mime_type'),
      url: new Fields(published).text('url') ?? fields.text('guid'),
      author_id: fields.optionalId('post_author'),
      parent_id: fields.optionalId('post_parent'),
      uploaded_at: fields.moment('post_date_gmt'),
    },
  };
}

function excerpt(content) {
  const words = plain(content).split(' ');
  return words.length > EXCERPT_WORDS ? `${words.slice(0, EXCERPT_WORDS).join(' ')} …` : words.join(' ');
}
