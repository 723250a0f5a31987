//! One's own name, address, telephone, e-mail and language, in the same form as when applying.

use poem::{Response, handler, http::StatusCode, web::Data};
use serde_json::{Value, json};

use super::{
    Notice, PATH as MY_PAGE, SCOPE,
    contacts::{EntryPage, wrongs_of},
    notice,
};
use crate::{
    app::App,
    failure::{Failure, FieldErrors},
    http::body,
    party::{self, model::Party, wire::Contactable},
    permit::kind::Kind,
    web::{
        apply::{
            Around, applicant,
            flow::typed,
            form::{self, Step},
            is_person, settled, start, values,
            view::Sheet,
        },
        form::Form as Sent,
        frame,
        sign_in::{SignedIn, Visitor, see},
    },
};

/// The page, below the language.
pub const PATH: &str = "/my-page/me";

/// The step of every form that asks for the applicant.
fn step() -> &'static Step {
    form::of(Kind::Plb).step("applicant").expect("every form asks for the applicant").1
}

fn entry(
    visitor: &SignedIn,
    party: Option<&Party>,
    typed: &Value,
    failure: Option<&Failure>,
) -> EntryPage {
    let reader = &visitor.reader;
    let words = reader.words;
    let sheet = Sheet {
        words,
        application: typed,
        // the birth date is not changed here, so it is not asked for
        is_person: false,
        errors: failure.map(Failure::fields).unwrap_or_default(),
        grows: None,
    };
    let fields = if party.is_some() { sheet.step(step()) } else { Vec::new() };
    let mut frame = reader.frame(words.my_data()).about_persons();
    PATH.clone_into(&mut frame.here);
    EntryPage {
        around: Around::of(visitor),
        notice: Notice::saved(reader),
        up: (reader.link(MY_PAGE), words.my_page().to_owned()),
        lead: if party.is_some() { words.my_data_lead() } else { words.my_data_unknown() },
        action: reader.link(PATH),
        frame,
        version: party.map_or(0, |party| party.version),
        wrongs: wrongs_of(&fields),
        fields,
        save: words.my_save(),
    }
}

async fn own_party(app: &App, visitor: &SignedIn) -> Result<Option<Party>, Failure> {
    party::actions::party_of(app, app.db().read(), &visitor.caller).await
}

/// Shows them.
#[handler]
pub async fn show(visitor: Visitor, Data(app): Data<&App>) -> poem::Result<Response> {
    let visitor = applicant(visitor, SCOPE)?;
    let shown = async {
        let party = own_party(app, &visitor).await?;
        let known = match &party {
            Some(party) => start::known_of(party)?,
            None => json!({}),
        };
        Ok::<_, Failure>(entry(&visitor, party.as_ref(), &json!({ "applicant": known }), None))
    };
    let page = shown.await;
    settled(&visitor, page.map(|page| frame::answer(StatusCode::OK, &page.frame, &page)))
}

/// Corrects them.
#[handler]
pub async fn save(visitor: Visitor, sent: Sent, Data(app): Data<&App>) -> poem::Result<Response> {
    let visitor = applicant(visitor, SCOPE)?;
    visitor.own(&sent)?;
    settled(&visitor, saved(app, &visitor, &sent).await)
}

async fn saved(app: &App, visitor: &SignedIn, sent: &Sent) -> Result<Response, Failure> {
    let party = own_party(app, visitor).await?.ok_or_else(Failure::not_found)?;
    let mut application = json!({});
    values::take(step(), &typed(sent), &mut application, false);
    let failure = match correct(app, visitor, sent, &application).await {
        Ok(()) => return Ok(see(&visitor.reader.link(format_args!("{PATH}?done=yes")))),
        Err(failure) => failure,
    };
    let mut page = entry(visitor, Some(&party), &application, Some(&failure));
    if page.wrongs.is_empty() {
        page.notice = Some(notice(&visitor.reader, failure)?);
    }
    let status = page.notice.as_ref().map_or(StatusCode::UNPROCESSABLE_ENTITY, |said| said.status);
    Ok(frame::answer(status, &page.frame, &page))
}

async fn correct(
    app: &App,
    visitor: &SignedIn,
    sent: &Sent,
    application: &Value,
) -> Result<(), Failure> {
    let text = application["applicant"].to_string();
    let contact: Contactable =
        body::parse(text.as_bytes()).map_err(|failure| failure.below("/applicant"))?;
    let mut errors = FieldErrors::new();
    let details = contact.parse("/applicant", is_person(&visitor.caller), &mut errors);
    let details = errors.finish(details)?;
    let version = sent.get("version").parse().map_err(|_| Failure::stale())?;
    party::actions::amend(app, &visitor.caller, version, &details).await?;
    Ok(())
}
