// What the page calls, and what is said of errors.
import { UnjankError } from 'unjank';
import { expect, expectEqual, inverted, noise, rejection } from './lib/expect.ts';

const pixels = noise();
const expected = inverted(pixels);
const controller = new AbortController();
const { signal } = controller;

// from README.md: import { createPool } from 'unjank';

expectEqual(negative, expected);
expect(pixels.byteLength === 0, 'the picture was given away');

const kept = noise();
await pool.run('invert', undefined, kept, { signal, transfer: false });
expectEqual(kept, noise());

const misspelt: object = { singal: signal };
const refusal = await rejection(pool.run('invert', undefined, kept, misspelt));
expect(refusal instanceof UnjankError && refusal.code === 'bad_option', 'a misspelt option is refused');
expect(refusal.message.includes('singal'), 'it is refused by its name');
expectEqual(kept, noise());

controller.abort('enough');
const aborted = await rejection(pool.run('invert', undefined, kept, { signal }));
expect(aborted instanceof UnjankError && aborted.code === 'cancelled', 'the signal stops the job');
expect(aborted.cause === 'enough', "the cause is the signal's own reason");
expectEqual(kept, noise());
await pool.close();
