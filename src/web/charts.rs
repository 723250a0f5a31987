//! The style sheet of charts and maps, which only their pages link to.

use std::sync::LazyLock;

use poem::{Response, handler};

use super::{asset, frame::versioned};

const STYLE: &str = include_str!("assets/charts.css");
/// Where it is served.
pub const PATH: &str = "/assets/charts.css";

static ADDRESS: LazyLock<String> = LazyLock::new(|| versioned(PATH, STYLE));

/// The address that pages link to.
pub fn address() -> &'static str {
    &ADDRESS
}

/// The style sheet.
#[handler]
pub fn style() -> Response {
    asset("text/css; charset=utf-8", STYLE)
}
