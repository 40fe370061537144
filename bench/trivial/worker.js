// @ts-check
import * as glue from './unjank_trivial.js';
import { serve } from './shell.js';

serve(glue);
