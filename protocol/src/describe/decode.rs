//! Reads a description by the rules.

use alloc::{borrow::ToOwned, string::String, vec::Vec};

use super::{
    DescribeError, Description, Element, Fault, InputDescription, KernelDescription, Merge,
    OutputDescription, Role, Site,
    reader::{Head, Reader},
};
use crate::abi;

type Result<T> = core::result::Result<T, Fault>;

/// Longest name of a kernel, in bytes.
const MAX_NAME: usize = 255;

pub(super) fn decode(bytes: &[u8]) -> core::result::Result<Description, DescribeError> {
    let mut decoder = Decoder { reader: Reader::new(bytes), site: Site::Module };
    let decoded = if bytes.len() > abi::MAX_DESCRIPTION {
        Err(Fault::TooLong)
    } else {
        decoder.description()
    };
    decoded.map_err(|fault| DescribeError { site: decoder.site, fault })
}

struct Decoder<'a> {
    reader: Reader<'a>,
    /// Where a fault is that is found now.
    site: Site,
}

// ---- Maps, from the outside inwards

impl Decoder<'_> {
    fn description(&mut self) -> Result<Description> {
        let (mut minor, mut kernels) = (None, None);
        let (mut build, mut name, mut version) = (Vec::new(), String::new(), String::new());
        self.map(&mut |decoder, key| {
            match key {
                "abi" => minor = Some(decoder.minor()?),
                "build" => build = decoder.bytes("build")?.to_owned(),
                "kernels" => kernels = Some(decoder.kernels()?),
                "name" => name = decoder.text("name")?.to_owned(),
                "version" => version = decoder.text("version")?.to_owned(),
                "needs" => decoder.needs()?,
                "uses" => decoder.uses()?,
                _ => decoder.reader.skip()?,
            }
            Ok(())
        })?;
        if !self.reader.is_at_end() {
            return Err(Fault::TrailingBytes);
        }
        let minor = minor.ok_or(Fault::Missing { key: "abi" })?;
        let kernels = kernels.ok_or(Fault::Missing { key: "kernels" })?;
        self.check_names(&kernels)?;
        Ok(Description { minor, build, name, version, kernels })
    }

    fn kernels(&mut self) -> Result<Vec<KernelDescription>> {
        let kernels = self.list("kernels", abi::MAX_KERNELS, &mut |decoder, index| {
            decoder.site = Site::Kernel(index);
            decoder.kernel()
        })?;
        self.site = Site::Module;
        Ok(kernels)
    }

    fn kernel(&mut self) -> Result<KernelDescription> {
        let mut kernel = KernelDescription::new(String::new());
        let mut name = None;
        self.map(&mut |decoder, key| {
            match key {
                "name" => name = Some(decoder.text("name")?),
                "rev" => kernel.rev = decoder.number("rev")?,
                "pure" => kernel.pure = decoder.bool("pure")?,
                "grain" => kernel.grain = decoder.number("grain")?,
                "halo" => kernel.halo = decoder.halo()?,
                "in" => kernel.inputs = decoder.inputs()?,
                "out" => kernel.outputs = decoder.outputs()?,
                _ => decoder.reader.skip()?,
            }
            Ok(())
        })?;
        let name = name.ok_or(Fault::Missing { key: "name" })?;
        if !(1..=MAX_NAME).contains(&name.len()) {
            return Err(Fault::NameLength);
        }
        name.clone_into(&mut kernel.name);
        Ok(kernel)
    }

    fn inputs(&mut self) -> Result<Vec<InputDescription>> {
        let outer = self.site;
        let inputs = self.list("in", abi::MAX_PORTS, &mut |decoder, input| {
            if let Site::Kernel(kernel) = outer {
                decoder.site = Site::Input { kernel, input };
            }
            decoder.input()
        })?;
        self.site = outer;
        Ok(inputs)
    }

    fn input(&mut self) -> Result<InputDescription> {
        let mut input = InputDescription::default();
        self.map(&mut |decoder, key| {
            match key {
                "name" => decoder.text("name")?.clone_into(&mut input.name),
                "type" => input.element = decoder.element()?,
                "role" => input.role = decoder.role()?,
                "optional" => input.optional = decoder.bool("optional")?,
                _ => decoder.reader.skip()?,
            }
            Ok(())
        })?;
        Ok(input)
    }

    fn outputs(&mut self) -> Result<Vec<OutputDescription>> {
        let outer = self.site;
        let outputs = self.list("out", abi::MAX_PORTS, &mut |decoder, output| {
            if let Site::Kernel(kernel) = outer {
                decoder.site = Site::Output { kernel, output };
            }
            decoder.output()
        })?;
        self.site = outer;
        Ok(outputs)
    }

    fn output(&mut self) -> Result<OutputDescription> {
        let mut output = OutputDescription::default();
        self.map(&mut |decoder, key| {
            match key {
                "name" => decoder.text("name")?.clone_into(&mut output.name),
                "type" => output.element = decoder.element()?,
                "role" => output.role = decoder.role()?,
                "unit" => output.unit = decoder.number("unit")?,
                "in_place" => output.in_place = decoder.in_place()?,
                "merge" => output.merge = decoder.merge()?,
                _ => decoder.reader.skip()?,
            }
            Ok(())
        })?;
        Ok(output)
    }

    /// What can be seen only when all kernels are known.
    fn check_names(&mut self, kernels: &[KernelDescription]) -> Result<()> {
        for (index, kernel) in (0_u32..).zip(kernels) {
            self.site = Site::Kernel(index);
            if kernels.iter().take(index as usize).any(|before| before.name == kernel.name) {
                return Err(Fault::SameName { name: kernel.name.clone() });
            }
            for (place, output) in (0_u32..).zip(&kernel.outputs) {
                self.site = Site::Output { kernel: index, output: place };
                check_references(output, kernel, kernels)?;
            }
        }
        Ok(())
    }
}

