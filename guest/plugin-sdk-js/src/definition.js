// What an author writes becomes the description that hosts ask for. Decides what is wrong with it, so that an author
// learns that when the plugin is built or its tests run, and of all faults at once.

/** The hooks by the names of their members, in the order in which an event meets them. */
export const HOOKS = {
  buildPayload: 'build-payload',
  filterPayload: 'filter-payload',
  shouldDeliver: 'should-deliver',
  filterRequest: 'filter-request',
  afterDelivery: 'after-delivery',
};

const USUAL_PRIORITY = 10;
const NAME_BYTES = 64;
const TOPIC_BYTES = 120;
const MEMBERS = [
  'name',
  'version',
  'summary',
  'author',
  'homepage',
  'onFailure',
  'settingsSchema',
  'topics',
  'attributes',
];
const TOPIC_MEMBERS = ['name', 'title', 'description', 'group', 'schema', 'sample', 'attributes'];
const HOOK_MEMBERS = ['topics', 'priority', 'handler'];

/** Makes a plugin of its definition: `{ description, handlers }`. Throws a TypeError that lists every fault. */
export function plugin(definition) {
  const faults = [];
  if (!isObject(definition)) throw new TypeError('plugin() takes an object: { name, version, filterPayload: … }');
  unknown(definition, [...MEMBERS, ...Object.keys(HOOKS)], 'the plugin', faults);
  judge(definition, faults);
  const topics = list(definition.topics, 'topics', faults).map((topic) => topicOf(topic, faults));
  twice(
    topics.map((topic) => topic.name),
    'the topic',
    faults,
  );
  const interests = [];
  const handlers = {};
  for (const [member, hook] of Object.entries(HOOKS)) {
    const wanted = definition[member];
    if (wanted === undefined) continue;
    if (!isHook(wanted, member, faults)) continue;
    handlers[member] = wanted.handler;
    const patterns = list(wanted.topics, `${member}.topics`, faults);
    for (const pattern of patterns) {
      if (!isPattern(pattern))
        faults.push(`${member}.topics: ${show(pattern)} is no pattern: write a topic, 'order.*' or '*'`);
    }
    interests.push({ hook, priority: wanted.priority ?? USUAL_PRIORITY, topics: patterns, attributes: [] });
  }
  if (handlers.buildPayload && topics.length === 0) {
    faults.push("buildPayload is there, but no topic of the plugin's own to build for: add `topics`");
  }
  const description = {
    name: definition.name,
    version: definition.version,
    summary: text(definition, 'summary', faults),
    author: text(definition, 'author', faults),
    homepage: definition.homepage ?? null,
    interests,
    topics,
    settingsSchema: schemaText(definition.settingsSchema, 'settingsSchema', faults),
    onFailure: definition.onFailure ?? 'fail-open',
    attributes: attributesOf(definition, 'attributes', faults),
  };
  if (faults.length > 0) throw new TypeError(faults.join('; '));
  return Object.freeze({ description, handlers: Object.freeze(handlers) });
}

function judge({ name, version, homepage, onFailure }, faults) {
  if (typeof name !== 'string' || name.length > NAME_BYTES || !/^[A-Za-z0-9-]+$/.test(name)) {
    faults.push(`name: letters, digits and '-', ${NAME_BYTES} at most, not ${show(name)}`);
  }
  if (typeof version !== 'string' || !/^\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?$/.test(version)) {
    faults.push(`version: three numbers, as in '1.0.0', not ${show(version)}`);
  }
  if (homepage !== undefined && !(typeof homepage === 'string' && homepage.startsWith('https://'))) {
    faults.push(`homepage: an https URL, not ${show(homepage)}`);
  }
  if (onFailure !== undefined && onFailure !== 'fail-open' && onFailure !== 'fail-closed') {
    faults.push(`onFailure: 'fail-open' or 'fail-closed', not ${show(onFailure)}`);
  }
}

function topicOf(topic, faults) {
  if (!isObject(topic)) {
    faults.push(`topics: each is an object with name and title, not ${show(topic)}`);
    return { name: '' };
  }
  const { name, title } = topic;
  const label = `the topic ${show(name)}`;
  unknown(topic, TOPIC_MEMBERS, label, faults);
  if (!isTopic(name)) {
    faults.push(
      `${label}: a name has letters, digits, '_', '-', parts separated by full stops, ${TOPIC_BYTES} at most`,
    );
  }
  if (typeof title !== 'string' || title === '') faults.push(`${label} has no title`);
  return {
    name,
    title,
    description: text(topic, 'description', faults, label),
    group: text(topic, 'group', faults, label) || String(name).split('.')[0],
    schema: schemaText(topic.schema, `the schema of ${label}`, faults),
    sample: topic.sample === undefined ? null : jsonText(topic.sample, `the sample of ${label}`, faults),
    attributes: attributesOf(topic, `the attributes of ${label}`, faults),
  };
}

function isHook(wanted, member, faults) {
  if (!isObject(wanted) || typeof wanted.handler !== 'function') {
    faults.push(
      `${member}: write { topics: ['order.*'], handler(data, context) { … } }, with topics and priority if you like`,
    );
    return false;
  }
  unknown(wanted, HOOK_MEMBERS, member, faults);
  if (wanted.priority !== undefined && (!Number.isInteger(wanted.priority) || Math.abs(wanted.priority) > 0x7fffffff)) {
    faults.push(`${member}.priority: a whole number, not ${show(wanted.priority)}`);
  }
  if (/^(?:Async|Generator)/.test(wanted.handler.constructor.name)) {
    faults.push(
      `${member}.handler must not be async or a generator: a hook answers at once, and there is nothing to await`,
    );
  }
  return true;
}

function schemaText(schema, label, faults) {
  if (schema === undefined) return null;
  if (!isObject(schema) && typeof schema !== 'boolean') {
    faults.push(`${label}: a JSON Schema is an object or true or false, not ${show(schema)}`);
    return null;
  }
  return jsonText(schema, label, faults);
}

function jsonText(value, label, faults) {
  try {
    const written = JSON.stringify(value);
    if (written !== undefined) return written;
  } catch {
    // Told below.
  }
  faults.push(`${label} has no form in JSON`);
  return null;
}

function attributesOf(owner, label, faults) {
  const pairs = Object.entries(owner.attributes ?? {});
  if (pairs.some(([, value]) => typeof value !== 'string')) faults.push(`${label}: every value is a string`);
  return pairs;
}

function text(owner, member, faults, label = '') {
  const value = owner[member] ?? '';
  if (typeof value !== 'string') faults.push(`${label ? `${label}: ` : ''}${member}: a string, not ${show(value)}`);
  return value;
}

function list(value, label, faults) {
  if (value === undefined || Array.isArray(value)) return value ?? [];
  faults.push(`${label}: a list, not ${show(value)}`);
  return [];
}

function unknown(object, known, label, faults) {
  for (const member of Object.keys(object)) {
    if (!known.includes(member)) faults.push(`${label} has no member '${member}': there are ${known.join(', ')}`);
  }
}

function twice(names, label, faults) {
  names
    .filter((name, at) => names.indexOf(name) < at)
    .forEach((name) => faults.push(`${label} ${show(name)} stands twice`));
}

function isTopic(name) {
  return typeof name === 'string' && name.length <= TOPIC_BYTES && /^[\w-]+(?:\.[\w-]+)*$/.test(name);
}

function isPattern(pattern) {
  return pattern === '*' || (typeof pattern === 'string' && isTopic(pattern.replace(/\.\*$/, '')));
}

function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(value) {
  return typeof value === 'string' ? `'${value}'` : String(value);
}
