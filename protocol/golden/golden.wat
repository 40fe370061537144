;; The golden kernels, by hand. `README.md` says what each of them does.
;;
;; Where things are:
;;   0x040 the table       0x080 the slots: address and room of each, slot 3 for an output
;;   0x100 the call record   0x200 the result record   0x240 two texts
;;   0x280 an output of a few words   0x2c0 what `keep` remembers: identity, sum (low, high), times
;;   0x300 the host record   0x400 the description     0x1000 heap
(module
  (memory (export "memory") 1)
  (global $heap (mut i32) (i32.const 0x1000))

  (data (i32.const 0x40)
    "\38\00\00\00" "\00\00\00\00"
    "\00\04\00\00" "\39\01\00\00"  ;; describe
    "\00\01\00\00" "\60\00\00\00"  ;; call: two inputs
    "\00\02\00\00" "\30\00\00\00"  ;; result: one output
    "\00\00\00\00" "\00\00\00\00"  ;; plan: none
    "\00\00\00\00" "\00\00\00\00"  ;; panic: none
    "\00\03\00\00" "\10\00\00\00") ;; host

  (data (i32.const 0x240) "as it was told to")
  (data (i32.const 0x260) "the inputs do not fit together")

  (data (i32.const 0x400)
    "\a3\63abi\82\01\00\64name\66golden\67kernels\89"
    "\a3\64name\66invert\65grain\01\63out\81\a1\68in_place\00"
    "\a2\64name\63sum\63out\81\a3\64type\63u64\64role\65whole\65merge\63sum"
    "\a3\64name\66window\64pure\f4\63out\81\a2\64type\63u32\64role\65whole"
    "\a1\64name\64fail"
    "\a1\64name\64trap"
    "\a2\64name\65blend\62in\82\a0\a1\64role\65whole"
    "\a2\64name\65halo1\64halo\82\01\01"
    "\a2\64name\64grow\63out\81\a1\68in_place\00"
    "\a4\64name\64keep\64pure\f4\62in\81\a1\64role\65whole\63out\81\a2\64type\63u32\64role\65whole")

  (func (export "unjank_v1") (result i32)
    (i32.const 0x40))

  ;; ---- Room

  (func (export "unjank_reserve") (param $slot i32) (param $length i32) (result i32)
    (if (i32.gt_u (local.get $slot) (i32.const 2)) (then (return (i32.const 0))))
    (call $room (local.get $slot) (local.get $length)))

  ;; A slot that is too small moves to the end of the heap, with a power of two of room: so what it
  ;; leaves behind is never more than it has.
  (func $room (param $slot i32) (param $length i32) (result i32)
    (local $entry i32) (local $new i32)
    (local.set $entry (i32.add (i32.const 0x80) (i32.shl (local.get $slot) (i32.const 3))))
    (if (i32.and
          (i32.ne (i32.load (local.get $entry)) (i32.const 0))
          (i32.le_u (local.get $length) (i32.load offset=4 (local.get $entry))))
      (then (return (i32.load (local.get $entry)))))
    (if (i32.gt_u (local.get $length) (i32.const 0x40000000)) (then (return (i32.const 0))))
    (local.set $length (call $power (local.get $length)))
    (if (i32.eqz (call $reach (i64.add (i64.extend_i32_u (global.get $heap)) (i64.extend_i32_u (local.get $length)))))
      (then (return (i32.const 0))))
    (local.set $new (global.get $heap))
    (global.set $heap (i32.add (global.get $heap) (local.get $length)))
    (i32.store (local.get $entry) (local.get $new))
    (i32.store offset=4 (local.get $entry) (local.get $length))
    (local.get $new))

  ;; The least power of two that is not less, and at least 16.
  (func $power (param $length i32) (result i32)
    (if (i32.le_u (local.get $length) (i32.const 16)) (then (return (i32.const 16))))
    (i32.shl (i32.const 1)
      (i32.sub (i32.const 32) (i32.clz (i32.sub (local.get $length) (i32.const 1))))))

  ;; Memory up to this address; 0: there is none.
  (func $reach (param $end i64) (result i32)
    (local $pages i64)
    (local.set $pages
      (i64.sub
        (i64.shr_u (i64.add (local.get $end) (i64.const 0xffff)) (i64.const 16))
        (i64.extend_i32_u (memory.size))))
    (if (i64.le_s (local.get $pages) (i64.const 0)) (then (return (i32.const 1))))
    (i32.ne (memory.grow (i32.wrap_i64 (local.get $pages))) (i32.const -1)))

  ;; ---- The call and its result

  (func $input (param $index i32) (result i32)
    (i32.load (i32.add (i32.const 0x88) (i32.shl (local.get $index) (i32.const 3)))))

  (func $length (param $index i32) (result i32)
    (i32.load (i32.add (i32.const 0x140) (i32.shl (local.get $index) (i32.const 4)))))

  (func $identity (result i32)
    (i32.load (i32.const 0x144)))

  ;; Of the window: 0 stride, 1 total, 2 start, 3 before, 4 core, 5 after.
  (func $window (param $word i32) (result i32)
    (i32.load (i32.add (i32.const 0x110) (i32.shl (local.get $word) (i32.const 2)))))

  (func $in_bytes (param $units i32) (result i32)
    (i32.mul (local.get $units) (call $window (i32.const 0))))

  ;; One output; the status for it.
  (func $done (param $address i32) (param $length i32) (result i32)
    (i32.store (i32.const 0x200) (i32.const 48))
    (i32.store (i32.const 0x204) (i32.const 1))
    (i32.store (i32.const 0x208) (i32.const 32))
    (i32.store (i32.const 0x20c) (i32.const 16))
    (i32.store (i32.const 0x220) (local.get $address))
    (i32.store (i32.const 0x224) (local.get $length))
    (i32.const 0))

  ;; A number and a text; the status for it.
  (func $fail (param $status i32) (param $code i32) (param $text i32) (param $length i32) (result i32)
    (i32.store (i32.const 0x200) (i32.const 32))
    (i32.store (i32.const 0x204) (i32.const 0))
    (i32.store (i32.const 0x208) (i32.const 32))
    (i32.store (i32.const 0x20c) (i32.const 16))
    (i32.store (i32.const 0x210) (local.get $code))
    (i32.store (i32.const 0x214) (local.get $text))
    (i32.store (i32.const 0x218) (local.get $length))
    (local.get $status))

  ;; Where a result as long as input 0 goes: into it, unless it has an identity. 0: there is no room.
  (func $place (result i32)
    (if (result i32) (call $identity)
      (then (call $room (i32.const 3) (call $length (i32.const 0))))
      (else (call $input (i32.const 0)))))

  ;; ---- The kernels

  (func (export "unjank_run") (result i32)
    (block $keep (block $grow (block $halo1 (block $blend (block $trap (block $fails (block $windows
      (block $sum (block $invert
        (br_table $invert $sum $windows $fails $trap $blend $halo1 $grow $keep
          (i32.load (i32.const 0x104))))
      (return (call $invert)))
      (return (call $sums)))
      (memory.copy (i32.const 0x280) (i32.const 0x110) (i32.const 24))
      (return (call $done (i32.const 0x280) (i32.const 24))))
      (return (call $fail (i32.const 3) (i32.const 42) (i32.const 0x240) (i32.const 17))))
      (unreachable))
      (return (call $blend)))
      (return (call $halo1)))
      (return (call $grow)))
    (call $keep))

  (func $invert (result i32)
    (local $from i32) (local $to i32) (local $out i32) (local $end i32)
    (local.set $from (call $input (i32.const 0)))
    (local.set $end (i32.add (local.get $from) (call $length (i32.const 0))))
    (local.set $out (call $place))
    (if (i32.eqz (local.get $out)) (then (return (i32.const 5))))
    (local.set $to (local.get $out))
    (block $over
      (loop $next
        (br_if $over (i32.eq (local.get $from) (local.get $end)))
        (i32.store8 (local.get $to) (i32.xor (i32.load8_u (local.get $from)) (i32.const 255)))
        (local.set $from (i32.add (local.get $from) (i32.const 1)))
        (local.set $to (i32.add (local.get $to) (i32.const 1)))
        (br $next)))
    (call $done (local.get $out) (call $length (i32.const 0))))

  (func $sum_of (param $at i32) (param $length i32) (result i64)
    (local $sum i64)
    (block $over
      (loop $next
        (br_if $over (i32.eqz (local.get $length)))
        (local.set $sum (i64.add (local.get $sum) (i64.load8_u (local.get $at))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (local.set $length (i32.sub (local.get $length) (i32.const 1)))
        (br $next)))
    (local.get $sum))

  (func $sums (result i32)
    (i64.store (i32.const 0x280)
      (call $sum_of
        (i32.add (call $input (i32.const 0)) (call $in_bytes (call $window (i32.const 3))))
        (call $in_bytes (call $window (i32.const 4)))))
    (call $done (i32.const 0x280) (i32.const 8)))

  ;; Each byte of the core with the byte at the same place of the whole second input.
  (func $blend (result i32)
    (local $one i32) (local $other i32) (local $out i32) (local $index i32) (local $length i32)
    (if (i32.ne (call $length (i32.const 1)) (call $in_bytes (call $window (i32.const 1))))
      (then (return (call $fail (i32.const 2) (i32.const 0) (i32.const 0x260) (i32.const 30)))))
    (local.set $length (call $in_bytes (call $window (i32.const 4))))
    (local.set $out (call $room (i32.const 3) (local.get $length)))
    (if (i32.eqz (local.get $out)) (then (return (i32.const 5))))
    (local.set $one
      (i32.add (call $input (i32.const 0)) (call $in_bytes (call $window (i32.const 3)))))
    (local.set $other
      (i32.add (call $input (i32.const 1)) (call $in_bytes (call $window (i32.const 2)))))
    (block $over
      (loop $next
        (br_if $over (i32.eq (local.get $index) (local.get $length)))
        (i32.store8 (i32.add (local.get $out) (local.get $index))
          (i32.shr_u
            (i32.add
              (i32.load8_u (i32.add (local.get $one) (local.get $index)))
              (i32.load8_u (i32.add (local.get $other) (local.get $index))))
            (i32.const 1)))
        (local.set $index (i32.add (local.get $index) (i32.const 1)))
        (br $next)))
    (call $done (local.get $out) (local.get $length)))

  ;; Each byte of the core and those at the same place of the units beside it, summed up.
  (func $halo1 (result i32)
    (local $out i32) (local $index i32) (local $length i32) (local $stride i32)
    (local $core i32) (local $first i32) (local $end i32)
    (local.set $length (call $in_bytes (call $window (i32.const 4))))
    (local.set $out (call $room (i32.const 3) (local.get $length)))
    (if (i32.eqz (local.get $out)) (then (return (i32.const 5))))
    (local.set $stride (call $window (i32.const 0)))
    (local.set $first (call $input (i32.const 0)))
    (local.set $end (i32.add (local.get $first) (call $length (i32.const 0))))
    (local.set $core
      (i32.add (local.get $first) (call $in_bytes (call $window (i32.const 3)))))
    (block $over
      (loop $next
        (br_if $over (i32.eq (local.get $index) (local.get $length)))
        (i32.store8 (i32.add (local.get $out) (local.get $index))
          (i32.add
            (i32.load8_u (i32.add (local.get $core) (local.get $index)))
            (i32.add
              (call $byte (local.get $first) (local.get $end)
                (i32.sub (i32.add (local.get $core) (local.get $index)) (local.get $stride)))
              (call $byte (local.get $first) (local.get $end)
                (i32.add (i32.add (local.get $core) (local.get $index)) (local.get $stride))))))
        (local.set $index (i32.add (local.get $index) (i32.const 1)))
        (br $next)))
    (call $done (local.get $out) (local.get $length)))

  ;; 0 outside the input.
  (func $byte (param $first i32) (param $end i32) (param $at i32) (result i32)
    (if (result i32)
      (i32.and
        (i32.ge_s (local.get $at) (local.get $first))
        (i32.lt_u (local.get $at) (local.get $end)))
      (then (i32.load8_u (local.get $at)))
      (else (i32.const 0))))

  ;; The input as it is, from an instance that has 24 MiB of memory more than at its beginning.
  (func $grow (result i32)
    (if (i32.eqz (call $reach (i64.const 0x1810000))) (then (return (i32.const 5))))
    (if (call $identity)
      (then
        (if (i32.eqz (call $place)) (then (return (i32.const 5))))
        (memory.copy (call $place) (call $input (i32.const 0)) (call $length (i32.const 0)))))
    (call $done (call $place) (call $length (i32.const 0))))

  ;; The sum of the input, and how many sums this instance has made.
  (func $keep (result i32)
    (if (i32.or
          (i32.eqz (call $identity))
          (i32.ne (call $identity) (i32.load (i32.const 0x2c0))))
      (then
        (i32.store (i32.const 0x2c0) (call $identity))
        (i64.store (i32.const 0x2c4)
          (call $sum_of (call $input (i32.const 0)) (call $length (i32.const 0))))
        (i32.store (i32.const 0x2cc) (i32.add (i32.load (i32.const 0x2cc)) (i32.const 1)))))
    (call $done (i32.const 0x2c4) (i32.const 12)))

  (func (export "unjank_forget") (param $identity i32)
    (if (i32.or
          (i32.eqz (local.get $identity))
          (i32.eq (local.get $identity) (i32.load (i32.const 0x2c0))))
      (then (i32.store (i32.const 0x2c0) (i32.const 0))))))
