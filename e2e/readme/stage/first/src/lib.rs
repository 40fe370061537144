// from README.md: use unjank_worker::{kernel, kernels};

#[test]
fn a_kernel_is_still_a_function() {
    let mut bytes = [0, 7, 255];
    invert(&mut bytes);
    assert_eq!(bytes, [255, 248, 0]);
}
