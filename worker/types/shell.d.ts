// The worker of an app whose kernels are in a module that wasm-bindgen made.

/** What wasm-bindgen generates for the application, with `--target web`. */
export interface Glue {
  default(options?: object): Promise<unknown>;
  initSync(options: object): unknown;
  /** Generated with the option for it. Without it each trap costs a worker. */
  __wbg_reset_state?(): void;
}

/** Serves the page with the app's kernels. */
export function serve(glue: Glue): void;
