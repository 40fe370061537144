// @ts-check
import * as glue from './unjank_faults.js';
import { serve } from './shell.js';

serve(glue);
