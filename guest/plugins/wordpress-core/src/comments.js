// Comments, and whoever wrote them.

import { part } from './fields.js';
import { name } from './users.js';

const STATUSES = { 1: 'approved', 0: 'pending', approve: 'approved', hold: 'pending' };

export function comment(published, settings) {
  const { emailAddresses, ipAddresses } = settings;
  const fields = part(published, 'comment');
  const status = fields.text('comment_approved') ?? '0';
  return {
    comment: {
      id: fields.id('comment_ID'),
      post_id: fields.id('comment_post_ID'),
      parent_id: fields.optionalId('comment_parent'),
      status: STATUSES[status] ?? status,
      type: fields.text('comment_type') ?? 'comment',
      content: fields.text('comment_content') ?? '',
      author: {
        name: name(fields.text('comment_author'), settings),
        user_id: fields.optionalId('user_id'),
        url: fields.text('comment_author_url'),
        email: emailAddresses ? fields.text('comment_author_email') : undefined,
        ip_address: ipAddresses ? fields.text('comment_author_IP') : undefined,
      },
      posted_at: fields.moment('comment_date_gmt'),
    },
  };
}
