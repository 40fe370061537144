// @ts-check
// Listens for what nobody catches. Imported first, so that nothing comes before it.

/** @type {string[]} */
const heard = [];

addEventListener('error', ({ message, error }) => { heard.push(`uncaught: ${error ?? message}`); });
addEventListener('unhandledrejection', ({ reason }) => { heard.push(`unhandled: ${reason}`); });

/**
 * What nobody caught until now. Browsers tell of rejections late and in order: when one of our own
 * is heard, so are those before it.
 */
export async function uncaught() {
  const last = new Error('the last to be heard');
  await new Promise((done) => {
    addEventListener('unhandledrejection', function listen(event) {
      if (event.reason !== last) return;
      removeEventListener('unhandledrejection', listen);
      event.preventDefault();
      done(undefined);
    });
    Promise.reject(last);
  });
  return heard.filter((line) => line !== `unhandled: ${last}`);
}
