// from docs/src/first-kernel.md: use unjank_worker::{kernel, kernels};