fn check_references(
    output: &OutputDescription,
    kernel: &KernelDescription,
    kernels: &[KernelDescription],
) -> Result<()> {
    if let Some(input) = output.in_place
        && input as usize >= kernel.inputs.len()
    {
        return Err(Fault::NoSuchInput { input });
    }
    if let Merge::Kernel(name) = &output.merge
        && !kernels.iter().any(|other| other.name == *name)
    {
        return Err(Fault::NoSuchKernel { name: name.clone() });
    }
    Ok(())
}

// ---- Values, by what their keys ask for

impl<'a> Decoder<'a> {
    fn minor(&mut self) -> Result<u32> {
        const EXPECTED: &str = "the major and the minor version";
        let Head::List(2) = self.reader.head()? else { return unexpected("abi", EXPECTED) };
        match (word(self.reader.head()?), word(self.reader.head()?)) {
            (Some(abi::MAJOR), Some(minor)) => Ok(minor),
            (Some(major), Some(_)) => Err(Fault::Version { major }),
            _ => unexpected("abi", EXPECTED),
        }
    }

    fn halo(&mut self) -> Result<Option<[u32; 2]>> {
        const EXPECTED: &str = "null or the units in front and behind";
        let head = self.reader.head()?;
        if head == Head::Null {
            return Ok(None);
        }
        let Head::List(2) = head else { return unexpected("halo", EXPECTED) };
        match (word(self.reader.head()?), word(self.reader.head()?)) {
            (Some(before), Some(after)) => Ok(Some([before, after])),
            _ => unexpected("halo", EXPECTED),
        }
    }

    /// Version 1.0 has no extensions, so whatever is needed is not known.
    fn needs(&mut self) -> Result<()> {
        let Head::List(length) = self.reader.head()? else { return unexpected("needs", LIST) };
        if length == 0 {
            return Ok(());
        }
        Err(Fault::Needs { extension: self.text("needs")?.to_owned() })
    }

    fn uses(&mut self) -> Result<()> {
        let Head::List(length) = self.reader.head()? else { return unexpected("uses", LIST) };
        for _ in 0..length {
            self.text("uses")?;
        }
        Ok(())
    }

    fn element(&mut self) -> Result<Element> {
        let name = self.text("type")?;
        let found = Element::ALL.into_iter().find(|element| element.name() == name);
        found.map_or_else(|| unexpected("type", "u8 to u64, i8 to i64, f32 or f64"), Ok)
    }

    fn role(&mut self) -> Result<Role> {
        match self.text("role")? {
            "window" => Ok(Role::Window),
            "whole" => Ok(Role::Whole),
            _ => unexpected("role", "window or whole"),
        }
    }

    fn in_place(&mut self) -> Result<Option<u32>> {
        let head = self.reader.head()?;
        match word(head) {
            None if head != Head::Null => unexpected("in_place", "null or the index of an input"),
            input => Ok(input),
        }
    }

    fn merge(&mut self) -> Result<Merge> {
        Ok(match self.text("merge")? {
            "join" => Merge::Join,
            "sum" => Merge::Sum,
            "min" => Merge::Min,
            "max" => Merge::Max,
            "or" => Merge::Or,
            name => Merge::Kernel(name.to_owned()),
        })
    }

    fn number(&mut self, key: &'static str) -> Result<u32> {
        let found = word(self.reader.head()?);
        found.map_or_else(|| unexpected(key, "a whole number below 2^32"), Ok)
    }

    fn bool(&mut self, key: &'static str) -> Result<bool> {
        let Head::Bool(value) = self.reader.head()? else {
            return unexpected(key, "true or false");
        };
        Ok(value)
    }

    fn text(&mut self, key: &'static str) -> Result<&'a str> {
        let Head::Text(length) = self.reader.head()? else { return unexpected(key, "a text") };
        self.reader.text(length)
    }

    fn bytes(&mut self, key: &'static str) -> Result<&'a [u8]> {
        let Head::Bytes(length) = self.reader.head()? else { return unexpected(key, "bytes") };
        self.reader.bytes(length)
    }

    /// A list of at most so many; `item` reads one.
    fn list<T>(
        &mut self,
        key: &'static str,
        most: usize,
        item: &mut dyn FnMut(&mut Self, u32) -> Result<T>,
    ) -> Result<Vec<T>> {
        let Head::List(length) = self.reader.head()? else { return unexpected(key, LIST) };
        if length > most as u64 {
            return Err(Fault::TooMany { key, most });
        }
        (0..length as u32).map(|index| item(self, index)).collect()
    }

    /// A map; `value` reads what stands behind a key.
    fn map(&mut self, value: &mut dyn FnMut(&mut Self, &str) -> Result<()>) -> Result<()> {
        let Head::Map(length) = self.reader.head()? else { return Err(Fault::NotAMap) };
        let mut keys = Vec::new();
        for _ in 0..length {
            let key = self.reader.key(&mut keys)?;
            value(self, key)?;
        }
        Ok(())
    }
}

const LIST: &str = "a list";

fn word(head: Head) -> Option<u32> {
    if let Head::Unsigned(number) = head { u32::try_from(number).ok() } else { None }
}

fn unexpected<T>(key: &'static str, expected: &'static str) -> Result<T> {
    Err(Fault::Unexpected { key, expected })
}
