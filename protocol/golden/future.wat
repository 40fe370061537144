;; A module of a later minor version: its table, its result record and the entries in it are longer, it
;; says more of itself, uses what this version does not know, and one of its kernels answers with a status
;; that is still to come.
(module
  (memory (export "memory") 1)

  (data (i32.const 0x40)
    "\48\00\00\00" "\03\00\00\00"
    "\00\03\00\00" "\70\00\00\00"  ;; describe
    "\00\01\00\00" "\50\00\00\00"  ;; call
    "\00\02\00\00" "\48\00\00\00"  ;; result
    "\00\00\00\00" "\00\00\00\00"  ;; plan
    "\00\00\00\00" "\00\00\00\00"  ;; panic
    "\00\00\00\00" "\00\00\00\00") ;; host
  (data (i32.const 0x78) "\de\ad\be\ef" "\de\ad\be\ef" "\de\ad\be\ef" "\de\ad\be\ef")
  (data (i32.const 0x200)
    "\40\00\00\00" "\01\00\00\00" "\28\00\00\00" "\18\00\00\00"  ;; result: size, outputs, their entries
    "\00\00\00\00" "\00\00\00\00" "\00\00\00\00" "\00\00\00\00"  ;; code, text
    "\de\ad\be\ef" "\de\ad\be\ef"                        ;; still to come
    "\00\20\00\00" "\00\00\00\00" "\00\00\00\00" "\00\00\00\00" "\de\ad\be\ef" "\de\ad\be\ef") ;; output 0, where input 0 is
  (data (i32.const 0x300)
    "\a4\63abi\82\01\03\64uses\81\66emit/9\65later\a1\66nested\82\01\a1\64deep\f6\67kernels\82\a4\64name\61k\65grain\01\65later\82\01\02\63out\81\a2\68in_place\00\65later\f6\a1\64name\65forty")

  (func (export "unjank_v1") (result i32)
    (i32.const 0x40))

  (func (export "unjank_reserve") (param $slot i32) (param $length i32) (result i32)
    (if (i32.gt_u (local.get $length) (i32.const 0x1000)) (then (return (i32.const 0))))
    (i32.shl (i32.add (local.get $slot) (i32.const 1)) (i32.const 12)))

  (func (export "unjank_run") (result i32)
    (if (i32.load (i32.const 0x104)) (then (return (i32.const 40))))
    (i32.store (i32.const 0x22c) (i32.load (i32.const 0x140)))
    (i32.const 0)))
