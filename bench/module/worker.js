// @ts-check
import * as glue from './unjank_bench_module.js';
import { serve } from './shell.js';

serve(glue);
