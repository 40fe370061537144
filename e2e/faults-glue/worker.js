// @ts-check
// What each worker runs: the application's module, served by unjank's shell.
import * as glue from './unjank_faults_glue.js';
import { serve } from '../unjank/shell.js';

serve(glue);
