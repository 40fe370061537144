//! What holds of any bytes that are read as what a module says of itself.

use std::collections::BTreeSet;

use allocation_counter::measure;
use unjank_protocol::{DescribeError, Description, Merge, abi};

/// Bytes of memory that may be taken for each byte that is read.
const MEMORY_PER_BYTE: usize = 128;

/// Reads the bytes.
///
/// # Panics
/// When a law does not hold.
pub(crate) fn check(bytes: &[u8]) -> Result<(), DescribeError> {
    let mut decoded = None;
    let taken = measure(|| decoded = Some(Description::decode(bytes))).bytes_max;
    let bound = (bytes.len() * MEMORY_PER_BYTE) as u64;
    assert!(taken <= bound, "{} bytes took {taken} bytes of memory", bytes.len());
    let decoded = decoded.expect("it returns");
    match &decoded {
        Ok(description) => check_rules(description),
        Err(error) => assert_eq!(error.to_string().trim(), error.to_string(), "{error:?}"),
    }
    assert_eq!(Description::decode(bytes), decoded, "the same again");
    decoded.map(drop)
}

/// What is read keeps the rules that a host relies on.
fn check_rules(description: &Description) {
    let kernels = &description.kernels;
    let names: BTreeSet<_> = kernels.iter().map(|kernel| &*kernel.name).collect();
    assert_eq!(names.len(), kernels.len(), "names are unique");
    assert!(kernels.len() <= abi::MAX_KERNELS, "{} kernels", kernels.len());
    for kernel in kernels {
        assert!((1..=255).contains(&kernel.name.len()), "{:?}", kernel.name);
        assert!(kernel.inputs.len() <= abi::MAX_PORTS, "{kernel:?}");
        assert!(kernel.outputs.len() <= abi::MAX_PORTS, "{kernel:?}");
        for output in &kernel.outputs {
            let is_there = |input| (input as usize) < kernel.inputs.len();
            assert!(output.in_place.is_none_or(is_there), "{output:?}");
            if let Merge::Kernel(name) = &output.merge {
                assert!(names.contains(&**name), "{output:?}");
            }
        }
    }
}
