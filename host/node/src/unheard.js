// Callbacks of the application that are only told something: what they throw, now or later, is a warning of the process
// and never its end.

/** Calls `tell`; `what` names it in a warning. */
export function unheard(what, tell) {
  try {
    unheardLater(what, tell());
  } catch (error) {
    warn(what, error);
  }
}

/** What such a callback has answered; it may be a promise. */
export function unheardLater(what, answer) {
  if (typeof answer?.then === 'function') {
    Promise.resolve(answer).catch((error) => warn(what, error));
  }
}

function warn(what, error) {
  process.emitWarning(`${what} threw: ${error?.message ?? error}`);
}
