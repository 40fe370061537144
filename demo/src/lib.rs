//! The demo: image [`kernels`], and the kernel module of them that the page loads.

pub mod kernels;

#[cfg(feature = "module")]
unjank_worker::kernels!(
    kernels::GaussianBlur,
    kernels::Sobel,
    kernels::ToneCurve,
    kernels::Grayscale,
    kernels::Median,
    kernels::Shrink,
    kernels::Crop,
);
