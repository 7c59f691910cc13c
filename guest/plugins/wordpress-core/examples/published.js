// What WordPress's actions give, as PHP's json_encode writes it, for the sample of each topic to come out.

const row = {
  ID: '42',
  user_login: 'marta',
  user_pass: '$wp$2y$10$SECRETHASHSECRETHASH',
  user_nicename: 'marta',
  user_email: 'marta@example.com',
  user_url: 'https://marta.example.com',
  user_registered: '2026-03-14 08:15:00',
  user_activation_key: '1773476100:SECRETKEY',
  user_status: '0',
  display_name: 'Marta Vilar',
};

export const user = {
  data: row,
  ID: 42,
  caps: { author: true },
  cap_key: 'wp_capabilities',
  roles: ['author'],
  allcaps: { edit_posts: true, upload_files: true },
  filter: null,
};

const oldUser = { ...user, data: { ...row, display_name: 'Marta', user_pass: '$P$BOLDSECRET' } };

export const post = {
  ID: 118,
  post_author: '42',
  post_date: '2026-11-20 08:30:00',
  post_date_gmt: '2026-11-20 07:30:00',
  post_content: '<!-- wp:paragraph --><p>From December on we <b>open</b>&nbsp;at ten.</p><!-- /wp:paragraph -->',
  post_title: 'Opening hours in winter',
  post_excerpt: '',
  post_status: 'publish',
  comment_status: 'open',
  ping_status: 'open',
  post_password: '',
  post_name: 'opening-hours-in-winter',
  to_ping: '',
  pinged: '',
  post_modified: '2026-11-20 08:30:00',
  post_modified_gmt: '2026-11-20 07:30:00',
  post_parent: 0,
  guid: 'https://shop.example.com/?p=118',
  permalink: 'https://shop.example.com/opening-hours-in-winter/',
  menu_order: 0,
  post_type: 'post',
  post_mime_type: '',
  comment_count: '0',
  filter: 'raw',
};

const edited = { ...post, post_modified_gmt: '2026-11-21 16:45:09' };

const trashed = { ...post, post_status: 'trash' };

export const comment = {
  comment_ID: '311',
  comment_post_ID: '118',
  comment_author: 'Ines',
  comment_author_email: 'ines@example.com',
  comment_author_url: 'https://ines.example.com',
  comment_author_IP: '192.0.2.7',
  comment_date: '2026-11-20 10:02:11',
  comment_date_gmt: '2026-11-20 09:02:11',
  comment_content: 'Are you open on the 24th?',
  comment_karma: '0',
  comment_approved: '0',
  comment_agent: 'Mozilla/5.0',
  comment_type: 'comment',
  comment_parent: '0',
  user_id: '0',
};

const attachment = {
  ...post,
  ID: 119,
  post_title: 'winter-window',
  post_status: 'inherit',
  post_type: 'attachment',
  post_mime_type: 'image/jpeg',
  post_parent: 118,
  post_date_gmt: '2026-11-20 07:21:40',
};

const term = {
  term_id: 12,
  name: 'News',
  slug: 'news',
  term_group: 0,
  term_taxonomy_id: 12,
  taxonomy: 'category',
  description: 'What is new in the shop',
  parent: 0,
  count: 0,
  filter: 'raw',
};

const plugin = { plugin: 'akismet/akismet.php', network_wide: false, name: 'Akismet', version: '5.3' };

/** By topic, without `wordpress.`. */
export const published = {
  'user.registered': { user_id: 42, user },
  'user.updated': { user_id: 42, old_user_data: oldUser, user },
  'user.deleted': { id: 42, reassign: 1, user },
  'user.role_changed': { user_id: 42, role: 'author', old_roles: ['subscriber'], user },
  'user.logged_in': { user_login: 'marta', user },
  'user.login_failed': {
    username: 'marta',
    error: { errors: { incorrect_password: ['The password SECRETTYPED is wrong.'] }, error_data: [] },
  },
  'post.published': { new_status: 'publish', old_status: 'draft', post },
  'post.updated': {
    post_id: 118,
    post_after: edited,
    post_before: { ...post, post_title: 'Opening hours', post_content: 'We open at nine.' },
  },
  'post.trashed': { post_id: 118, previous_status: 'publish', post: trashed },
  'post.deleted': { post_id: 118, post: trashed },
  'comment.posted': { id: 311, comment },
  'comment.approved': { comment: { ...comment, comment_approved: '1' } },
  'comment.spam': { comment_id: 311, comment: { ...comment, comment_approved: 'spam' } },
  'attachment.added': {
    post_id: 119,
    post: attachment,
    url: 'https://shop.example.com/wp-content/uploads/2026/11/winter-window.jpg',
  },
  'plugin.activated': plugin,
  'plugin.deactivated': plugin,
  'theme.activated': {
    new_name: 'Twenty Twenty-Six',
    new_theme: { stylesheet: 'twentytwentysix', version: '1.0' },
    old_theme: { stylesheet: 'twentytwentyfive', name: 'Twenty Twenty-Five', version: '1.4' },
  },
  'option.updated': { option: 'blogname', old_value: 'The shop', value: 'The winter shop' },
  'term.created': { term },
  'term.updated': { term },
  'term.deleted': { term },
};
