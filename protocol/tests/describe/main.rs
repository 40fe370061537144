//! What a module says of itself is read by every rule of `ABI.md`, and nothing else is.
#![cfg(not(target_arch = "wasm32"))]

use std::slice;

use unjank_protocol::{
    Description, Element, InputDescription, KernelDescription, Merge, OutputDescription, Role,
};

mod cbor;
mod roundtrip;

use cbor::{bool, bytes, head, list, map, null, number, text};

fn version(major: u32, minor: u32) -> Vec<u8> {
    list(&[number(major), number(minor)])
}

/// A module of these kernels.
fn module(kernels: &[Vec<u8>]) -> Vec<u8> {
    map(&[("abi", version(1, 0)), ("kernels", list(kernels))])
}

/// A module of one kernel, which says this besides its name.
fn kernel(entries: &[(&str, Vec<u8>)]) -> Vec<u8> {
    module(&[map(&[&[("name", text("k"))], entries].concat())])
}

fn input(entries: &[(&str, Vec<u8>)]) -> Vec<u8> {
    kernel(&[("in", list(&[map(entries)]))])
}

fn output(entries: &[(&str, Vec<u8>)]) -> Vec<u8> {
    kernel(&[("out", list(&[map(entries)]))])
}

fn decoded(said: &[u8]) -> Description {
    Description::decode(said).expect("a good description")
}

fn only(said: &[u8]) -> KernelDescription {
    let mut kernels = decoded(said).kernels;
    assert_eq!(kernels.len(), 1);
    kernels.remove(0)
}

#[track_caller]
fn refused(said: &[u8], message: &str) {
    let error = Description::decode(said).expect_err("a bad description");
    assert_eq!(error.to_string(), message);
}

// ---- Good ones

#[test]
fn a_kernel_that_says_no_more_than_its_name_has_every_default() {
    let found = only(&kernel(&[]));
    assert_eq!(found, KernelDescription::new("k"));
    assert_eq!((found.rev, found.pure, found.grain, found.halo), (0, true, 0, Some([0, 0])));
    assert_eq!(found.inputs, [InputDescription::default()]);
    assert_eq!(found.outputs, [OutputDescription::default()]);
    let ports = only(&kernel(&[("in", list(&[map(&[])])), ("out", list(&[map(&[])]))]));
    assert_eq!(ports, found);
}

#[test]
fn all_that_can_be_said_is_read() {
    let found = decoded(&map(&[
        ("uses", list(&[text("emit/1"), text("")])),
        ("needs", list(&[])),
        ("version", text("2.1.0")),
        ("name", text("filters")),
        ("kernels", list(&[everything()])),
        ("build", bytes(&[1, 2, 3])),
        ("abi", version(1, 7)),
    ]));
    assert_eq!((found.minor, &*found.build), (7, &[1, 2, 3][..]));
    assert_eq!((&*found.name, &*found.version), ("filters", "2.1.0"));
    assert_eq!(found.find("blur"), Some(0));
    assert_eq!(found.find("blu"), None);
    let [kernel] = &*found.kernels else { panic!("{found:?}") };
    assert_eq!((kernel.rev, kernel.pure, kernel.grain, kernel.halo), (9, false, 4, None));
    let [picture, table] = &*kernel.inputs else { panic!("{kernel:?}") };
    assert_eq!((&*picture.name, picture.element, picture.role), ("p", Element::F32, Role::Window));
    assert_eq!((table.role, table.optional), (Role::Whole, true));
    let [first, second] = &*kernel.outputs else { panic!("{kernel:?}") };
    assert_eq!((&*first.name, first.unit, first.in_place), ("o", 16, Some(1)));
    assert_eq!((second.in_place, &second.merge), (None, &Merge::Kernel("blur".into())));
}

fn everything() -> Vec<u8> {
    map(&[
        ("out", list(&[everything_given(), map(&[("in_place", null()), ("merge", text("blur"))])])),
        (
            "in",
            list(&[everything_taken(), map(&[("role", text("whole")), ("optional", bool(true))])]),
        ),
        ("halo", null()),
        ("grain", number(4_u32)),
        ("pure", bool(false)),
        ("rev", number(9_u32)),
        ("name", text("blur")),
    ])
}

fn everything_taken() -> Vec<u8> {
    map(&[("name", text("p")), ("type", text("f32")), ("role", text("window"))])
}

fn everything_given() -> Vec<u8> {
    map(&[
        ("name", text("o")),
        ("type", text("i16")),
        ("role", text("whole")),
        ("unit", number(16_u32)),
        ("in_place", number(1_u32)),
        ("merge", text("sum")),
    ])
}

