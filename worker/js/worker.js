/** The worker of plain kernel modules. */

import { plain } from './plain.js';
import { listen } from './service.js';

const LEVELS = /** @type {const} */ (['error', 'warn', 'info']);

listen(plain((level, text) => console[LEVELS[level] ?? 'debug'](text)));
