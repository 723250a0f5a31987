//! The page of what does not stand in a public list: says so, and searches the list for what was asked. It must not say
//! why something does not stand there.

use askama::Template;
use poem::{Response, http::StatusCode};

use super::frame::{self, Frame, Reader, Section};

#[derive(Template)]
#[template(path = "absent.html", config = "src/web/askama.toml")]
struct AbsentPage {
    frame: Frame,
    lead: &'static str,
    label: &'static str,
    typed: String,
    action: String,
}

/// The page, with its title, what to do, and the label of the search; `asked` is the last part of the address.
pub fn page(
    reader: &Reader,
    section: Section,
    [title, lead, label]: [&'static str; 3],
    asked: &str,
    status: StatusCode,
) -> Response {
    let name = section.name(reader.words);
    let page = AbsentPage {
        frame: reader.frame(title).section(section).below(section.path(), name),
        lead,
        label,
        typed: asked.chars().take(100).collect(),
        action: reader.link(section.path()),
    };
    frame::answer(status, &page.frame, &page)
}
