/** What is said where workers are replaced because they can't renew their instance. */
export const ADVICE = 'unjank: a worker could not renew its instance, and another takes its place. If the module is '
  + 'made with wasm-bindgen, have the glue generated with `reset_state_function`: then workers heal in place';
