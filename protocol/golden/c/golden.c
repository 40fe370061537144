// The golden kernels in C, without a library. `../README.md` says what each of them does, and
// `../../ABI.md` what each part is for.

typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;

#define EXPORT(name) __attribute__((export_name(name))) extern

// ---- What the host reads and writes

struct window {
  u32 stride, total, start, before, core, after;
};

struct input {
  u32 length, identity, zero[2];
};

static struct {
  u32 size, kernel, flags, params;
  struct window window;
  u32 seed[2], inputs, inputs_at, input_bytes, zero;
  struct input input[2];
} call;

static struct {
  u32 size, outputs, outputs_at, output_bytes, code;
  const void *text;
  u32 text_length, zero;
  struct {
    const void *address;
    u32 length, first_unit, zero;
  } output;
} result;

static u32 host[4];

static const char description[] =
    "\xa3\x63" "abi\x82\x01\x00\x64" "name\x66" "golden\x67" "kernels\x89"
    "\xa3\x64" "name\x66" "invert\x65" "grain\x01\x63" "out\x81\xa1\x68" "in_place\x00"
    "\xa2\x64" "name\x63" "sum\x63" "out\x81\xa3\x64" "type\x63" "u64\x64" "role\x65" "whole\x65" "merge\x63" "sum"
    "\xa3\x64" "name\x66" "window\x64" "pure\xf4\x63" "out\x81\xa2\x64" "type\x63" "u32\x64" "role\x65" "whole"
    "\xa1\x64" "name\x64" "fail"
    "\xa1\x64" "name\x64" "trap"
    "\xa2\x64" "name\x65" "blend\x62" "in\x82\xa0\xa1\x64" "role\x65" "whole"
    "\xa2\x64" "name\x65" "halo1\x64" "halo\x82\x01\x01"
    "\xa2\x64" "name\x64" "grow\x63" "out\x81\xa1\x68" "in_place\x00"
    "\xa4\x64" "name\x64" "keep\x64" "pure\xf4\x62" "in\x81\xa1\x64" "role\x65" "whole\x63" "out\x81\xa2\x64" "type\x63" "u32\x64" "role\x65" "whole";

static const struct {
  u32 size, minor;
  struct {
    const void *address;
    u32 room;
  } describe, call, result, plan, panic, host;
} table = {
    .size = sizeof table,
    .describe = {description, sizeof description - 1},
    .call = {&call, sizeof call},
    .result = {&result, sizeof result},
    .host = {host, sizeof host},
};

EXPORT("unjank_v1") const void *version(void) { return &table; }

// ---- Room

extern u8 __heap_base;

enum { PAGE = 1 << 16, OUTPUT = 3, LONGEST = 1 << 30 };

static u8 *heap;
static struct {
  u8 *address;
  u32 room;
} slots[4];

// Memory up to this address, or 0.
static int reach(u64 end) {
  u64 pages = (end + PAGE - 1) / PAGE, now = __builtin_wasm_memory_size(0);
  return pages <= now || __builtin_wasm_memory_grow(0, pages - now) != (unsigned long)-1;
}

// The least power of two that is not less, and at least 16.
static u32 power(u32 length) { return length <= 16 ? 16 : 1u << (32 - __builtin_clz(length - 1)); }

// A slot that is too small moves to the end of the heap, with a power of two of room: so what it leaves
// behind is never more than it has. 0: there is no room.
static u8 *room(u32 slot, u32 length) {
  if (slots[slot].address && length <= slots[slot].room) return slots[slot].address;
  if (length > LONGEST) return 0;
  if (!heap) heap = (u8 *)(((u32)&__heap_base + 15) & ~15u);
  u32 size = power(length);
  if (!reach((u64)(u32)heap + size)) return 0;
  slots[slot].address = heap;
  slots[slot].room = size;
  heap += size;
  return slots[slot].address;
}

EXPORT("unjank_reserve") u8 *reserve(u32 slot, u32 length) {
  return slot < OUTPUT ? room(slot, length) : 0;
}

// ---- The call and its result

