//! What `cargo xtask` is made of, and the code blocks of the documents as tests.

pub mod spec;

/// Every Rust block of the guide is compiled, and run where it can be.
#[cfg(doctest)]
mod guide {
    #[doc = include_str!("../../docs/client.md")]
    mod client {}
    #[doc = include_str!("../../docs/device.md")]
    mod device {}
    #[doc = include_str!("../../docs/divert.md")]
    mod divert {}
    #[doc = include_str!("../../docs/migration.md")]
    mod migration {}
    #[doc = include_str!("../../spec/rapi.md")]
    mod specification {}
}
