/** What workers load of the package when they share the work on a buffer. */

export { work } from '../../worker/js/spread.js';
