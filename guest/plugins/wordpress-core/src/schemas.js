// JSON Schemas of the data, as receivers may rely on them.

const text = { type: 'string' };
const id = { type: 'integer', minimum: 1 };
const moment = { type: 'string', pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$' };

function object(required, properties) {
  return { type: 'object', required, properties };
}

const user = object(['id', 'login', 'roles'], {
  id,
  login: text,
  slug: text,
  display_name: text,
  email: { ...text, description: 'Only where the site owner allows it.' },
  url: text,
  registered_at: moment,
  roles: { type: 'array', items: text },
});

const post = object(['id', 'type', 'status', 'password_protected'], {
  id,
  type: text,
  status: text,
  title: text,
  slug: text,
  excerpt: { ...text, description: 'Without markup; missing where the post has a password.' },
  content: { ...text, description: 'Only where the site owner wants it.' },
  password_protected: { type: 'boolean' },
  url: text,
  author_id: id,
  parent_id: id,
  published_at: moment,
  modified_at: moment,
  comment_count: { type: 'integer', minimum: 0 },
});

const comment = object(['id', 'post_id', 'status', 'type', 'content', 'author'], {
  id,
  post_id: id,
  parent_id: id,
  status: { ...text, description: 'approved, pending, spam or trash.' },
  type: text,
  content: text,
  author: object([], { name: text, user_id: id, url: text, email: text, ip_address: text }),
  posted_at: moment,
});

const attachment = object(['id'], {
  id,
  title: text,
  mime_type: text,
  url: text,
  author_id: id,
  parent_id: id,
  uploaded_at: moment,
});

const theme = object(['stylesheet'], { stylesheet: text, name: text, version: text });

const changed = { type: 'array', items: text, description: 'Names of what is different now.' };

export const schemas = {
  user: object(['user'], { user }),
  userUpdated: object(['user', 'changed'], { user, changed }),
  userDeleted: object(['user'], { user, content_goes_to: { ...id, description: 'The user who has the posts now.' } }),
  loginFailed: object(['username', 'reason'], { username: text, reason: text }),
  roleChanged: object(['user', 'role', 'previous_roles'], {
    user,
    role: text,
    previous_roles: { type: 'array', items: text },
  }),
  post: object(['post'], { post }),
  postUpdated: object(['post', 'changed'], { post, changed }),
  comment: object(['comment'], { comment }),
  attachment: object(['attachment'], { attachment }),
  plugin: object(['plugin'], {
    plugin: object(['file', 'slug', 'network_wide'], {
      file: text,
      slug: text,
      name: text,
      version: text,
      network_wide: { type: 'boolean' },
    }),
  }),
  theme: object(['theme', 'previous_theme'], { theme, previous_theme: theme }),
  option: object(['option'], {
    option: object(['name'], { name: text, value: true, previous_value: true }),
  }),
  term: object(['term'], {
    term: object(['id', 'taxonomy', 'name'], {
      id,
      taxonomy: text,
      name: text,
      slug: text,
      description: text,
      parent_id: id,
      post_count: { type: 'integer', minimum: 0 },
    }),
  }),
};
