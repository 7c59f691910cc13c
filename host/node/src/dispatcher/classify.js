// Which kind of failure an error of the HTTP client is. Looks at codes and classes, never at texts.

const MESSAGE_CHARS = 300;

/** The guard has refused an address. */
export class Blocked extends Error {}

/** What was wrong before there was a connection, kept with the phase in which it happened. */
export class NotConnected extends Error {
  constructor(cause, protocol) {
    super(cause.message, { cause });
    this.protocol = protocol;
  }
}

/** The request's own time is over. */
export class TooLate extends Error {}

const LEADS = {
  dns: 'the host name was not resolved',
  connect: 'no connection',
  tls: 'no TLS session',
  timeout: 'no connection in time',
  blocked: 'the address may not be called',
  protocol: 'no complete HTTP answer',
};

/** The failure that the webhook's owner sees. */
export function failureOf(error) {
  if (error instanceof TooLate) {
    return failure('timeout', error.message);
  }
  const all = causesOf(error);
  const kind = kindOf(all);
  return failure(kind, `${LEADS[kind]}: ${all[all.length - 1].message}`);
}

export function failure(kind, message) {
  return { kind, message: Array.from(String(message).toWellFormed()).slice(0, MESSAGE_CHARS).join('') };
}

function kindOf(all) {
  if (all.some((error) => error instanceof Blocked)) {
    return 'blocked';
  }
  const notConnected = all.find((error) => error instanceof NotConnected);
  if (all.some(isTls)) {
    return 'tls';
  }
  if (all.some(({ code }) => code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT')) {
    return 'timeout';
  }
  if (all.some(({ syscall }) => syscall === 'getaddrinfo' || syscall === 'queryA')) {
    return 'dns';
  }
  if (notConnected !== undefined) {
    // TCP has no reset while it connects: the receiver hung up in the middle of the handshake.
    const hungUp = notConnected.protocol === 'https:' && all.some(({ code }) => code === 'ECONNRESET');
    return hungUp ? 'tls' : 'connect';
  }
  return 'protocol';
}

function isTls({ code }) {
  return (
    typeof code === 'string' &&
    /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|EPROTO$)/.test(code)
  );
}

/** The error and what is below it; of several that were tried, the first. */
function causesOf(error) {
  const all = [];
  for (let cause = error; cause instanceof Error && all.length < 10; cause = cause.errors?.[0] ?? cause.cause) {
    all.push(cause);
  }
  return all.length > 0 ? all : [new Error(String(error))];
}
