// @ts-check
import init, { host } from '../rust/gloo/gloo.js';

await init();
host();