#[test]
fn what_later_versions_add_is_passed_over_however_deep_it_is() {
    let deep = [vec![0x81; 10_000], number(0_u32)].concat();
    let later = [
        deep,
        map(&[("kernels", list(&[null(), map(&[])])), ("kernels", null())]),
        [head(6, 1), text("tagged")].concat(),
        vec![0xfb, 0, 0, 0, 0, 0, 0, 0, 0],
        vec![0xf7],
        vec![0xf8, 0x20],
        head(1, 500),
        bytes(&[0xff; 3]),
    ];
    for value in later {
        let more = ("later", value);
        let kernel =
            map(&[more.clone(), ("name", text("k")), ("in", list(&[map(slice::from_ref(&more))]))]);
        let said = map(&[more, ("abi", version(1, 0)), ("kernels", list(&[kernel]))]);
        assert_eq!(only(&said), KernelDescription::new("k"));
    }
}

#[test]
fn numbers_may_be_written_longer_than_need_be() {
    let said = kernel(&[("grain", vec![0x1b, 0, 0, 0, 0, 0, 0, 0, 4]), ("rev", vec![0x18, 1])]);
    assert_eq!((only(&said).grain, only(&said).rev), (4, 1));
}

#[test]
fn bounds_are_within() {
    let kernels: Vec<_> =
        (0..256).map(|index| map(&[("name", text(&index.to_string()))])).collect();
    assert_eq!(decoded(&module(&kernels)).kernels.len(), 256);
    let ports = list(&vec![map(&[]); 8]);
    let found = only(&kernel(&[("in", ports.clone()), ("out", ports)]));
    assert_eq!((found.inputs.len(), found.outputs.len()), (8, 8));
    let name = "n".repeat(255);
    assert_eq!(only(&module(&[map(&[("name", text(&name))])])).name, name);
    let rest =
        (1 << 16) - map(&[("abi", version(1, 0)), ("kernels", list(&[])), ("x", vec![])]).len();
    let said = |length: usize| {
        map(&[("abi", version(1, 0)), ("kernels", list(&[])), ("x", bytes(&vec![0; length]))])
    };
    assert!(Description::decode(&said(rest - 3)).is_ok());
    refused(&said(rest - 2), "the description has more than 65536 bytes");
    assert!(only(&kernel(&[("in", list(&[])), ("out", list(&[]))])).inputs.is_empty());
}

// ---- Bad ones, by the rule that they break

#[test]
fn a_description_is_one_map_of_definite_lengths() {
    refused(&[], "the description is cut short");
    refused(&list(&[]), "the description is not a map");
    refused(b"<!doctype html>", "the description is not CBOR");
    refused(&[module(&[]), vec![0]].concat(), "the description ends before its bytes do");
    refused(&[0xbf, 0xff], "the description leaves a length open");
    refused(&kernel(&[("in", vec![0x9f, 0xff])]), "kernel 0 leaves a length open");
    refused(&kernel(&[("later", vec![0x5f, 0xff])]), "kernel 0 leaves a length open");
    refused(&input(&[("later", vec![0xff])]), "kernel 0, input 0, leaves a length open");
    refused(&kernel(&[("later", vec![0x1c])]), "kernel 0 is not CBOR");
    refused(&kernel(&[("later", vec![0x1f])]), "kernel 0 is not CBOR");
    refused(&kernel(&[("later", vec![0xf8, 0x14])]), "kernel 0 is not CBOR");
    refused(&module(&[head(4, 0)]), "kernel 0 is not a map");
    refused(&kernel(&[("in", list(&[text("x")]))]), "kernel 0, input 0, is not a map");
    refused(&kernel(&[("out", list(&[map(&[]), null()]))]), "kernel 0, output 1, is not a map");
}

#[test]
fn a_description_cut_anywhere_is_told_so() {
    let whole = map(&[("abi", version(1, 0)), ("kernels", list(&[everything()]))]);
    for length in 0..whole.len() {
        let error = Description::decode(&whole[..length]).expect_err("it is cut");
        assert!(error.to_string().ends_with("is cut short"), "at {length}: {error}");
    }
}

#[test]
fn keys_are_texts_and_come_once() {
    refused(
        &[head(5, 1), number(1_u32), null()].concat(),
        "the description has a key that is not a text",
    );
    let twice = map(&[("abi", version(1, 0)), ("abi", version(1, 0))]);
    refused(&twice, "the description has `abi` twice");
    refused(&kernel(&[("name", text("k"))]), "kernel 0 has `name` twice");
    refused(&kernel(&[("x", null()), ("x", null())]), "kernel 0 has `x` twice");
    let unit = ("unit", number(1_u32));
    refused(&output(&[unit.clone(), unit]), "kernel 0, output 0, has `unit` twice");
    refused(
        &[head(5, 1), head(3, 1), vec![0xff]].concat(),
        "the description has a text that is not UTF-8",
    );
}

