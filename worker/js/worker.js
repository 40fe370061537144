/** The worker of plain kernel modules. */

import { print } from './log.js';
import { plain } from './plain.js';
import { listen } from './service.js';

listen(plain(print));
