//! A small client of the [`WebDriver` standard](https://www.w3.org/TR/webdriver2/), which all
//! engines speak.
//!
//! A [`Session`] is a browser, with its driver and a profile of its own; a [`Window`] is one page of
//! it.

mod capabilities;
mod driver;
mod error;
mod screen;
mod session;
mod window;
mod wire;

pub use capabilities::Settings;
pub use error::WebDriverError;
pub use session::Session;
pub use window::Window;
