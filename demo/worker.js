// @ts-check
// What each of the demo's workers runs: the application's module, served by unjank's shell.
import * as glue from './unjank_demo.js';
import { serve } from './shell.js';

serve(glue);
