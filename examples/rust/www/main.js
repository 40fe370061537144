import start from './pkg/app.js';

await start();
