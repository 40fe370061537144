// Kernels without a pool: an instance of their module on the page itself, which they block.

/** An instance of a kernel module. */
export interface Alone {
  /**
   * Units that a kernel looks at on either side of those that it answers for.
   *
   * Throws an error with the `code` `unknown_kernel` or `bad_params`.
   */
  halo(kernel: string, params: unknown): number;
  /**
   * Runs a kernel on a whole buffer of units of `stride` bytes.
   *
   * Throws an error with a `code`, as a job on a pool would be rejected with.
   */
  run(kernel: string, params: unknown, bytes: Uint8Array, stride: number): Uint8Array<ArrayBuffer>;
}

/** Makes an instance. */
export function instantiate(module: WebAssembly.Module): Alone;
