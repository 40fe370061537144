/** An error with a stable code, as the pool's own errors have. */
export class DemoError extends Error {
  /**
   * @param {string} code
   * @param {string} message lower case, says what to do
   */
  constructor(code, message) {
    super(message);
    this.name = 'DemoError';
    this.code = code;
  }
}

/**
 * @param {unknown} error whatever was thrown
 * @returns {{ code: string, message: string }}
 */
export function describe(error) {
  if (!(error instanceof Error)) return { code: 'unknown', message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  return { code, message: error.message };
}

/** @param {unknown} error */
export function isCancelled(error) {
  return describe(error).code === 'cancelled';
}
