/** What runs the package where there is no page. */

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** By their names, programs and what these are told, and where npm has the program: in a package for each machine. */
const OTHERS = /** @type {const} */ ([
  ['Deno', '@deno', 'deno', ['run', '--allow-all']],
  ['Bun', '@oven', 'bin/bun', []],
]);

/**
 * Node.js, and those that are installed in the folder that `UNJANK_HOSTS` names.
 *
 * @typedef {{ name: string, command: string[] }} Runtime
 *
 * @returns {Runtime[]}
 */
export function runtimes() {
  const home = process.env['UNJANK_HOSTS'];
  const others = home === undefined ? [] : OTHERS.map(([name, scope, program, told]) => {
    const folder = join(home, 'node_modules', scope);
    const programs = readdirSync(folder).map((machine) => join(folder, machine, program)).filter(existsSync);
    return { name, command: [programs[0] ?? folder, ...told] };
  });
  return [{ name: 'Node.js', command: [process.execPath] }, ...others];
}
