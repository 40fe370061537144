// Awaits something before it listens: what the page posts meanwhile is lost.
import * as glue from '../pkg/unjank_faults.js';
import { serve } from '../pkg/shell.js';

await new Promise((over) => { setTimeout(over, 300); });
serve(glue);
