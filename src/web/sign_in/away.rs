//! A form that came when its session was over, or another had begun: nothing it asks for is done, but what somebody wrote
//! in it is shown to them, once, so that they need not write it again. Nothing of it is kept.

use poem::{Body, FromRequest as _, Request, RequestBody, Response, http::StatusCode};

use super::{PATH, SignInPage, see};
use crate::web::{
    form::Form,
    frame::{self, Reader},
    language,
    upload::Upload,
};

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
    let words = reader.words;
    let mut told = SignInPage {
        choices: vec![(address, words.sign_in().to_owned())],
        written: written(form),
        ..SignInPage::notice(reader, words.session_over(), words.session_over_text(), None)
    };
    if let Some((_, below)) = language::of_path(&page) {
        below.clone_into(&mut told.frame.here);
    }
    frame::answer(StatusCode::FORBIDDEN, &told.frame, &told)
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
