// from README.md: use unjank_worker::{kernel, kernels};
