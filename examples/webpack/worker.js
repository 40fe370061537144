// @ts-check
import 'unjank-demo/worker.js';
