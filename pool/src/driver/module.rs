//! What is known of the kernel module.

use unjank_protocol::{Description, Fault, KernelId};

use crate::SpawnError;

/// A kernel module, as it describes itself.
#[derive(Debug)]
pub(super) struct Module {
    description: Vec<u8>,
    /// A [`KernelId`] is an index.
    names: Vec<String>,
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
        let names = read.kernels.into_iter().map(|kernel| kernel.name).collect();
        Ok(Self { description: description.to_vec(), names })
    }

    pub(super) fn is_described_by(&self, description: &[u8]) -> bool {
        self.description == description
    }

    pub(super) fn find(&self, name: &str) -> Option<KernelId> {
        let index = self.names.iter().position(|known| known == name)?;
        u16::try_from(index).ok().map(KernelId)
    }

    pub(super) fn name(&self, kernel: KernelId) -> Option<&str> {
        self.names.get(usize::from(kernel.0)).map(String::as_str)
    }
}
