// Values of the interface, between JSON as the suite writes them and JavaScript as the component takes them.
//
// Only ../interface.json knows what a value is: a number may be a BigInt for the component, a text may be bytes.

export class Values {
  #types;

  constructor(types) {
    this.#types = types;
  }

  /** For the component. */
  lower(shape, json) {
    const { kind, of } = this.#resolved(shape);
    switch (kind) {
      case 'u64':
      case 's64':
        return BigInt(json);
      case 'bytes':
        return new Uint8Array(Buffer.from(json, 'base64'));
      case 'option':
        return json === undefined || json === null ? undefined : this.lower(of, json);
      case 'list':
        return json.map((item) => this.lower(of, item));
      case 'tuple':
        return json.map((item, index) => this.lower(of[index], item));
      case 'record':
        return Object.fromEntries(of.map(([name, inner]) => [camel(name), this.lower(inner, json[name])]));
      case 'variant': {
        const [tag, payload] = typeof json === 'string' ? [json] : Object.entries(json)[0];
        const [, inner] = of.find(([name]) => name === tag);
        return inner === null ? { tag } : { tag, val: this.lower(inner, payload) };
      }
      default:
        return json;
    }
  }

  /** From the component. */
  lift(shape, value) {
    const { kind, of } = this.#resolved(shape);
    switch (kind) {
      case 'u64':
      case 's64':
        return Number.isSafeInteger(Number(value)) ? Number(value) : value;
      case 'bytes':
        return Buffer.from(value).toString('base64');
      case 'option':
        return value === undefined || value === null ? null : this.lift(of, value);
      case 'list':
        return Array.from(value, (item) => this.lift(of, item));
      case 'tuple':
        return value.map((item, index) => this.lift(of[index], item));
      case 'record':
        return Object.fromEntries(of.map(([name, inner]) => [name, this.lift(inner, value[camel(name)])]));
      case 'variant': {
        const [, inner] = of.find(([name]) => name === value.tag);
        return inner === null ? value.tag : { [value.tag]: this.lift(inner, value.val) };
      }
      case 'result': {
        const inner = of[value.tag === 'ok' ? 0 : 1];
        return { [value.tag]: inner === null ? null : this.lift(inner, value.val) };
      }
      default:
        return value;
    }
  }

  #resolved(shape) {
    const found = typeof shape === 'string' ? (this.#types[shape] ?? shape) : shape;
    if (typeof found === 'string') {
      return { kind: found };
    }
    const [[kind, of]] = Object.entries(found);
    return { kind, of };
  }
}

export function camel(name) {
  return name.replace(/-([a-z0-9])/g, (_, letter) => letter.toUpperCase());
}
