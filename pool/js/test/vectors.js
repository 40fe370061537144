/**
 * RFC 8949, appendix A, as values of JavaScript: what it shows, and the value of which it is the form.
 *
 * Left out are its other forms of the same values (floats that are whole numbers, strings and arrays of
 * indefinite length), tags, simple values without a name, and bigints of more than 64 bits.
 *
 * @type {[string, unknown][]}
 */
export const VECTORS = [
  ['00', 0],
  ['01', 1],
  ['0a', 10],
  ['17', 23],
  ['1818', 24],
  ['1819', 25],
  ['1864', 100],
  ['1903e8', 1000],
  ['1a000f4240', 1000000],
  ['1b000000e8d4a51000', 1000000000000],
  ['1bffffffffffffffff', 18446744073709551615n],
  ['20', -1],
  ['29', -10],
  ['3863', -100],
  ['3903e7', -1000],
  ['f98000', -0],
  ['fb3ff199999999999a', 1.1],
  ['f93e00', 1.5],
  ['fb7e37e43c8800759c', 1e300],
  ['f90001', 5.960464477539063e-8],
  ['f90400', 0.00006103515625],
  ['fa7f7fffff', 3.4028234663852886e+38],
  ['fbc010666666666666', -4.1],
  ['f97c00', Infinity],
  ['f97e00', NaN],
  ['f9fc00', -Infinity],
  ['f4', false],
  ['f5', true],
  ['f6', null],
  ['f7', undefined],
  ['40', new Uint8Array()],
  ['4401020304', Uint8Array.of(1, 2, 3, 4)],
  ['60', ''],
  ['6161', 'a'],
  ['6449455446', 'IETF'],
  ['62225c', '"\\'],
  ['62c3bc', 'ü'],
  ['63e6b0b4', '水'],
  ['64f0908591', '\ud800\udd51'],
  ['80', []],
  ['83010203', [1, 2, 3]],
  ['8301820203820405', [1, [2, 3], [4, 5]]],
  [
    '98190102030405060708090a0b0c0d0e0f101112131415161718181819',
    Array.from({ length: 25 }, (_, index) => index + 1),
  ],
  ['a0', {}],
  ['a201020304', new Map([[1, 2], [3, 4]])],
  ['a26161016162820203', { a: 1, b: [2, 3] }],
  ['826161a161626163', ['a', { b: 'c' }]],
  ['a56161614161626142616361436164614461656145', { a: 'A', b: 'B', c: 'C', d: 'D', e: 'E' }],
  // Whole numbers, which have another form there.
  ['00', 0.0],
  ['01', 1.0],
  ['19ffe0', 65504.0],
  ['1a000186a0', 100000.0],
  ['23', -4.0],
  ['c11a514b67b0'.slice(2), 1363896240],
];

/** Values of that appendix that do not fit 64 bits. */
export const REFUSED = [18446744073709551616n, -18446744073709551616n, -18446744073709551617n];
