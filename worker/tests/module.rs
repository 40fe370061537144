//! A module, given every kind of call by a host in Rust.

mod common;

use common::Host;
use proptest::prelude::*;
use unjank_protocol::abi::{call, plan, status};
use unjank_worker::{Window, cbor};

#[test]
fn a_kernel_computes_in_place() {
    let mut host = Host::new();
    assert_eq!(host.whole("invert", (), &[0, 1, 255]), Ok(vec![vec![255, 254, 0]]));
    assert_eq!(host.whole("invert", (), &[]), Ok(vec![vec![]]));
}

#[test]
fn a_result_may_be_longer_or_shorter_than_its_input() {
    let mut host = Host::new();
    for length in [0, 1, 5000, 3] {
        assert_eq!(host.whole("make", length, &[1, 2]), Ok(vec![vec![7; length]]));
    }
}

#[test]
fn a_window_tells_what_to_answer_for() {
    let mut host = Host::new();
    let window = Window { stride: 2, total: 9, start: 4, before: 1, core: 2, after: 1 };
    host.write("add", &cbor::to_vec(&1).unwrap(), window, &[(&[1, 2, 3, 4, 5, 6, 7, 8], 0)]);
    assert_eq!(host.run(), Ok(vec![vec![4, 5, 6, 7]]));
}

#[test]
fn an_input_of_another_length_than_its_window_is_refused() {
    let mut host = Host::new();
    host.write("invert", &[], Window::whole(4, 2), &[(&[0; 7], 0)]);
    let text = "input 0 has 7 bytes where its window has 8".to_string();
    assert_eq!(host.run(), Err((status::INPUT, 0, text)));
}

#[test]
fn params_that_do_not_fit_are_refused_with_the_reason() {
    let mut host = Host::new();
    let refused = host.whole("make", "many", &[]);
    assert_eq!(refused, Err((status::PARAMS, 0, "a number is expected".into())));
    host.write("make", &[0x1c], Window::whole(1, 0), &[(&[], 0)]);
    let text = "no CBOR at byte 0: nothing begins so".to_string();
    assert_eq!(host.run(), Err((status::PARAMS, 0, text)));
}

#[test]
fn a_failure_has_a_status_a_code_and_a_text() {
    let mut host = Host::new();
    for (how, expected) in [
        ("params", (status::PARAMS, 0, "not these")),
        ("input", (status::INPUT, 0, "not this")),
        ("cancelled", (status::CANCELLED, 0, "")),
        ("otherwise", (status::FAILED, 42, "as it was told to")),
    ] {
        let (status, code, text) = expected;
        assert_eq!(host.whole("fail", how, &[1]), Err((status, code, text.into())));
    }
}

#[test]
fn who_keeps_more_than_the_input_has_failed() {
    let mut host = Host::new();
    let text = "the kernel kept more than its input of 3 bytes".to_string();
    assert_eq!(host.whole("overreach", (), &[1, 2, 3]), Err((status::FAILED, 0, text)));
}

#[test]
fn a_failure_spares_the_next_call() {
    let mut host = Host::new();
    host.whole("overreach", (), &[1]).unwrap_err();
    host.whole("fail", "otherwise", &[1]).unwrap_err();
    assert_eq!(host.whole("invert", (), &[1]), Ok(vec![vec![254]]));
}

#[test]
fn there_may_be_several_inputs_and_outputs() {
    let mut host = Host::new();
    let words = |words: &[u16]| words.iter().flat_map(|it| it.to_le_bytes()).collect::<Vec<_>>();
    let table = words(&[100, 200, 300]);
    let (whole, values) = (Window::whole(1, 3), words(&[300, 100, 200]));
    host.write("lookup", &[], whole, &[(&[2, 0, 1], 0), (&table, 0)]);
    assert_eq!(host.run(), Ok(vec![values, vec![3, 0, 0, 0, 0, 0, 0, 0], vec![]]));

    host.write("lookup", &[], whole, &[(&[2, 0, 1], 0), (&table, 9), (&words(&[5]), 0)]);
    assert_eq!(host.run().map(|it| it[0].clone()), Ok(words(&[305, 105, 205])));

    // What one call made is gone with the next.
    assert_eq!(host.whole("invert", (), &[0]), Ok(vec![vec![255]]));
}

#[test]
fn an_input_that_is_missing_or_odd_is_refused() {
    let mut host = Host::new();
    host.write("lookup", &[], Window::whole(1, 1), &[(&[0], 0)]);
    assert_eq!(host.run(), Err((status::INPUT, 0, "input 1 is missing".into())));
    host.write("lookup", &[], Window::whole(1, 1), &[(&[0], 0), (&[1, 2, 3], 0)]);
    let text = "input 1 has 3 bytes: no whole number of elements".to_string();
    assert_eq!(host.run(), Err((status::INPUT, 0, text)));
    host.write("invert", &[], Window::whole(1, 0), &[]);
    assert_eq!(host.run(), Err((status::INPUT, 0, "input 0 is missing".into())));
}

