//! How modules are compiled.

/// How a module is compiled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Profile {
    /// Fastest; functions have no names.
    #[default]
    Release,
    /// Smallest.
    Small,
    /// As fast, with names for the browser's profiler.
    Profiling,
}

impl Profile {
    /// Every profile.
    pub const ALL: [Self; 3] = [Self::Release, Self::Small, Self::Profiling];

    /// The profile's name for cargo, which is also that of its folder.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Small => "small",
            Self::Profiling => "profiling",
        }
    }

    /// The profile of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|profile| profile.name() == name)
    }

    /// Whether functions keep their names.
    #[must_use]
    pub fn keeps_names(self) -> bool {
        self == Self::Profiling
    }
}
