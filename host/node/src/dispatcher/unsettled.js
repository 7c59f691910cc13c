// Outcomes that are not recorded yet. None is forgotten while the outbox fails.
//
// A batch that fails goes to the back and the next one is half as large, so that one outcome which the outbox cannot
// take does not hold up the others.

/** The component's memory is limited. */
const BATCH_BYTES = 4 * 1024 * 1024;

export class Unsettled {
  #waiting = [];
  #largest;
  #batch;

  constructor(largest) {
    this.#largest = largest;
    this.#batch = largest;
  }

  get count() {
    return this.#waiting.length;
  }

  push(sent) {
    this.#waiting.push(sent);
  }

  /** The next batch, in the order of arrival, taken out. */
  take() {
    let bytes = 0;
    let count = 0;
    while (count < this.#batch && count < this.#waiting.length && bytes < BATCH_BYTES) {
      bytes += sizeOf(this.#waiting[count].settlement);
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  /** The outbox answered for the whole batch. */
  accepted() {
    this.#batch = Math.min(this.#batch * 2, this.#largest);
  }

  /** The outbox recorded nothing of the batch. */
  refused(batch) {
    this.#batch = Math.max(Math.floor(batch.length / 2), 1);
    this.#waiting.push(...batch);
  }
}

function sizeOf({ requestHeaders, outcome }) {
  const { response, failure } = outcome;
  const answer = response ? response.body.length + headersSize(response.headers) : failure ? failure.message.length : 0;
  return answer + headersSize(requestHeaders);
}

function headersSize(headers) {
  return headers.reduce((size, [name, value]) => size + name.length + value.length, 0);
}
