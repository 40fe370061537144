//! What a kernel module says of itself.
