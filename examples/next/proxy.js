// @ts-check
import { NextResponse } from 'next/server';

/** Dev servers evaluate texts and insert styles. */
const IN_DEVELOPMENT = process.env.NODE_ENV === 'development';

/**
 * Answers with the strict policy. Next.js writes scripts into its pages: they get the nonce that it finds in the
 * policy of the request.
 *
 * @param {import('next/server').NextRequest} request
 */
export function proxy(request) {
  const policy = policyOf(crypto.randomUUID());
  const headers = new Headers(request.headers);
  headers.set('Content-Security-Policy', policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set('Content-Security-Policy', policy);
  return response;
}

/** @param {string} nonce */
function policyOf(nonce) {
  const [scripts, styles] = IN_DEVELOPMENT ? [" 'unsafe-eval'", "'unsafe-inline'"] : ['', `'nonce-${nonce}'`];
  return [
    "default-src 'self'",
    `script-src 'self' 'wasm-unsafe-eval' 'nonce-${nonce}'${scripts}`,
    `style-src 'self' ${styles}`,
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
  ].join('; ');
}