enum { DONE, BAD_INPUT = 2, FAILED = 3, NO_MEMORY = 5 };

static u8 *input(u32 index) { return slots[index + 1].address; }

static u32 bytes_of(u32 units) { return units * call.window.stride; }

static u32 done(const void *address, u32 length) {
  result.size = sizeof result;
  result.outputs = 1;
  result.outputs_at = (u32)&result.output - (u32)&result;
  result.output_bytes = sizeof result.output;
  result.output.address = address;
  result.output.length = length;
  return DONE;
}

static u32 fail(u32 status, u32 code, const char *text, u32 length) {
  result.size = sizeof result;
  result.outputs = 0;
  result.code = code;
  result.text = text;
  result.text_length = length;
  return status;
}

#define FAIL(status, code, text) fail(status, code, text, sizeof text - 1)

// Where a result as long as input 0 goes: into it, unless it has an identity.
static u8 *place(void) {
  return call.input[0].identity ? room(OUTPUT, call.input[0].length) : input(0);
}

// ---- The kernels

static u32 invert(void) {
  u8 *from = input(0), *to = place();
  if (!to) return NO_MEMORY;
  for (u32 index = 0; index < call.input[0].length; index++) to[index] = ~from[index];
  return done(to, call.input[0].length);
}

static u64 sum_of(const u8 *at, u32 length) {
  u64 sum = 0;
  while (length--) sum += *at++;
  return sum;
}

static u32 sum(void) {
  static u64 total;
  total = sum_of(input(0) + bytes_of(call.window.before), bytes_of(call.window.core));
  return done(&total, sizeof total);
}

static u32 window(void) {
  static struct window told;
  told = call.window;
  return done(&told, sizeof told);
}

static u32 blend(void) {
  if (call.input[1].length != bytes_of(call.window.total))
    return FAIL(BAD_INPUT, 0, "the inputs do not fit together");
  u32 length = bytes_of(call.window.core);
  u8 *to = room(OUTPUT, length);
  if (!to) return NO_MEMORY;
  const u8 *one = input(0) + bytes_of(call.window.before);
  const u8 *other = input(1) + bytes_of(call.window.start);
  for (u32 index = 0; index < length; index++) to[index] = (one[index] + other[index]) / 2;
  return done(to, length);
}

static u32 halo1(void) {
  u32 length = bytes_of(call.window.core), stride = call.window.stride;
  u8 *to = room(OUTPUT, length);
  if (!to) return NO_MEMORY;
  u32 first = bytes_of(call.window.before);
  for (u32 index = 0; index < length; index++) {
    u32 at = first + index;
    u8 left = at >= stride ? input(0)[at - stride] : 0;
    u8 right = at + stride < call.input[0].length ? input(0)[at + stride] : 0;
    to[index] = left + input(0)[at] + right;
  }
  return done(to, length);
}

static u32 grow(void) {
  u8 *to = place();
  if (!to || !reach((24 << 20) + PAGE)) return NO_MEMORY;
  if (to != input(0))
    for (u32 index = 0; index < call.input[0].length; index++) to[index] = input(0)[index];
  return done(to, call.input[0].length);
}

static u32 kept_identity;

static u32 keep(void) {
  static struct {
    u32 sum[2], times;
  } kept;
  u32 identity = call.input[0].identity;
  if (identity == 0 || identity != kept_identity) {
    u64 sum = sum_of(input(0), call.input[0].length);
    kept_identity = identity;
    kept.sum[0] = (u32)sum;
    kept.sum[1] = (u32)(sum >> 32);
    kept.times++;
  }
  return done(&kept, sizeof kept);
}

EXPORT("unjank_forget") void forget(u32 identity) {
  if (identity == 0 || identity == kept_identity) kept_identity = 0;
}

EXPORT("unjank_run") u32 run(void) {
  switch (call.kernel) {
    case 0: return invert();
    case 1: return sum();
    case 2: return window();
    case 3: return FAIL(FAILED, 42, "as it was told to");
    case 4: __builtin_trap();
    case 5: return blend();
    case 6: return halo1();
    case 7: return grow();
    default: return keep();
  }
}
