// Greets like a worker of a build whose frames have another version.
import * as glue from '../pkg/unjank_faults.js';

const VERSION_BYTE = 2;

self.onmessage = ({ data: { module } }) => {
  glue.initSync({ module });
  const hello = glue.unjankHello();
  hello[VERSION_BYTE] = (hello[VERSION_BYTE] ?? 0) + 1;
  self.postMessage({ unjank: 'hello', frame: hello });
};
