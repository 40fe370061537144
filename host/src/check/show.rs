//! A report, for people and for programs.

use std::fmt;

use serde_json::{Value, json};
use unjank_protocol::{InputDescription, KernelDescription, Merge, OutputDescription, Role, abi};

use super::{KernelDocs, Report, Weight};

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { bytes, interface, description, docs, findings } = self;
        let or = |text: &str, otherwise: &str| {
            if text.is_empty() { otherwise.to_owned() } else { text.to_owned() }
        };
        let name = format!("{} {}", or(&description.name, "unnamed"), description.version);
        writeln!(f, "{}", name.trim_end())?;
        writeln!(f, "  {bytes} bytes, interface {}.{}", abi::MAJOR, description.minor)?;
        let most = interface.memory.most.map_or(String::new(), |most| format!(", {most} at most"));
        writeln!(f, "  memory: {} pages of 64 KiB{most}", interface.memory.pages)?;
        writeln!(
            f,
            "  needs of WebAssembly: {}",
            or(&interface.features.join(", "), "nothing new")
        )?;
        writeln!(f, "  imports: {}", or(&interface.imports.join(", "), "nothing"))?;
        writeln!(f, "  exports: {}", interface.exports.join(", "))?;
        for (index, kernel) in description.kernels.iter().enumerate() {
            writeln!(f, "  kernel {index}: {}", kernel_line(kernel))?;
            if let Some(docs) = docs.kernels.get(&kernel.name) {
                write_docs(f, docs)?;
            }
        }
        findings.iter().try_for_each(|finding| writeln!(f, "{finding}"))
    }
}

fn write_docs(f: &mut fmt::Formatter<'_>, docs: &KernelDocs) -> fmt::Result {
    let summary = docs.doc.lines().next().unwrap_or_default();
    let lines = [("", summary), ("params: ", &docs.params), ("result: ", &docs.result)];
    let said = lines.into_iter().filter(|(_, text)| !text.is_empty());
    said.into_iter().try_for_each(|(what, text)| writeln!(f, "    {what}{text}"))
}

fn kernel_line(kernel: &KernelDescription) -> String {
    let mut parts = vec![kernel.name.clone()];
    if kernel.grain > 0 {
        parts.push(format!("grain {}", kernel.grain));
    }
    match kernel.halo {
        None => parts.push("halo by its params".to_owned()),
        Some([0, 0]) => {}
        Some([before, after]) => parts.push(format!("halo {before} and {after}")),
    }
    if !kernel.pure {
        parts.push("not pure".to_owned());
    }
    let inputs = kernel.inputs.iter().map(input_part);
    parts.extend(inputs.chain(kernel.outputs.iter().map(output_part)));
    parts.join(", ")
}

fn input_part(input: &InputDescription) -> String {
    let optional = if input.optional { "optional " } else { "" };
    format!("takes {optional}{} {}", input.element.name(), role(input.role))
}

fn output_part(output: &OutputDescription) -> String {
    let mut part = format!("gives {} {}", output.element.name(), role(output.role));
    if let Some(input) = output.in_place {
        part += &format!(" in place of input {input}");
    }
    if output.merge != Merge::Join {
        part += &format!(" merged by {}", merge_name(&output.merge));
    }
    part
}

const fn role(role: Role) -> &'static str {
    match role {
        Role::Window => "window",
        Role::Whole => "whole",
    }
}

fn merge_name(merge: &Merge) -> &str {
    match merge {
        Merge::Join => "join",
        Merge::Sum => "sum",
        Merge::Min => "min",
        Merge::Max => "max",
        Merge::Or => "or",
        Merge::Kernel(name) => name,
    }
}

impl Report {
    /// The report as JSON.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let findings = |weight| -> Vec<_> {
            let those = self.findings.iter().filter(|finding| finding.weight == weight);
            those
                .map(|finding| json!({ "kernel": finding.kernel, "message": finding.message }))
                .collect()
        };
        let Self { bytes, interface, description, .. } = self;
        json!({
            "bytes": bytes,
            "abi": [abi::MAJOR, description.minor],
            "name": description.name,
            "version": description.version,
            "memory": { "pages": interface.memory.pages, "most": interface.memory.most },
            "features": interface.features,
            "imports": interface.imports,
            "exports": interface.exports,
            "kernels": description.kernels.iter().map(|kernel| self.kernel_json(kernel)).collect::<Vec<_>>(),
            "faults": findings(Weight::Fault),
            "warnings": findings(Weight::Warning),
            "notes": findings(Weight::Note),
        })
    }

    /// With the keys of the description and the docs.
    fn kernel_json(&self, kernel: &KernelDescription) -> Value {
        let inputs = kernel.inputs.iter().map(|input| {
            json!({
                "name": input.name, "type": input.element.name(), "role": role(input.role),
                "optional": input.optional,
            })
        });
        let outputs = kernel.outputs.iter().map(|output| {
            json!({
                "name": output.name, "type": output.element.name(), "role": role(output.role),
                "unit": output.unit, "in_place": output.in_place,
                "merge": merge_name(&output.merge),
            })
        });
        let docs = self.docs.kernels.get(&kernel.name).cloned().unwrap_or_default();
        json!({
            "name": kernel.name, "rev": kernel.rev, "pure": kernel.pure, "grain": kernel.grain,
            "halo": kernel.halo, "in": inputs.collect::<Vec<_>>(),
            "out": outputs.collect::<Vec<_>>(),
            "doc": docs.doc, "params": docs.params, "result": docs.result,
        })
    }
}
