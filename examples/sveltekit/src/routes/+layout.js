// @ts-check
/** Without a server that renders, pages are rendered when the app is built. */
export const prerender = import.meta.env.MODE !== 'node';
