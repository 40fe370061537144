/** What hosts other than browsers have more, as far as it is used: their own types are not installed. */

/** What holds a process, and may be told not to. */
interface MessagePort {
  unref?(): void;
}

/** Of timers: what are numbers in browsers are objects there. */
interface Number {
  unref?(): void;
}

declare module 'node:fs' {
  export function existsSync(path: URL): boolean;
}

declare module 'node:fs/promises' {
  export function readFile(path: URL): Promise<Uint8Array<ArrayBuffer>>;
}

declare module 'node:os' {
  export function availableParallelism(): number;
}

declare module 'node:process' {
  export function exit(): never;
  /** Of what runs, by its name. */
  export const versions: { bun?: string };
}

declare module 'node:timers' {
  interface Timeout {
    ref(): void;
    unref(): void;
  }
  export function setInterval(call: () => void, ms: number): Timeout;
  export function clearInterval(timer: Timeout): void;
  export function setImmediate(call: () => void): void;
}

declare module 'node:url' {
  export function pathToFileURL(path: string): URL;
}

declare module 'node:worker_threads' {
  interface Port {
    postMessage(message: unknown, transfer?: Transferable[]): void;
    on(event: string, listener: (said: unknown) => void): void;
  }
  export class Worker implements Port {
    constructor(script: URL, options: { workerData: unknown });
    postMessage(message: unknown, transfer?: Transferable[]): void;
    on(event: string, listener: (said: unknown) => void): void;
    terminate(): Promise<number>;
    unref(): void;
  }
  /** None where this is no thread. */
  export const parentPort: Port;
  export const workerData: { unjankScript?: string } | null | undefined;
}
