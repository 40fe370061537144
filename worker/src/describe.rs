//! What a module says of itself, in CBOR, written when it is compiled: so it takes no code, and is
//! the same bytes in each instance.

use unjank_protocol::{Docs, Element, Grain, InputPort, Merge, OutputPort, Role, abi};

use crate::registry::Entry;

/// Makes sure that callers can tell the kernels apart.
pub(crate) const fn check_names(entries: &[Entry]) {
    assert!(entries.len() <= abi::MAX_KERNELS, "a module has at most 256 kernels");
    let mut index = 0;
    while index < entries.len() {
        let mut before = 0;
        while before < index {
            let is_same = equal(entries[before].name, entries[index].name);
            assert!(!is_same, "two kernels have the same name");
            before += 1;
        }
        index += 1;
    }
}

const fn equal(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut index = 0;
    while index < a.len() && index < b.len() && a[index] == b[index] {
        index += 1;
    }
    index == a.len() && index == b.len()
}

/// Writes the description as far as there is room, and says how long it is.
pub const fn description(entries: &[Entry], name: &str, version: &str, out: &mut [u8]) -> usize {
    let mut pen = Pen { out, at: 0 };
    pen.map(7);
    pen.text("abi");
    pen.array(2);
    pen.number(abi::MAJOR);
    pen.number(abi::MINOR);
    pen.text("name");
    pen.text(name);
    pen.text("version");
    pen.text(version);
    pen.text("build");
    pen.bytes();
    pen.text("needs");
    pen.array(0);
    pen.text("uses");
    pen.array(0);
    pen.text("kernels");
    pen.array(entries.len());
    let mut index = 0;
    while index < entries.len() {
        pen.kernel(&entries[index]);
        index += 1;
    }
    assert!(pen.at <= abi::MAX_DESCRIPTION, "the description of a module has at most 64 KiB");
    pen.at
}

/// Writes the contents of the custom section as far as there is room, and says how long they are.
pub const fn docs(entries: &[Entry], out: &mut [u8]) -> usize {
    let mut pen = Pen { out, at: 0 };
    pen.map(1);
    pen.text("kernels");
    pen.map(entries.len());
    let mut index = 0;
    while index < entries.len() {
        let Entry { name, docs: Docs { doc, params, result }, .. } = &entries[index];
        pen.text(name);
        pen.map(3);
        pen.text("doc");
        pen.text(doc);
        pen.text("params");
        pen.text(params);
        pen.text("result");
        pen.text(result);
        index += 1;
    }
    pen.at
}

/// Writes CBOR, and counts what there is no room for.
struct Pen<'a> {
    out: &'a mut [u8],
    at: usize,
}

impl Pen<'_> {
    const fn byte(&mut self, byte: u8) {
        if self.at < self.out.len() {
            self.out[self.at] = byte;
        }
        self.at += 1;
    }

    const fn head(&mut self, major: u8, number: u32) {
        let major = major << 5;
        let bytes = number.to_be_bytes();
        let mut from = match number {
            0..24 => {
                self.byte(major | number as u8);
                4
            }
            24..=0xff => {
                self.byte(major | 24);
                3
            }
            0x100..=0xffff => {
                self.byte(major | 25);
                2
            }
            _ => {
                self.byte(major | 26);
                0
            }
        };
        while from < 4 {
            self.byte(bytes[from]);
            from += 1;
        }
    }

    const fn number(&mut self, number: u32) {
        self.head(0, number);
    }

    /// An empty byte string.
    const fn bytes(&mut self) {
        self.head(2, 0);
    }

    const fn text(&mut self, text: &str) {
        self.head(3, text.len() as u32);
        let mut index = 0;
        while index < text.len() {
            self.byte(text.as_bytes()[index]);
            index += 1;
        }
    }

    const fn array(&mut self, items: usize) {
        self.head(4, items as u32);
    }

    const fn map(&mut self, entries: usize) {
        self.head(5, entries as u32);
    }

    const fn bool(&mut self, is_true: bool) {
        self.byte(if is_true { 0xf5 } else { 0xf4 });
    }

    const fn null(&mut self) {
        self.byte(0xf6);
    }

    const fn kernel(&mut self, entry: &Entry) {
        self.map(7);
        self.text("name");
        self.text(entry.name);
        self.text("rev");
        self.number(entry.revision);
        self.text("pure");
        self.bool(entry.pure);
        self.text("grain");
        self.number(match entry.grain {
            Grain::Window => 0,
            Grain::Bytes(length) => length.get(),
        });
        self.text("halo");
        match entry.halo {
            Some(halo) => {
                self.array(2);
                self.number(halo);
                self.number(halo);
            }
            None => self.null(),
        }
        self.text("in");
        self.inputs(entry.inputs);
        self.text("out");
        self.outputs(entry.outputs);
    }

    const fn inputs(&mut self, ports: &[InputPort]) {
        self.array(ports.len());
        let mut index = 0;
        while index < ports.len() {
            let InputPort { name, element, role, optional } = ports[index];
            self.map(4);
            self.port(name, element, role);
            self.text("optional");
            self.bool(optional);
            index += 1;
        }
    }

    const fn outputs(&mut self, ports: &[OutputPort]) {
        self.array(ports.len());
        let mut index = 0;
        while index < ports.len() {
            let OutputPort { name, element, role, unit, in_place, merge } = ports[index];
            self.map(6);
            self.port(name, element, role);
            self.text("unit");
            self.number(unit);
            self.text("in_place");
            match in_place {
                Some(input) => self.number(input as u32),
                None => self.null(),
            }
            self.text("merge");
            self.text(merge_name(merge));
            index += 1;
        }
    }

    const fn port(&mut self, name: &str, element: Element, role: Role) {
        self.text("name");
        self.text(name);
        self.text("type");
        self.text(element.name());
        self.text("role");
        self.text(match role {
            Role::Window => "window",
            Role::Whole => "whole",
        });
    }
}

const fn merge_name(merge: Merge<&'static str>) -> &'static str {
    match merge {
        Merge::Join => "join",
        Merge::Sum => "sum",
        Merge::Min => "min",
        Merge::Max => "max",
        Merge::Or => "or",
        Merge::Kernel(name) => name,
    }
}
