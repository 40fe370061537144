//! The driver over numbers: stories, and a walk by chance, with a page that has no bytes and holds every
//! effect against what was said before it.

#[path = "driver/chance.rs"]
mod chance;
#[path = "driver/page.rs"]
mod page;
#[path = "driver/stories.rs"]
mod stories;
