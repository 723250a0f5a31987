//! One's own name, address, telephone, e-mail and language, in the same form as when applying.

use poem::{Response, handler, web::Data};
use serde_json::{Value, json};

use super::{
    Notice, PATH as MY_PAGE, SCOPE,
    entry::{EntryPage, Filled, again, done, sent_for},
};
use crate::{
    app::App,
    draft::basis::known_of,
    failure::{Failure, FieldErrors},
    http::body,
    party::{self, model::Party, wire::Contactable},
    permit::kind::Kind,
    web::{
        apply::{
            Around, applicant,
            form::{self, Step},
            is_person, settled,
        },
        form::Form as Sent,
        sign_in::{SignedIn, Visitor},
    },
};

/// The page, below the language.
pub const PATH: &str = "/my-page/me";

/// The step of every form that asks for the applicant.
pub fn step() -> &'static Step {
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
    // the birth date is not changed here, so it is not asked for
    let filled = Filled { step: step(), is_person: false, typed, failure, grows: None };
    let mut frame = reader.frame(words.my_data()).about_persons();
    PATH.clone_into(&mut frame.here);
    let lead = if party.is_some() { words.my_data_lead() } else { words.my_data_unknown() };
    EntryPage {
        around: Around::of(visitor),
        notice: Notice::saved(reader),
        unsent: None,
        up: (reader.link(MY_PAGE), words.my_page().to_owned()),
        lead: lead.to_owned(),
        facts: Vec::new(),
        texts: Vec::new(),
        action: reader.link(PATH),
        frame,
        version: party.map_or(0, |party| party.version),
        wrongs: Vec::new(),
        fields: if party.is_some() { filled.fields(visitor) } else { Vec::new() },
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
            Some(party) => known_of(party)?,
            None => json!({}),
        };
        Ok(entry(&visitor, party.as_ref(), &json!({ "applicant": known }), None).answer())
    };
    settled(&visitor, shown.await)
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
    let typed = sent_for(step(), sent, false);
    match correct(app, visitor, sent, &typed).await {
        Ok(()) => Ok(done(visitor, &format!("{PATH}?done=yes"))),
        Err(failure) => {
            let page = entry(visitor, Some(&party), &typed, Some(&failure));
            again(visitor, page, failure)
        }
    }
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
