// Imports what is not there.
import './nowhere-at-all.js';
