//! The module that `ABI.md` quotes: what stands there is what a machine reads.
#![cfg(not(target_arch = "wasm32"))]

use std::{fs, path::Path};

use unjank_protocol::Description;

fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn text() -> String {
    fs::read_to_string(folder().join("golden/invert.wat")).expect("it is kept beside the sources")
}

#[test]
fn the_kept_module_is_what_its_text_says() {
    let kept = fs::read(folder().join("golden/invert.wasm")).expect("it is kept beside its text");
    assert_eq!(wat::parse_str(text()).expect("a module"), kept);
}

#[test]
fn the_page_quotes_it_line_by_line() {
    let page = fs::read_to_string(folder().join("ABI.md")).expect("the page");
    let (_, quoted) = page.split_once("```wat\n").expect("a quotation");
    let (quoted, _) = quoted.split_once("```").expect("its end");
    let text = text();
    // In the module more follows what the quotation ends with.
    let lines: Vec<&str> = text.lines().map(|line| line.trim().trim_end_matches(')')).collect();
    for line in quoted.lines().map(|line| line.trim().trim_end_matches(')')) {
        assert!(lines.contains(&line), "the module has no line `{line}`");
    }
}

/// The description lies somewhere in the module's data: found by the map it begins with.
#[test]
fn it_describes_itself_by_the_rules() {
    let module = wat::parse_str(text()).expect("a module");
    let described = (0..module.len()).find_map(|start| {
        let rest = &module[start..];
        (0..rest.len()).find_map(|length| Description::decode(&rest[..length]).ok())
    });
    let kernels = described.expect("a description").kernels;
    let names: Vec<&str> = kernels.iter().map(|kernel| kernel.name.as_str()).collect();
    assert_eq!(names, ["invert"]);
    assert_eq!(kernels[0].outputs[0].in_place, Some(0));
}
