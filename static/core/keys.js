// Idempotency keys made by the browser, also on plain http where crypto.randomUUID is missing.

/** A fresh key for one change. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(18));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
}
