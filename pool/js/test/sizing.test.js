import assert from 'node:assert/strict';
import { test } from 'node:test';

import { workersFor } from '../sizing.js';

test('a core is left to the page where there are enough', () => {
  for (const [cores, workers] of [[0, 2], [1, 1], [2, 2], [3, 2], [4, 3], [8, 7], [128, 16]]) {
    assert.equal(workersFor({ hardwareConcurrency: cores }), workers, `${cores} cores`);
  }
});

test('small devices get two at most', () => {
  for (const [deviceMemory, workers] of [[0.5, 2], [4, 2], [8, 7]]) {
    assert.equal(workersFor({ hardwareConcurrency: 8, deviceMemory }), workers, `${deviceMemory} GiB`);
  }
  assert.equal(workersFor({ hardwareConcurrency: 1, deviceMemory: 1 }), 1);
});

test('devices that keep silent get two', () => {
  for (const device of [undefined, {}, { hardwareConcurrency: NaN }, { hardwareConcurrency: undefined }]) {
    assert.equal(workersFor(device), 2);
  }
});
