import { kernels } from './pkg/index.js';
import { createPool } from './unjank/index.js';

const dial = document.getElementById('times');
const context = document.getElementById('picture').getContext('2d');
const said = document.getElementById('said');
const { width, height } = context.canvas;

const pool = await createPool({ kernels });
const gradient = draw();
let isRunning = false;

/** Shows the picture as the dial is; while one is computed, the dial may move on. */
async function show() {
  if (isRunning) return;
  isRunning = true;
  try {
    for (let shown; shown !== dial.valueAsNumber;) {
      shown = dial.valueAsNumber;
      const pixels = await pool.run('exposure', shown, gradient, { transfer: false, exact: true });
      context.putImageData(new ImageData(new Uint8ClampedArray(pixels.buffer), width, height), 0, 0);
      said.textContent = `${width} x ${height} pixels, exposure ${shown}`;
    }
  } catch (error) {
    said.textContent = String(error);
  } finally {
    isRunning = false;
  }
}

function draw() {
  const colours = context.createLinearGradient(0, 0, width, height);
  ['#04668c', '#f2b134', '#a4243b'].forEach((colour, at) => colours.addColorStop(at / 2, colour));
  context.fillStyle = colours;
  context.fillRect(0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}

dial.addEventListener('input', show);
await show();
