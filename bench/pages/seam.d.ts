// What a contender of the benchmark is, and what it is given. The harness checks every result.

/** The module `contenders/NAME.js`. */
export interface ContenderModule {
  about: About;
  /** Resolves when all of its workers can take work. */
  open(options: { workers: number }): Promise<Contender>;
}

export interface About {
  name: string;
  version: string;
  /** Whether its page must be cross-origin isolated. */
  needsIsolation?: boolean;
  /**
   * How it takes an image: `'whole'` (the default), as one band that stays with the page, or
   * `'bands'`, cut beforehand as `cut` says and given away.
   */
  takes?: 'whole' | 'bands';
  /** Why it has no part in a case, in a few words, by the name of the case. */
  cannot?: Record<string, string>;
}

export interface Contender {
  /** One job of 64 bytes; the caller waits for it. */
  small?(payload: Uint8Array<ArrayBuffer>): Promise<Uint8Array>;
  /** All are handed over at once; resolves when all are back, in their order. */
  burst?(payloads: Uint8Array<ArrayBuffer>[]): Promise<Uint8Array[]>;
  /** A large buffer there and back; the caller gives it away. */
  bytes?(buffer: ArrayBuffer): Promise<ArrayBuffer>;
  blur?(image: Image & { sigma: number }): Promise<ImageBands>;
  sobel?(image: Image): Promise<ImageBands>;
  /** For `takes: 'bands'`: rows of one band, and of context on either side of it. */
  cut?(filter: Filter, params: { sigma?: number }, size: Size): { rows: number, halo: number };
  /** Milliseconds of the last filter without the copies around it, where it can tell. */
  filterMs?(): number;
  /** Ends all its workers. */
  close(): void | Promise<void>;
}

export type Filter = 'blur' | 'sobel';

export interface Size {
  /** Pixels in a row. */
  width: number;
  /** Rows. */
  height: number;
}

/** RGBA pixels in memory, all of them opaque. */
export interface Image extends Size {
  bands: Band[];
}

/** Rows of an image, with the rows of context that a filter needs. */
export interface Band {
  /** All of these rows: `before`, `rows` and `after`, `4 * width` bytes each. */
  bytes: Uint8Array<ArrayBuffer>;
  /** The first of the rows to be computed. */
  start: number;
  /** Rows to be computed. */
  rows: number;
  /** Rows of context above. */
  before: number;
  /** Rows of context below. */
  after: number;
}

/** The rows of the result, without context, from the top down: any number of pieces. */
export type ImageBands = Uint8Array[];
