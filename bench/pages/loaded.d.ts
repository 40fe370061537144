// What the pages load of the peers and the sources don't have.

declare module '*/vendor/comlink/comlink.min.mjs' {
  export const wrap: (worker: Worker) => unknown;
  export const expose: (object: object) => void;
  export const transfer: <T>(object: T, transfer: Transferable[]) => T;
}

declare module '*/vendor/workerpool/workerpool.min.js' {}

declare module '*/vendor/opencv-js/opencv.js' {}

declare module '*/vendor/photon/photon_rs_bg.js' {}

declare module '*/vendor/wasm-vips/vips-es6.js' {
  export default function Vips(options: object): Promise<any>;
}

declare module '*/rust/gloo/gloo.js' {
  export default function init(): Promise<unknown>;
  export const Workers: any;
  export const host: () => void;
}

declare module '*/rust/rayon/rayon.js' {
  export default function init(): Promise<{ memory: WebAssembly.Memory }>;
  export const initThreadPool: (threads: number) => Promise<void>;
  export class Image {
    constructor(length: number);
    inputAt: number;
    outputAt: number;
    blur(width: number, sigma: number): void;
    sobel(width: number): void;
    free(): void;
  }
}

declare module '*/rust/wasmworker/wasmworker.js' {
  export default function init(): Promise<unknown>;
  export const Workers: any;
}
