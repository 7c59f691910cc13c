// What a site owner decides: which events go out, and how much of a person they tell.

import { settings } from '#hookwright';

/** Options of WordPress that hold no secret and matter to others. */
const USUAL_OPTIONS = [
  'blogname',
  'blogdescription',
  'siteurl',
  'home',
  'timezone_string',
  'gmt_offset',
  'date_format',
  'time_format',
  'permalink_structure',
  'show_on_front',
  'page_on_front',
  'posts_per_page',
  'users_can_register',
  'default_role',
  'WPLANG',
];

const names = { type: 'array', items: { type: 'string' }, uniqueItems: true };

export const settingsSchema = {
  type: 'object',
  properties: {
    post_types: {
      ...names,
      description: 'Types of posts whose events go out; those of others are refused.',
      default: ['post', 'page'],
    },
    email_addresses: {
      type: 'boolean',
      description: 'Whether e-mail addresses of users and commenters are sent.',
      default: false,
    },
    ip_addresses: { type: 'boolean', description: 'Whether IP addresses of commenters are sent.', default: false },
    post_content: {
      type: 'boolean',
      description: 'Whether the whole content of a post is sent, not only its excerpt.',
      default: false,
    },
    option_values: {
      ...names,
      description:
        'Options whose values are sent; of all others only the name is. Many options hold passwords or keys.',
      default: USUAL_OPTIONS,
    },
  },
  additionalProperties: false,
};

/** The settings of now, with what holds where the site owner says nothing. */
export function settingsNow() {
  const {
    post_types: postTypes = ['post', 'page'],
    email_addresses: emailAddresses = false,
    ip_addresses: ipAddresses = false,
    post_content: postContent = false,
    option_values: optionValues = USUAL_OPTIONS,
  } = settings();
  return { postTypes, emailAddresses, ipAddresses, postContent, optionValues };
}
