/** The module broke the interface. What it was to compute is lost, and its instance with it. */
export class Broken extends Error {}
