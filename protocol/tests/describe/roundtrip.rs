//! What is written is read again.

use proptest::{collection::vec, option, prelude::*};
use unjank_protocol::{
    Description, Element, InputDescription, KernelDescription, Merge, OutputDescription, Role,
};

use super::{
    cbor::{bool, bytes, list, map, null, number, text},
    version,
};

fn write(description: &Description) -> Vec<u8> {
    map(&[
        ("abi", version(1, description.minor)),
        ("build", bytes(&description.build)),
        ("name", text(&description.name)),
        ("version", text(&description.version)),
        ("kernels", list(&description.kernels.iter().map(write_kernel).collect::<Vec<_>>())),
    ])
}

fn write_kernel(kernel: &KernelDescription) -> Vec<u8> {
    let halo = kernel.halo.map_or_else(null, |halo| list(&halo.map(number)));
    map(&[
        ("name", text(&kernel.name)),
        ("rev", number(kernel.rev)),
        ("pure", bool(kernel.pure)),
        ("grain", number(kernel.grain)),
        ("halo", halo),
        ("in", list(&kernel.inputs.iter().map(write_input).collect::<Vec<_>>())),
        ("out", list(&kernel.outputs.iter().map(write_output).collect::<Vec<_>>())),
    ])
}

fn write_input(input: &InputDescription) -> Vec<u8> {
    map(&[
        ("name", text(&input.name)),
        ("type", text(input.element.name())),
        ("role", write_role(input.role)),
        ("optional", bool(input.optional)),
    ])
}

fn write_output(output: &OutputDescription) -> Vec<u8> {
    map(&[
        ("name", text(&output.name)),
        ("type", text(output.element.name())),
        ("role", write_role(output.role)),
        ("unit", number(output.unit)),
        ("in_place", output.in_place.map_or_else(null, number)),
        ("merge", write_merge(&output.merge)),
    ])
}

fn write_role(role: Role) -> Vec<u8> {
    text(match role {
        Role::Window => "window",
        Role::Whole => "whole",
    })
}

fn write_merge(merge: &Merge) -> Vec<u8> {
    text(match merge {
        Merge::Join => "join",
        Merge::Sum => "sum",
        Merge::Min => "min",
        Merge::Max => "max",
        Merge::Or => "or",
        Merge::Kernel(name) => name,
    })
}

// ---- What can be said

fn elements() -> impl Strategy<Value = Element> {
    prop::sample::select(Element::ALL.to_vec())
}

fn roles() -> impl Strategy<Value = Role> {
    prop::sample::select(vec![Role::Window, Role::Whole])
}

/// By a kernel that there is in each of [`descriptions`], among others.
fn merges() -> impl Strategy<Value = Merge> {
    let first = Merge::Kernel("0".to_owned());
    prop::sample::select(vec![Merge::Join, Merge::Sum, Merge::Min, Merge::Max, Merge::Or, first])
}

fn inputs() -> impl Strategy<Value = InputDescription> {
    (any::<String>(), elements(), roles(), any::<bool>()).prop_map(|drawn| {
        let (name, element, role, optional) = drawn;
        InputDescription { name, element, role, optional }
    })
}

/// For a kernel of so many inputs.
fn outputs(inputs: usize) -> impl Strategy<Value = OutputDescription> {
    let place = option::of(0..inputs.max(1) as u32);
    let place = place.prop_map(move |place| place.filter(|_| inputs > 0));
    (any::<String>(), elements(), roles(), any::<u32>(), place, merges()).prop_map(|drawn| {
        let (name, element, role, unit, in_place, merge) = drawn;
        OutputDescription { name, element, role, unit, in_place, merge }
    })
}

/// Without a name.
fn kernels() -> impl Strategy<Value = KernelDescription> {
    let ports = vec(inputs(), 0..=8).prop_flat_map(|inputs| {
        let outputs = vec(outputs(inputs.len()), 0..=8);
        (Just(inputs), outputs)
    });
    let halo = option::of(any::<[u32; 2]>());
    (any::<u32>(), any::<bool>(), any::<u32>(), halo, ports).prop_map(|drawn| {
        let (rev, pure, grain, halo, (inputs, outputs)) = drawn;
        KernelDescription { name: String::new(), rev, pure, grain, halo, inputs, outputs }
    })
}

fn descriptions() -> impl Strategy<Value = Description> {
    let texts = (any::<String>(), any::<String>());
    (any::<u32>(), vec(any::<u8>(), 0..40), texts, vec(kernels(), 1..6)).prop_map(
        |(minor, build, (name, version), mut kernels)| {
            for (index, kernel) in kernels.iter_mut().enumerate() {
                kernel.name = index.to_string();
            }
            Description { minor, build, name, version, kernels }
        },
    )
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(description in descriptions()) {
        prop_assert_eq!(Description::decode(&write(&description)), Ok(description));
    }
}