#[test]
fn what_has_an_identity_is_left_as_it_is_and_may_be_kept() {
    let mut host = Host::new();
    let sum = |host: &mut Host, bytes: &[u8], identity| {
        host.write("keep", &[], Window::whole(1, 2), &[(bytes, identity)]);
        let sum = host.run().unwrap()[0][0];
        let left = host.module.slot_mut(1, bytes.len()).unwrap().to_vec();
        (sum, left == bytes)
    };
    assert_eq!(sum(&mut host, &[1, 2], 0), (3, false));
    assert_eq!(sum(&mut host, &[1, 2], 7), (3, true));
    // A host that breaks its word shows that the sum was kept.
    assert_eq!(sum(&mut host, &[5, 5], 7), (3, true));
    assert_eq!(sum(&mut host, &[5, 5], 8), (10, true));
    host.module.forget(7);
    assert_eq!(sum(&mut host, &[6, 6], 7), (12, true));
    assert_eq!(sum(&mut host, &[6, 6], 8), (10, true));
    host.module.forget(0);
    assert_eq!(sum(&mut host, &[7, 7], 8), (14, true));
}

/// The first words of the plan, and the lengths of outputs.
fn planned(host: &mut Host) -> (u32, u32, Vec<u32>) {
    assert_eq!(host.module.plan(), status::DONE);
    let words = host.module.planned();
    assert_eq!(words[plan::OUTPUTS_AT] as usize, 4 * plan::WORDS);
    let lengths = words[plan::WORDS..][..words[plan::OUTPUTS] as usize].to_vec();
    (words[plan::BEFORE], words[plan::AFTER], lengths)
}

#[test]
fn a_plan_tells_the_halo_and_what_is_known_of_outputs() {
    let mut host = Host::new();
    let window = Window { stride: 4, total: 100, start: 10, before: 0, core: 20, after: 0 };
    host.write("add", &cbor::to_vec(&9).unwrap(), window, &[]);
    assert_eq!(planned(&mut host), (9, 9, vec![plan::UNKNOWN]));
    host.write("invert", &[], window, &[]);
    assert_eq!(planned(&mut host), (0, 0, vec![80]));
    host.write("lookup", &[], window, &[]);
    assert_eq!(planned(&mut host), (0, 0, vec![40, plan::UNKNOWN, plan::UNKNOWN]));
}

#[test]
fn a_plan_without_good_params_is_refused() {
    let mut host = Host::new();
    host.write("add", &cbor::to_vec("x").unwrap(), Window::whole(1, 0), &[]);
    assert_eq!(host.module.plan(), status::PARAMS);
    assert_eq!(host.module.text(), "a number is expected");
}

#[test]
fn there_is_room_for_params_and_eight_inputs() {
    let mut host = Host::new();
    for slot in 0..9 {
        let address = host.module.reserve(slot, 100);
        assert!(address != 0 && address.is_multiple_of(16), "slot {slot}: {address}");
        assert_ne!(host.module.reserve(slot, 0), 0, "no bytes have an address too");
    }
    assert_eq!(host.module.reserve(9, 1), 0);
}

#[test]
fn a_slot_keeps_its_bytes_until_it_is_reserved_again() {
    let mut host = Host::new();
    host.module.reserve(1, 40);
    host.module.slot_mut(1, 40).unwrap().fill(9);
    for slot in [0, 2, 3] {
        host.module.reserve(slot, 100_000);
    }
    assert_eq!(host.module.slot_mut(1, 40).unwrap(), [9; 40]);
    assert!(host.module.slot_mut(1, 49).is_none(), "no more than was reserved, in words");
}

#[test]
fn a_call_of_no_kernel_is_not_supported() {
    let mut host = Host::new();
    for kernel in [7, 255, u32::MAX] {
        host.write("invert", &[], Window::whole(1, 0), &[(&[], 0)]);
        host.module.call_mut()[call::KERNEL] = kernel;
        let text = format!("there is no kernel {kernel}");
        assert_eq!(host.run(), Err((status::UNSUPPORTED, 0, text.clone())));
        assert_eq!((host.module.plan(), host.module.text()), (status::UNSUPPORTED, &*text));
    }
}

#[test]
fn a_record_from_the_future_is_read_as_far_as_it_is_known() {
    let mut host = Host::new();
    host.write("invert", &[], Window::whole(1, 2), &[(&[1, 2], 0)]);
    let words = host.module.call_mut();
    // Larger entries, further back.
    words[call::SIZE] = 4 * 40;
    words[call::INPUTS_AT] = 4 * 30;
    words[call::INPUT_BYTES] = 4 * 6;
    words.copy_within(call::WORDS..call::WORDS + 4, 30);
    assert_eq!(host.run(), Ok(vec![vec![254, 253]]));
}

proptest! {
    /// A host may err. Then it is told so, and the module is as good as before.
    #[test]
    fn any_call_record_is_answered(
        damage in prop::collection::vec((0..48_usize, prop_oneof![0..70_u32, any::<u32>()]), 1..6),
    ) {
        let mut host = Host::new();
        host.write("invert", &[], Window::whole(1, 3), &[(&[1, 2, 3], 0)]);
        for (word, value) in damage {
            host.module.call_mut()[word] = value;
        }
        let status = host.module.run();
        prop_assert!(status <= status::UNSUPPORTED);
        host.module.plan();
        prop_assert_eq!(host.whole("invert", (), &[1]), Ok(vec![vec![254]]));
    }
}
