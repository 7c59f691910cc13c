// Look-ups of host names, so that a dead name server of one receiver does not hold up the names of all others.
//
// A look-up keeps one of the runtime's few threads until its name server answers. So those who wait for the same name
// share one, and a failure holds for a moment. What was found is never kept: it is judged and used at once.

/** A failure holds so long. */
const FAILED_MS = 3_000;
/** Failures kept before all are forgotten. */
const KEPT = 1_024;

/** `lookup` as that of node:dns, which is called with `all: true`. */
export function shared(lookup) {
  const waiting = new Map();
  const failed = new Map();
  return (host, options, callback) => {
    const key = JSON.stringify([host, options.family, options.hints]);
    const before = failed.get(key);
    if (before !== undefined && performance.now() < before.until) {
      return process.nextTick(callback, before.error);
    }
    const others = waiting.get(key);
    if (others !== undefined) {
      return others.push(callback);
    }
    const all = [callback];
    waiting.set(key, all);
    return lookup(host, options, (error, found) => {
      waiting.delete(key);
      failed.delete(key);
      if (error) {
        if (failed.size >= KEPT) {
          failed.clear();
        }
        failed.set(key, { error, until: performance.now() + FAILED_MS });
      }
      all.forEach((tell) => tell(error, found));
    });
  };
}
