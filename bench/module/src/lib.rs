//! What the benchmark's workers run: the demo's filters and a trivial kernel.

mod stamp;

use unjank_demo::kernels::{GaussianBlur, Sobel};

use self::stamp::Stamp;

unjank_worker::kernels!(Stamp, GaussianBlur, Sobel);
