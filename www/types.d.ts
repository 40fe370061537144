// Platforms newer than TypeScript's own library. The package's types are those that are built with
// it: `cargo xtask test --only types` lays the built site beside these files.

/** The part of a dedicated worker's global scope that the worker modules use. */
interface WorkerScope {
  postMessage(message: unknown, transfer?: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
}

/** Orientation of a decoded frame: known to newer engines only. */
interface VideoFrame {
  readonly rotation?: number;
  readonly flip?: boolean;
}
