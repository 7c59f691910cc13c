// Realistic data, as receivers get them.

const user = {
  id: 42,
  login: 'marta',
  slug: 'marta',
  display_name: 'Marta Vilar',
  url: 'https://marta.example.com',
  registered_at: '2026-03-14T08:15:00Z',
  roles: ['author'],
};

const post = {
  id: 118,
  type: 'post',
  status: 'publish',
  title: 'Opening hours in winter',
  slug: 'opening-hours-in-winter',
  excerpt: 'From December on we open at ten.',
  password_protected: false,
  url: 'https://shop.example.com/opening-hours-in-winter/',
  author_id: 42,
  published_at: '2026-11-20T07:30:00Z',
  modified_at: '2026-11-20T07:30:00Z',
  comment_count: 0,
};

const comment = {
  id: 311,
  post_id: 118,
  status: 'pending',
  type: 'comment',
  content: 'Are you open on the 24th?',
  author: { name: 'Ines', url: 'https://ines.example.com' },
  posted_at: '2026-11-20T09:02:11Z',
};

const term = {
  id: 12,
  taxonomy: 'category',
  name: 'News',
  slug: 'news',
  description: 'What is new in the shop',
  post_count: 0,
};

const plugin = { file: 'akismet/akismet.php', slug: 'akismet', name: 'Akismet', version: '5.3', network_wide: false };

export const samples = {
  user: { user },
  userUpdated: { user, changed: ['display_name', 'password'] },
  userDeleted: { user, content_goes_to: 1 },
  loginFailed: { username: 'marta', reason: 'incorrect_password' },
  roleChanged: { user, role: 'author', previous_roles: ['subscriber'] },
  post: { post },
  postUpdated: {
    post: { ...post, modified_at: '2026-11-21T16:45:09Z' },
    changed: ['title', 'excerpt', 'content'],
  },
  postTrashed: { post: { ...post, status: 'trash' } },
  comment: { comment },
  commentApproved: { comment: { ...comment, status: 'approved' } },
  commentSpam: { comment: { ...comment, status: 'spam' } },
  attachment: {
    attachment: {
      id: 119,
      title: 'winter-window',
      mime_type: 'image/jpeg',
      url: 'https://shop.example.com/wp-content/uploads/2026/11/winter-window.jpg',
      author_id: 42,
      parent_id: 118,
      uploaded_at: '2026-11-20T07:21:40Z',
    },
  },
  plugin: { plugin },
  theme: {
    theme: { stylesheet: 'twentytwentysix', name: 'Twenty Twenty-Six', version: '1.0' },
    previous_theme: { stylesheet: 'twentytwentyfive', name: 'Twenty Twenty-Five', version: '1.4' },
  },
  option: { option: { name: 'blogname', value: 'The winter shop', previous_value: 'The shop' } },
  term: { term },
};
