// from docs/src/pictures.md: // decode.js
