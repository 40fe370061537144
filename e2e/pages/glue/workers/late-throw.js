// Fails in its start, after an await, where no error event tells of it.
import * as glue from '../../pkg/unjank_faults_glue.js';
import { serve } from '../../unjank/shell.js';

serve({
  ...glue,
  initSync() { throw new Error('not this module'); },
  async default() {
    await Promise.resolve();
    throw new Error('no module at all');
  },
});
