// @ts-check
// Hosts by gloo what is named behind the address.
import init, { hostByGloo } from '../../pkg/unjank_faults_glue.js';

// What panics is answered before, and would be heard of once more as an error of the page.
addEventListener('error', (event) => { event.preventDefault(); });
await init();
hostByGloo(location.hash.slice(1));