#[test]
fn what_must_be_there_is_missed() {
    refused(&map(&[("kernels", list(&[]))]), "the description has no abi");
    refused(&map(&[("abi", version(1, 0))]), "the description has no kernels");
    let named = map(&[("name", text("k"))]);
    refused(&module(&[named.clone(), map(&[])]), "kernel 1 has no name");
    refused(
        &module(&[named.clone(), map(&[("name", text(""))])]),
        "kernel 1 has a name of no bytes, or of more than 255",
    );
    let long = map(&[("name", text(&"n".repeat(256)))]);
    refused(&module(&[long]), "kernel 0 has a name of no bytes, or of more than 255");
    refused(
        &module(&[named.clone(), named]),
        "kernel 1 has the name `k`, and so has a kernel before it",
    );
}

#[test]
fn other_versions_and_what_is_not_known_are_named() {
    let of = |abi: Vec<u8>| map(&[("abi", abi), ("kernels", list(&[]))]);
    refused(
        &of(version(2, 0)),
        "the description is for version 2 of the interface, and this host knows 1",
    );
    refused(
        &of(version(0, 9)),
        "the description is for version 0 of the interface, and this host knows 1",
    );
    let expected =
        "the description has something else as `abi` than the major and the minor version";
    for abi in [number(1_u32), list(&[number(1_u32)]), list(&[text("1"), number(0_u32)]), null()] {
        refused(&of(abi), expected);
    }
    let needs = |needs| map(&[("abi", version(1, 0)), ("needs", needs)]);
    refused(
        &needs(list(&[text("shared/1")])),
        "the description needs `shared/1`, which this host does not know",
    );
    refused(&needs(list(&[null()])), "the description has something else as `needs` than a text");
    refused(&needs(text("shared/1")), "the description has something else as `needs` than a list");
}

#[test]
fn there_are_not_too_many_of_anything() {
    let kernels: Vec<_> =
        (0..257).map(|index| map(&[("name", text(&index.to_string()))])).collect();
    refused(&module(&kernels), "the description has more than 256 in `kernels`");
    let ports = list(&vec![map(&[]); 9]);
    refused(&kernel(&[("in", ports.clone())]), "kernel 0 has more than 8 in `in`");
    refused(&kernel(&[("out", ports)]), "kernel 0 has more than 8 in `out`");
    refused(&kernel(&[("in", head(4, u64::MAX))]), "kernel 0 has more than 8 in `in`");
    refused(&kernel(&[("later", head(4, u64::MAX))]), "kernel 0 is cut short");
    refused(&kernel(&[("later", head(5, u64::MAX))]), "kernel 0 is cut short");
    refused(&kernel(&[("later", head(2, u64::MAX))]), "kernel 0 is cut short");
}

#[test]
fn values_are_what_their_keys_ask_for() {
    let number_expected = "than a whole number below 2^32";
    for value in [number(1_u64 << 32), head(1, 0), text("4"), null(), vec![0xf9, 0x44, 0]] {
        refused(
            &kernel(&[("grain", value.clone())]),
            &format!("kernel 0 has something else as `grain` {number_expected}"),
        );
        refused(
            &output(&[("unit", value)]),
            &format!("kernel 0, output 0, has something else as `unit` {number_expected}"),
        );
    }
    refused(
        &kernel(&[("pure", null())]),
        "kernel 0 has something else as `pure` than true or false",
    );
    for halo in
        [number(1_u32), list(&[]), list(&[number(1_u32), null()]), list(&vec![number(1_u32); 3])]
    {
        refused(
            &kernel(&[("halo", halo)]),
            "kernel 0 has something else as `halo` than null or the units in front and behind",
        );
    }
    refused(
        &input(&[("type", text("u128"))]),
        "kernel 0, input 0, has something else as `type` than u8 to u64, i8 to i64, f32 or f64",
    );
    refused(
        &input(&[("role", text("cut"))]),
        "kernel 0, input 0, has something else as `role` than window or whole",
    );
    refused(
        &input(&[("name", bytes(b"p"))]),
        "kernel 0, input 0, has something else as `name` than a text",
    );
    let build = map(&[("build", text("abc"))]);
    refused(&build, "the description has something else as `build` than bytes");
}

#[test]
fn what_an_output_refers_to_is_there() {
    refused(
        &output(&[("in_place", number(1_u32))]),
        "kernel 0, output 0, lies in input 1, which there is not",
    );
    refused(
        &output(&[("in_place", text("p"))]),
        "kernel 0, output 0, has something else as `in_place` than null or the index of an input",
    );
    refused(
        &output(&[("merge", text("average"))]),
        "kernel 0, output 0, merges by the kernel `average`, which there is not",
    );
}
