//! What is known of the kernel module.

use unjank_core::driver::{KernelShape, OutputShape};
use unjank_protocol::{
    Description, Fault, InputDescription, KernelDescription, KernelId, OutputDescription, Role,
};

use crate::SpawnError;

/// A kernel module, as it describes itself.
#[derive(Debug)]
pub(super) struct Module {
    description: Vec<u8>,
    /// A [`KernelId`] is an index.
    kernels: Vec<KernelDescription>,
}

impl Module {
    /// # Errors
    /// [`SpawnError::BadKernels`] when this describes no module, [`SpawnError::VersionMismatch`] when it is
    /// one for another version of the interface: whatever worker is asked, it says the same.
    pub(super) fn read(description: &[u8]) -> Result<Self, SpawnError> {
        let read = Description::decode(description).map_err(|error| {
            let message = error.to_string();
            if matches!(error.fault, Fault::Version { .. }) {
                return SpawnError::VersionMismatch { message };
            }
            SpawnError::BadKernels { message }
        })?;
        Ok(Self { description: description.to_vec(), kernels: read.kernels })
    }

    pub(super) fn is_described_by(&self, description: &[u8]) -> bool {
        self.description == description
    }

    pub(super) fn find(&self, name: &str) -> Option<KernelId> {
        let index = self.kernels.iter().position(|known| known.name == name)?;
        u16::try_from(index).ok().map(KernelId)
    }

    pub(super) fn name(&self, kernel: KernelId) -> Option<&str> {
        self.kernels.get(usize::from(kernel.0)).map(|known| known.name.as_str())
    }

    /// Whether a kernel has an input that is cut with the window.
    pub(super) fn works_on_input(&self, kernel: KernelId) -> bool {
        let inputs = self.kernels.get(usize::from(kernel.0)).map(|known| &known.inputs);
        inputs.and_then(|inputs| inputs.first()).is_some_and(|first| first.role == Role::Window)
    }

    /// The inputs of a kernel, if so many are not what it takes: a name for each, or its number.
    pub(super) fn other_inputs(&self, kernel: KernelId, count: usize) -> Option<Vec<String>> {
        let inputs = &self.kernels.get(usize::from(kernel.0))?.inputs;
        // Kernels with one input or none are given one.
        let fits = count == 1 && inputs.len() < 2
            || count <= inputs.len() && inputs.iter().skip(count).all(|input| input.optional);
        let name = |(place, input): (usize, &InputDescription)| match input.name.as_str() {
            "" => place.to_string(),
            name => name.to_owned(),
        };
        (!fits).then(|| inputs.iter().enumerate().map(name).collect())
    }

    /// What decides how the kernels are called.
    pub(super) fn shapes(&self) -> Vec<KernelShape> {
        self.kernels.iter().map(shape).collect()
    }
}

fn shape(kernel: &KernelDescription) -> KernelShape {
    let outputs =
        kernel.outputs.iter().map(|&OutputDescription { role, unit, in_place, .. }| {
            let unit = if role == Role::Window { unit } else { 0 };
            let in_place = in_place.and_then(|index| u8::try_from(index).ok());
            OutputShape { unit, in_place }
        });
    KernelShape { grain: kernel.grain, pure: kernel.pure, outputs: outputs.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_window_has_bytes_for_each_unit() {
        let mut kernel = KernelDescription::new("k");
        for (role, unit) in [(Role::Window, 3), (Role::Whole, 0)] {
            kernel.outputs[0] = OutputDescription { role, unit: 3, ..OutputDescription::default() };
            assert_eq!(shape(&kernel).outputs, [OutputShape { unit, in_place: None }]);
        }
    }
}
