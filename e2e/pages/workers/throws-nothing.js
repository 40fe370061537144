// Throws what is no error, as engines do when memory is short.
import * as glue from '../pkg/unjank_faults.js';
import { serve } from '../pkg/shell.js';

serve({ ...glue, initSync() { throw undefined; } });
