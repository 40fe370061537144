// @ts-check
// Puts the harness where the program that drives this page reaches it.
import * as cases from './cases.js';
import { closeAll, close, know, open } from './contenders.js';
import { paint } from './image.js';

Object.assign(globalThis, { bench: { ...cases, know, open, close, closeAll, paint } });
