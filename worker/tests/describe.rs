//! What modules say of themselves.

mod common;

use common::{Add, registry};
use serde::Deserialize;
use unjank_protocol::{Description, Role};
use unjank_worker::{Element, Merge, Registry, cbor};

#[test]
fn a_host_reads_what_is_described() {
    let description = Description::decode(&registry().describe()).expect("a description");
    let names: Vec<_> = description.kernels.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, registry().names().collect::<Vec<_>>());
    assert_eq!(names, ["add", "invert", "make", "overreach", "fail", "lookup", "keep"]);
    let kernel = |name| description.kernels.iter().find(|it| it.name == name).expect("it is there");

    assert_eq!((kernel("invert").grain, kernel("invert").halo), (1, Some([0, 0])));
    assert_eq!((kernel("add").grain, kernel("add").halo), (0, None));
    assert_eq!((kernel("lookup").rev, kernel("add").rev), (3, 0));
    assert!(kernel("add").pure && !kernel("keep").pure);
}

#[test]
fn inputs_and_outputs_are_described() {
    let description = Description::decode(&registry().describe()).expect("a description");
    let kernel =
        description.kernels.into_iter().find(|it| it.name == "lookup").expect("it is there");
    let inputs =
        kernel.inputs.iter().map(|it| (it.name.as_str(), it.element, it.role, it.optional));
    assert_eq!(
        inputs.collect::<Vec<_>>(),
        [
            ("indices", Element::U8, Role::Window, false),
            ("table", Element::U16, Role::Whole, false),
            ("offset", Element::U16, Role::Whole, true),
        ]
    );
    let outputs = kernel.outputs.iter().map(|it| (it.name.as_str(), it.unit, it.in_place));
    assert_eq!(
        outputs.collect::<Vec<_>>(),
        [("values", 2, Some(0)), ("count", 0, None), ("nothing", 0, None)]
    );
    let merges = kernel.outputs.into_iter().map(|it| it.merge).collect::<Vec<_>>();
    assert_eq!(merges, [Merge::Join, Merge::Sum, Merge::Kernel("add".into())]);
}

#[test]
fn a_function_is_described_by_its_arguments() {
    let description = Description::decode(&registry().describe()).expect("a description");
    let kernel = |name| description.kernels.iter().find(|it| it.name == name).expect("it is there");
    assert_eq!(kernel("invert").inputs[0].name, "bytes");
    assert_eq!(kernel("invert").outputs[0].in_place, Some(0));
    assert_eq!(kernel("make").outputs[0].in_place, None);
    assert_eq!(kernel("make").halo, Some([0, 0]));
}

#[test]
fn a_second_implementation_reads_it_too() {
    let description = registry().describe();
    let value: ciborium::Value = ciborium::from_reader(&*description).expect("CBOR");
    let keys = value.as_map().expect("a map").iter().map(|(key, _)| key.as_text());
    let expected = ["abi", "name", "version", "build", "needs", "uses", "kernels"];
    assert!(keys.eq(expected.map(Some)));
}

#[test]
fn a_module_without_kernels_is_one() {
    let description = Description::decode(&Registry::new().describe()).expect("a description");
    assert_eq!(description.kernels, []);
}

#[test]
#[should_panic = "two kernels have the same name"]
fn two_kernels_of_one_name_cannot_be_registered() {
    _ = Registry::new().with::<Add>().with::<Add>();
}

#[derive(Debug, PartialEq, Deserialize)]
struct Docs {
    doc: String,
    params: String,
    result: String,
}

#[derive(Deserialize)]
struct Section {
    kernels: std::collections::BTreeMap<String, Docs>,
}

#[test]
fn the_doc_comment_is_what_tools_read() {
    let docs = registry().docs();
    let section: Section = cbor::from_slice(&docs).expect("CBOR");
    assert_eq!(section.kernels.len(), 7);
    let docs =
        Docs { doc: "Flips every bit.".into(), params: "undefined".into(), result: "".into() };
    assert_eq!(section.kernels["invert"], docs);
    assert_eq!(section.kernels["add"].doc, "");
}
