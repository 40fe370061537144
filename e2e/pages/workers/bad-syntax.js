// @ts-nocheck
// Does not link, which is a syntax error: what it imports is not exported.
import { nothing } from './silent.js';

nothing();
