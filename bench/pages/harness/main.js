// @ts-check
// Puts the harness where the program that drives this page reaches it.
import * as cases from './cases.js';
import { closeAll, close, know, open } from './contenders.js';
import { countCrossings } from './crossings.js';
import { paint } from './image.js';
import * as watched from './watched.js';

// Counting costs time: the page that is timed does not count.
if (location.search === '?count') countCrossings();

Object.assign(globalThis, { bench: { ...cases, ...watched, know, open, close, closeAll, paint } });
