// Was generated without the function that replaces an instance.
import * as glue from '../../pkg/unjank_faults_glue.js';
import { serve } from '../../unjank/shell.js';

serve(/** @type {any} */ ({ ...glue, __wbg_reset_state: undefined }));
