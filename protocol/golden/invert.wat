;; A kernel module by hand, complete: one kernel, `invert`, that flips every bit of its input, in place.
;; `../ABI.md` says what each part is for.
;;
;; Where things are:
;;   0x040 the table        0x100 the call record     0x200 the result record
;;   0x300 the description  0x400 params, up to 3 KiB  0x1000 input 0, to the end of memory
(module
  (memory (export "memory") 1)
  (global $input i32 (i32.const 0x1000))

  ;; The table: its size, the minor version, then address and length of each record.
  (data (i32.const 0x40)
    "\38\00\00\00" "\00\00\00\00"
    "\00\03\00\00" "\35\00\00\00"  ;; describe
    "\00\01\00\00" "\50\00\00\00"  ;; call: 64 bytes, and 16 for one input
    "\00\02\00\00" "\30\00\00\00"  ;; result: 32 bytes, and 16 for one output
    "\00\00\00\00" "\00\00\00\00"  ;; plan: none, its halo is always [0, 0]
    "\00\00\00\00" "\00\00\00\00"  ;; panic: none
    "\00\00\00\00" "\00\00\00\00") ;; host: none

  ;; The description: { abi: [1, 0], kernels: [{ name: "invert", grain: 1, out: [{ in_place: 0 }] }] }
  (data (i32.const 0x300)
    "\a2\63abi\82\01\00\67kernels\81"
    "\a3\64name\66invert\65grain\01\63out\81\a1\68in_place\00")

  (func (export "unjank_v1") (result i32)
    (i32.const 0x40))

  ;; Slot 0 has its place. Slot 1 is followed by room for as much again, for `unjank_run`.
  (func (export "unjank_reserve") (param $slot i32) (param $length i32) (result i32)
    (local $pages i32)
    (if (i32.eqz (local.get $slot))
      (then
        (if (i32.gt_u (local.get $length) (i32.const 0xc00)) (then (return (i32.const 0))))
        (return (i32.const 0x400))))
    ;; Half of what 32 bits can address, less what comes first.
    (if (i32.gt_u (local.get $length) (i32.const 0x7fff0000)) (then (return (i32.const 0))))
    (local.set $pages
      (i32.sub
        (i32.shr_u
          (i32.add (i32.add (global.get $input) (i32.const 0xffff)) (i32.shl (local.get $length) (i32.const 1)))
          (i32.const 16))
        (memory.size)))
    (if (i32.gt_s (local.get $pages) (i32.const 0))
      (then
        (if (i32.eq (memory.grow (local.get $pages)) (i32.const -1)) (then (return (i32.const 0))))))
    (global.get $input))

  (func (export "unjank_run") (result i32)
    (local $at i32) (local $end i32) (local $to i32)
    (local.set $at (global.get $input))
    (local.set $end (i32.add (global.get $input) (i32.load (i32.const 0x140)))) ;; call record: entry of input 0: length
    ;; In place; but an input with an identity is left as it is.
    (local.set $to (select (local.get $end) (local.get $at) (i32.load (i32.const 0x144))))
    (i32.store (i32.const 0x200) (i32.const 48)) ;; result record: size
    (i32.store (i32.const 0x204) (i32.const 1))  ;; one output
    (i32.store (i32.const 0x208) (i32.const 32)) ;; whose entry is at 32
    (i32.store (i32.const 0x20c) (i32.const 16)) ;; and has 16 bytes
    (i32.store (i32.const 0x220) (local.get $to))
    (i32.store (i32.const 0x224) (i32.load (i32.const 0x140)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
        (i32.store8 (local.get $to) (i32.xor (i32.load8_u (local.get $at)) (i32.const 255)))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (local.set $to (i32.add (local.get $to) (i32.const 1)))
        (br $next)))
    (i32.const 0)))
