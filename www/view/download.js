/** @import { Demo } from '../demo.js' */
/** @import { Status } from './status.js' */

/** Long enough for any browser to have begun the download. */
const KEEP_URL_MS = 60_000;

/**
 * Saves the filtered picture as a PNG file.
 * @param {Demo} demo
 * @param {Status} status
 */
export async function saveAs(demo, status) {
  status.say('Encoding the PNG.');
  const url = URL.createObjectURL(await demo.png());
  const link = document.createElement('a');
  Object.assign(link, { href: url, download: 'filtered.png' });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), KEEP_URL_MS);
  status.say('The PNG is on its way to your downloads.');
}
