// @ts-check
import './node_modules/unjank-demo/worker.js';
