// JSON with integers exact: what a number of JavaScript cannot hold becomes a BigInt.

const TEXT_OR_LONG_INTEGER = /"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g;

/** The value of a text. */
export function parsed(text) {
  const marked = text.replace(TEXT_OR_LONG_INTEGER, (token) =>
    token.startsWith('"') ? token : `{"$integer":"${token}"}`,
  );
  return JSON.parse(marked, (_, value) => {
    const digits = value?.$integer;
    if (digits === undefined) {
      return value;
    }
    return Number.isSafeInteger(Number(digits)) ? Number(digits) : BigInt(digits);
  });
}
