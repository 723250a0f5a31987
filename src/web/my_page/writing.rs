//! What the pages have in common on which somebody writes what is sent in one piece, an answer or an appeal: they are shown
//! again when something was not taken, and their buttons put the draft aside. It must not send anything.

use askama::Template;
use poem::{Response, http::StatusCode};

use super::{Notice, PATH as MY_PAGE, notice};
use crate::{
    app::App,
    draft::actions::{self as drafts, Opened},
    failure::Failure,
    web::{
        apply::papers::{Papers, Taken},
        frame::{self, Frame},
        sign_in::{SignedIn, see},
    },
};

/// A page on which something is written.
pub(super) trait Writing: Template + Sized {
    /// What stands around it.
    fn frame(&self) -> &Frame;
    /// The documents that go along.
    fn papers(&mut self) -> &mut Papers;
    /// What is said at its top.
    fn notice(&mut self) -> &mut Option<Notice>;
    /// Addresses: of the case it is about, and its own.
    fn addresses(&self) -> (&str, &str);

    /// The page as an answer.
    fn answer(self, status: StatusCode) -> Response {
        frame::answer(status, self.frame(), &self)
    }

    /// The page again, with what was not done.
    fn refused(mut self, said: Notice) -> Response {
        let status = said.status;
        *self.notice() = Some(said);
        self.answer(status)
    }
}

/// The page, if everything that was sent is in the draft, or the answer that says what is not.
pub(super) fn whole<P: Writing>(
    mut page: P,
    visitor: &SignedIn,
    taken: Taken,
) -> Result<Result<P, Response>, Failure> {
    Ok(match taken {
        Taken::Whole => Ok(page),
        Taken::Stale => Err(page.refused(notice(&visitor.reader, Failure::stale())?)),
        Taken::FileRefused(text, status) => {
            page.papers().wrong = Some(text);
            Err(page.answer(status))
        }
    })
}

/// What the buttons do that every such page has: throws the draft away, leaves it for later, or goes on with it.
pub(super) async fn put_aside(
    app: &App,
    visitor: &SignedIn,
    opened: &Opened,
    page: &impl Writing,
    deed: &str,
) -> Result<Response, Failure> {
    let (case, own) = page.addresses();
    Ok(match deed {
        "discard" => {
            let version = opened.draft.version;
            drafts::discard(app, &visitor.caller, opened.draft.id, version).await?;
            see(case)
        }
        "later" => see(&visitor.reader.link(MY_PAGE)),
        _ => see(&format!("{own}#papers")),
    })
}

/// What a page has that somebody writes on.
macro_rules! writing {
    ($page:ty) => {
        impl $crate::web::my_page::writing::Writing for $page {
            fn frame(&self) -> &Frame {
                &self.frame
            }

            fn papers(&mut self) -> &mut Papers {
                &mut self.papers
            }

            fn notice(&mut self) -> &mut Option<Notice> {
                &mut self.notice
            }

            fn addresses(&self) -> (&str, &str) {
                (&self.up.0, &self.action)
            }
        }
    };
}
pub(super) use writing;
