// Sends one signed request as it is and says what came of it; every way to fail is an outcome, never an error.
//
// Follows no redirect, reads no proxy from the environment, unpacks nothing, and takes no more of an answer than was
// asked for. Refuses to know whether a status is a success.

import { Agent } from 'undici';

import { TooLate, failure, failureOf } from './classify.js';
import { Verdicts, guardedConnector } from './connector.js';

const CONNECT_TIMEOUT_MS = 10_000;
/** Less than the 5 s after which Node and Apache hang up: a request on a connection that is just closing fails. */
const IDLE_TIMEOUT_MS = 4_000;
const KEPT_HEADERS = 100;
const KEPT_HEADER_BYTES = 16 * 1024;
/** Above that, an answer is a protocol failure. */
const PARSED_HEADERS = 256;
const PARSED_HEADER_BYTES = 64 * 1024;
/** Headers that the client writes itself. Taken from an extension, they could smuggle a second request. */
const FRAMING = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Sends requests; connections are kept and shared. `guard` has `checkUrl` and `checkAddress`. */
export class Client {
  #agent;
  #verdicts;

  /** `options`: `connectTimeoutMs`, `ca` (certificates to trust in the place of Node's own), `lookup`. */
  constructor(guard, { connectTimeoutMs = CONNECT_TIMEOUT_MS, ca, lookup } = {}) {
    this.#verdicts = new Verdicts(guard);
    this.#agent = new Agent({
      connect: guardedConnector(this.#verdicts, { connectTimeoutMs, ca, lookup }),
      keepAliveTimeout: IDLE_TIMEOUT_MS,
      keepAliveMaxTimeout: IDLE_TIMEOUT_MS,
      maxHeaderSize: PARSED_HEADER_BYTES,
      // A request has one time-out, from the first byte to the last.
      headersTimeout: 0,
      bodyTimeout: 0,
      pipelining: 1,
    });
  }

  /** The settlement of a request, at most its time-out later. Aborting `signal` ends it as a failed attempt. */
  async send(request, signal) {
    const startedAt = Date.now();
    const begun = performance.now();
    let requestHeaders = [];
    let outcome;
    try {
      const { url, headers } = this.#prepared(request);
      requestHeaders = headers;
      outcome = { response: await this.#exchange(request, url, headers, signal) };
    } catch (error) {
      outcome = { failure: error?.kind === undefined ? failureOf(error) : failure(error.kind, error.message) };
    }
    const { deliveryId, claimToken } = request;
    const durationMs = Math.round(performance.now() - begun);
    return { deliveryId, claimToken, startedAt, durationMs, requestHeaders, outcome };
  }

  close() {
    return this.#agent.destroy();
  }

  #prepared(request) {
    let url;
    try {
      url = new URL(request.url);
    } catch {
      throw unsendable('the URL is not valid');
    }
    if (url.protocol !== 'https:' && url.protocol !== 'http:') {
      throw unsendable(`\`${url.protocol.slice(0, -1)}\` URLs are not called; use http or https`);
    }
    this.#verdicts.checkOrigin(url.origin);
    const headers = request.headers.filter(([name]) => !FRAMING.has(name.toLowerCase()));
    if (!headers.some(([name]) => name.toLowerCase() === 'accept')) {
      headers.push(['accept', '*/*']);
    }
    return { url, headers };
  }

  #exchange(request, url, headers, signal) {
    if (signal?.aborted) {
      throw stoppedByHost();
    }
    return new Promise((resolve, reject) => {
      const answer = new Answer(request, resolve, reject);
      answer.follow(signal);
      try {
        this.#agent.dispatch(
          {
            origin: url.origin,
            path: `${url.pathname}${url.search}`,
            method: request.method,
            headers: headers.flat(),
            body: request.body,
          },
          answer,
        );
      } catch (error) {
        answer.onResponseError(null, error);
      }
    });
  }
}

/** What comes back, as undici tells it. Settles its promise once. */
class Answer {
  #request;
  #resolve;
  #reject;
  #timer;
  #controller;
  #signal;
  #stop;
  #status;
  #headers;
  #chunks = [];
  #kept = 0;
  #error;
  #isOver = false;

  constructor(request, resolve, reject) {
    this.#request = request;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#timer = setTimeout(() => this.#lookOnceMore(), request.timeoutMs);
  }

  follow(signal) {
    this.#signal = signal;
    this.#stop = () => this.#end(stoppedByHost());
    signal?.addEventListener('abort', this.#stop, { once: true });
  }

  onRequestStart(controller) {
    this.#controller = controller;
    if (this.#error !== undefined) {
      controller.abort(this.#error);
    }
  }

  onResponseStart(controller, status) {
    const raw = controller.rawHeaders ?? [];
    if (status < 200) {
      return;
    }
    if (raw.length > 2 * PARSED_HEADERS) {
      this.#end(unsendable(`the answer has more than ${PARSED_HEADERS} headers`));
      return;
    }
    this.#status = status;
    this.#headers = capped(raw);
  }

  onResponseData(controller, chunk) {
    const room = this.#request.responseCapBytes - this.#kept;
    const part = chunk.length > room ? chunk.subarray(0, room) : chunk;
    this.#chunks.push(part);
    this.#kept += part.length;
    if (chunk.length > room) {
      this.#finish(true);
      controller.abort(new Error('enough was read'));
    }
  }

  onResponseEnd() {
    this.#finish(false);
  }

  onResponseError(_controller, error) {
    this.#fail(this.#error ?? error);
  }

  onRequestUpgrade(_controller, _status, _headers, socket) {
    socket.destroy();
    this.#fail(unsendable('the receiver wants to speak another protocol'));
  }

  /** The thread may have been busy with the database: what has arrived meanwhile is taken first. */
  #lookOnceMore() {
    setImmediate(() => setImmediate(() => this.#isOver || this.#tooLate()));
  }

  #tooLate() {
    const { responseCapBytes, timeoutMs } = this.#request;
    if (this.#status !== undefined && this.#kept === responseCapBytes) {
      // All that was asked for is here; whether there is more does not matter.
      this.#finish(true);
      this.#controller?.abort(new Error('enough was read'));
      return;
    }
    this.#end(new TooLate(`no complete answer within ${timeoutMs} ms`));
  }

  /** Ends the exchange from this side, also where it waits for a connection. */
  #end(error) {
    this.#error = error;
    this.#fail(error);
    this.#controller?.abort(error);
  }

  #finish(truncated) {
    this.#done();
    const body = new Uint8Array(Buffer.concat(this.#chunks));
    this.#resolve({ status: this.#status, headers: this.#headers, body, truncated });
  }

  #fail(error) {
    this.#done();
    this.#reject(error);
  }

  #done() {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener('abort', this.#stop);
  }
}

function capped(raw) {
  const headers = [];
  let room = KEPT_HEADER_BYTES;
  for (let index = 0; index + 1 < raw.length && headers.length < KEPT_HEADERS; index += 2) {
    const [name, value] = [raw[index].toString('utf8').toLowerCase(), valueOf(raw[index + 1])];
    room -= name.length + value.length;
    if (room < 0) {
      break;
    }
    headers.push([name, value]);
  }
  return headers;
}

/** White space around a value is no part of it, and undici leaves what stands behind. */
function valueOf(bytes) {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] === 0x20 || bytes[end - 1] === 0x09)) {
    end -= 1;
  }
  return bytes.toString('utf8', 0, end);
}

function stoppedByHost() {
  return new TooLate('the host stopped before the answer was complete');
}

function unsendable(message) {
  return Object.assign(new Error(message), { kind: 'protocol' });
}
