// @ts-check
// Has a service worker filter a picture, and shows what came of it.
const PIXELS = 256 * 256;
const RED = 0xff0000ff;

async function filter() {
  const workers = navigator.serviceWorker;
  const controlled = new Promise((resolve) => { workers.addEventListener('controllerchange', resolve); });
  await workers.register('./service-worker.js');
  if (!workers.controller) await controlled;
  const picture = new Uint32Array(PIXELS).fill(RED);
  const answer = await fetch('./grayscale', { method: 'POST', body: picture });
  if (!answer.ok) throw new Error(await answer.text());
  const gray = new Uint32Array(await answer.arrayBuffer());
  const colours = [...new Set(gray)].map((colour) => colour.toString(16));
  return `${gray.length} pixels are ${colours.join(' and ')}`;
}

const outcome = filter();
// The test awaits it.
Object.assign(globalThis, { outcome });
outcome.catch(String).then((text) => { document.body.append(text); });

export {};
