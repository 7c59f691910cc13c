// What concerns the site itself: plugins, themes, options and terms.

import { Refused } from '#hookwright';
import { Fields, part } from './fields.js';

/** What WordPress and its plugins write all the time, for nobody but themselves. */
const NOISE =
  /^(?:_transient|_site_transient|cron$|rewrite_rules$|recently_edited$|auto_updater|action_scheduler|_wp_session)/;

export function pluginChanged(published) {
  const fields = new Fields(published);
  const file = fields.requiredText('plugin');
  return {
    plugin: {
      file,
      slug: file.split('/')[0].replace(/\.php$/, ''),
      name: fields.text('name'),
      version: fields.text('version'),
      network_wide: fields.flag('network_wide'),
    },
  };
}

export function themeSwitched(published) {
  const fields = new Fields(published);
  return { theme: theme(fields, 'new'), previous_theme: theme(fields, 'old') };
}

/** A WP_Theme has only private members, and PHP writes none of them: the publisher gives name and stylesheet. */
function theme(fields, which) {
  const value = fields.raw(`${which}_theme`);
  if (typeof value === 'string') return { stylesheet: value, name: fields.text(`${which}_name`) };
  const members = part({ [`${which}_theme`]: value }, `${which}_theme`);
  return {
    stylesheet: members.requiredText('stylesheet'),
    name: members.text('name') ?? fields.text(`${which}_name`),
    version: members.text('version'),
  };
}

export function optionUpdated(published, { optionValues }) {
  const fields = new Fields(published);
  const name = fields.requiredText('option');
  if (NOISE.test(name) && !optionValues.includes(name)) {
    throw new Refused(`${name} is an option of WordPress's own that changes all the time`);
  }
  if (!optionValues.includes(name)) return { option: { name } };
  return { option: { name, value: fields.raw('value') ?? null, previous_value: fields.raw('old_value') ?? null } };
}

export function term(published) {
  const fields = part(published, 'term');
  return {
    term: {
      id: fields.id('term_id'),
      taxonomy: fields.requiredText('taxonomy'),
      name: fields.requiredText('name'),
      slug: fields.text('slug'),
      description: fields.text('description'),
      parent_id: fields.optionalId('parent'),
      post_count: fields.count('count'),
    },
  };
}
