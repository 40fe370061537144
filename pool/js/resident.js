/** What workers load of the package when they keep data for the page. */

export { work } from '../../worker/js/resident.js';
