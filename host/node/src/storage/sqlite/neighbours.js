// The application's connections on this thread that were joined: while one has a transaction open, waiting here for its
// lock would keep it from ever letting go.

export class Neighbours {
  #all = new Set();

  /** `connection` has `inTransaction`. It is not kept alive. */
  add(connection) {
    this.#all.add(new WeakRef(connection));
  }

  get areInTransaction() {
    for (const known of this.#all) {
      const connection = known.deref();
      if (connection === undefined || connection.isClosed) {
        this.#all.delete(known);
      } else if (connection.inTransaction) {
        return true;
      }
    }
    return false;
  }
}
