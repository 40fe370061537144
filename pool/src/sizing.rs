//! How many workers a device is good for.

/// What is known of a device.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Device {
    /// Logical cores, as the browser tells; 0 when it does not. Browsers round it, cap it and lie.
    pub cores: u32,
    /// Memory in GiB, as the browser tells, which rounds and caps it.
    pub memory_gib: Option<f64>,
}

/// How many workers a pool has unless it is told: the cores, less one for the page where there are
/// more than two; at most two where memory is small, and at most sixteen anywhere: browsers allow a
/// process about a hundred linear memories, and a page may have several pools.
///
/// ```
/// use unjank_pool::{Device, workers_for};
///
/// assert_eq!(workers_for(Device { cores: 8, memory_gib: None }), 7);
/// ```
#[must_use]
pub fn workers_for(device: Device) -> u16 {
    let cores = match device.cores {
        0 => 2,
        cores @ 1..=2 => cores,
        cores => cores - 1,
    };
    let small = device.memory_gib.is_some_and(|gib| gib <= 4.0);
    let most = if small { 2 } else { 16 };
    u16::try_from(cores.min(most)).unwrap_or(16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_core_is_left_to_the_page_where_there_are_enough() {
        for (cores, workers) in [(0, 2), (1, 1), (2, 2), (3, 2), (4, 3), (8, 7), (128, 16)] {
            assert_eq!(workers_for(Device { cores, memory_gib: None }), workers, "{cores} cores");
        }
    }

    #[test]
    fn small_devices_get_two_at_most() {
        for (memory_gib, workers) in [(0.5, 2), (4.0, 2), (8.0, 7)] {
            let device = Device { cores: 8, memory_gib: Some(memory_gib) };
            assert_eq!(workers_for(device), workers, "{memory_gib} GiB");
        }
    }
}
