//! A form that came when its session was over, or another had begun: nothing it asks for is done. What was typed in the
//! form of an application or on the page of a case goes past the sign-in, sealed, with the very browser it came from, and
//! stands on the page again; of another page, and where it is too long for that, the texts are shown once, to be copied.
//! Nothing of it is kept here.

use poem::{Body, FromRequest as _, Request, RequestBody, Response, http::StatusCode};
use zeroize::Zeroizing;

use super::{
    PATH, SignInPage,
    cookies::{cookie, name, session_of, set_cookie},
    see,
};
use crate::{
    app::App,
    identity::session::{Left, MINUTES_LEFT},
    web::{
        apply::flow,
        casework,
        form::Form,
        frame::{self, Reader},
        language,
        upload::Upload,
    },
};

/// Cookie of what was typed.
const TYPED: &str = "typed";

/// Shortest text that somebody is spared writing anew, in characters.
const SHORTEST: usize = 10;

/// The form that a request sends, as far as it can be read; none where it sends none. Whoever reads the body after it finds
/// it empty.
pub(super) async fn sent(request: &Request, body: &mut RequestBody) -> Option<Form> {
    if request.method().is_safe() {
        return None;
    }
    let mut form = Form::default();
    if let Ok(upload) = Upload::from_request(request, body).await
        && let Ok((fields, file)) = upload.read().await
    {
        form = fields;
        if let Some(file) = file {
            // read to its end, so that the browser gets to read the answer
            file.pass_over(&mut form).await;
        }
    }
    *body = RequestBody::new(Body::empty());
    Some(form)
}

/// The way to the sign-in and back to a page; for somebody who has sent a form, with what they wrote in it.
pub(super) fn to_sign_in(reader: &Reader, path: &str, sent: Option<&Form>) -> Response {
    let page = sent.map_or_else(|| path.to_owned(), |_| page_of(path));
    let to: String = url::form_urlencoded::byte_serialize(page.as_bytes()).collect();
    let address = format!("{PATH}?to={to}");
    let Some(form) = sent else { return see(&address) };
    let (words, app) = (reader.words, &reader.app);
    let typed = typed_on(&page, form).map(|typed| Left::on(&page, typed, app.clock().now()));
    let sealed = typed.and_then(|left| left.seal(&app.keys()));
    let (text, written) = match sealed {
        Some(_) => (words.session_left_text(), Vec::new()),
        None => (words.session_over_text(), written(form)),
    };
    let mut told = SignInPage {
        choices: vec![(address, words.sign_in().to_owned())],
        written,
        ..SignInPage::notice(reader, words.session_over(), text, None)
    };
    if let Some((_, below)) = language::of_path(&page) {
        below.clone_into(&mut told.frame.here);
    }
    let mut answer = frame::answer(StatusCode::FORBIDDEN, &told.frame, &told);
    if let Some(sealed) = sealed {
        set_cookie(&mut answer, app, TYPED, &sealed, MINUTES_LEFT * 60);
    }
    answer
}

/// What was typed on a page that shows it again after the sign-in; nothing where none is.
fn typed_on(page: &str, form: &Form) -> Option<Vec<(String, String)>> {
    let (_, below) = language::of_path(page)?;
    let fields: Vec<(String, String)> = if flow::is_step(below) {
        let typed = flow::typed(form).into_iter();
        let one_by_one = |(name, values): (String, Vec<String>)| {
            values.into_iter().map(move |value| (name.clone(), value))
        };
        typed.flat_map(one_by_one).collect()
    } else if casework::case_page::is_here(below) {
        let typed = casework::kept::typed_for_deeds(form);
        typed.fields().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    } else {
        return None;
    };
    Some(fields).filter(|fields| fields.iter().any(|(_, value)| !value.trim().is_empty()))
}

/// What was typed on this page before the sign-in, of a browser that carries it.
pub(super) fn left_on(app: &App, request: &Request) -> Option<Form> {
    let text = cookie(request, &name(app, TYPED))?;
    let left = Left::open(&app.keys(), text, app.clock().now())?;
    let below = |path: &str| language::of_path(path).map(|(_, below)| below.to_owned());
    (below(&left.page) == below(&page_of(request.uri().path()))).then(|| {
        let fields = left.fields.into_iter();
        Form::of(fields.map(|(name, value)| (name, Zeroizing::new(value))).collect())
    })
}

/// True for a form that brings what its browser has carried past the sign-in.
pub fn brings(app: &App, request: &Request) -> bool {
    !request.method().is_safe()
        && session_of(app, request).is_some()
        && left_on(app, request).is_some()
}

/// Such a form has been answered, and its browser need carry nothing any more; unless nothing came of the form.
pub fn taken(app: &App, response: &mut Response) {
    if response.status() != StatusCode::FORBIDDEN && !response.status().is_server_error() {
        set_cookie(response, app, TYPED, "", 0);
    }
}

/// What somebody wrote in a form: its texts, not what was chosen, counted or put there by the page.
pub(super) fn written(form: &Form) -> Vec<String> {
    let texts = form.fields().map(|(_, value)| value.trim());
    let is_text =
        |text: &&str| text.contains(char::is_whitespace) && text.chars().count() >= SHORTEST;
    texts.filter(is_text).map(str::to_owned).collect()
}

/// The page that a form sent to this path stands on, which can be opened.
fn page_of(path: &str) -> String {
    let Some((above, last)) = path.rsplit_once('/') else { return path.to_owned() };
    match last {
        "delete" => format!("{above}/review"),
        "appeal" if above.contains("/casework/") => above.to_owned(),
        "bulk" | "deed" | "documents" | "file" | "for-holder" | "outcome" | "reasons"
        | "reference" | "views" | "withdrawal" => above.to_owned(),
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use zeroize::Zeroizing;

    use super::*;

    #[test]
    fn texts_are_shown_again_and_nothing_else_is() {
        let fields = [
            ("csrf", "Zm9yZXZlci1hbmQtZXZlcg.person"),
            ("number", "24885805988"),
            ("deed", "decide"),
            ("grounds", " Senderen er ikke merket.\r\nSe vedlegget. "),
            ("note", "Ja visst"),
        ];
        let owned =
            |(name, value): (&str, &str)| (name.to_owned(), Zeroizing::new(value.to_owned()));
        let form = Form::of(fields.map(owned).into());
        assert_eq!(written(&form), ["Senderen er ikke merket.\r\nSe vedlegget."]);
    }

    #[test]
    fn what_only_takes_forms_leads_to_the_page_they_stand_on() {
        for (path, page) in [
            ("/nb/casework/cases/1/deed", "/nb/casework/cases/1"),
            ("/nb/casework/cases/1/appeal", "/nb/casework/cases/1"),
            ("/nb/my-page/cases/1/appeal", "/nb/my-page/cases/1/appeal"),
            ("/nb/drafts/1/delete", "/nb/drafts/1/review"),
            ("/nb/drafts/1/usage", "/nb/drafts/1/usage"),
            ("/", "/"),
        ] {
            assert_eq!(page_of(path), page);
        }
    }
}
