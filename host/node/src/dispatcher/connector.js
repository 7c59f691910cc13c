// Connections to receivers, each only after the core's guard has let its address pass.
//
// Decides nothing: the core does. A name is judged by the addresses that it resolved to, in the resolution that the
// connection uses; a literal address, which no resolver is asked for, before it is connected to; and the address that
// really was connected to once more.

import { lookup as systemLookup } from 'node:dns';
import { isIP } from 'node:net';

import { buildConnector } from 'undici';

import { Blocked, NotConnected } from './classify.js';
import { shared } from './lookups.js';

/** Answers kept before all are forgotten. Whoever controls a name server can make up addresses without end. */
const KEPT = 4096;

/** The guard's answers, kept because the settings that they follow from are constant. */
export class Verdicts {
  #guard;
  #known = new Map();

  constructor(guard) {
    this.#guard = guard;
  }

  /** Throws Blocked where the address may not be called. */
  checkAddress(address) {
    // IPv4 inside IPv6, and the zone of a link-local address, are written as the guard takes them.
    const plain = address.replace(/^::ffff:(\d+\.\d+\.\d+\.\d+)$/i, '$1').replace(/%.*$/, '');
    this.#check(`address ${plain}`, () => this.#guard.checkAddress(plain));
  }

  /** Throws Blocked where the origin may not be called as far as its text says. */
  checkOrigin(origin) {
    this.#check(`origin ${origin}`, () => this.#guard.checkUrl(origin));
  }

  #check(key, ask) {
    let refusal = this.#known.get(key);
    if (refusal === undefined) {
      refusal = verdict(ask);
      if (this.#known.size >= KEPT) {
        this.#known.clear();
      }
      this.#known.set(key, refusal);
    }
    if (refusal !== '') {
      throw new Blocked(refusal);
    }
  }
}

function verdict(ask) {
  try {
    const { allowed, message } = ask();
    return allowed ? '' : message;
  } catch (error) {
    // Nobody is called on a guess. The next call may be answered, so this is not kept.
    throw new Blocked(`the address guard gave no answer: ${error.message}`);
  }
}

/** A connector for undici. `lookup` is the system's, or one of a test. */
export function guardedConnector(verdicts, { connectTimeoutMs, ca, lookup = systemLookup }) {
  const connect = buildConnector({
    timeout: connectTimeoutMs,
    ca,
    autoSelectFamily: true,
    lookup: guardedLookup(verdicts, shared(lookup)),
  });
  return (options, callback) => {
    const fail = (error) => callback(new NotConnected(error, options.protocol), null);
    try {
      const host = options.hostname.replace(/^\[|\]$/g, '');
      if (isIP(host) !== 0) {
        verdicts.checkAddress(host);
      }
    } catch (error) {
      return queueMicrotask(() => fail(error));
    }
    return connect(options, (error, socket) => {
      if (error) {
        return fail(error);
      }
      try {
        verdicts.checkAddress(socket.remoteAddress ?? '');
      } catch (refusal) {
        socket.destroy();
        return fail(refusal);
      }
      return callback(null, socket);
    });
  };
}

/** A look-up with blocked addresses taken out of its answers. What is left is what the connection is made to. */
function guardedLookup(verdicts, lookup) {
  return (host, options, callback) => {
    lookup(host, { ...options, all: true }, (error, found) => {
      if (error) {
        return callback(error);
      }
      let refusal;
      const allowed = found.filter(({ address }) => {
        try {
          verdicts.checkAddress(address);
          return true;
        } catch (blocked) {
          refusal ??= blocked;
          return false;
        }
      });
      if (allowed.length === 0) {
        return callback(refusal ?? Object.assign(new Error('the name has no address'), { syscall: 'getaddrinfo' }));
      }
      return options.all ? callback(null, allowed) : callback(null, allowed[0].address, allowed[0].family);
    });
  };
}
