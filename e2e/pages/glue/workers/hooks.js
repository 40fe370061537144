// Tells what the application's panic hook hears. Behind # stands whether that hook is set first.
import * as glue from '../../pkg/unjank_faults_glue.js';
import { serve } from '../../unjank/shell.js';

Object.assign(self, { hookFirst: location.hash === '#first' });
console.debug = (heard) => self.postMessage({ heard });
serve(glue);
