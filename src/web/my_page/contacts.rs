//! The emergency contacts of a permit, in the same form as when it was applied for; for its holder, and for a caseworker to whom
//! the holder has written or who was called (`casework/contacts.rs`).

use poem::{
    Response, handler,
    web::{Data, Path},
};
use serde_json::{Value, json};

use super::{
    Notice, PATH as MY_PAGE,
    entry::{EntryPage, Filled, again, done, sent_for},
    permit::own_permit,
};
use crate::{
    app::App,
    draft::basis,
    failure::{Failure, FieldErrors},
    http::body,
    identity::Sight,
    party,
    permit::{
        actions,
        kind::{Kind, shared::parse_contacts},
        model::Permit,
        store,
        wire::ContactsForm,
    },
    web::{
        apply::{
            Around, applicant,
            form::{self, Step},
            settled,
        },
        form::Form as Sent,
        sign_in::{SignedIn, Visitor},
    },
};

/// The page, below the language.
pub const PATH: &str = "/my-page/permits/:id/contacts";
const WRITE: &str = "anrop:permit.write";
const LIST: &str = "/emergencyContacts";

/// The step of every form that asks for emergency contacts.
fn step() -> &'static Step {
    form::of(Kind::Plb).step("contacts").expect("the form of beacons asks for contacts").1
}

/// The page; `up` is where the permit is, below the language.
fn entry(visitor: &SignedIn, permit: &Permit, up: &str, filled: &Filled<'_>) -> EntryPage {
    let reader = &visitor.reader;
    let words = reader.words;
    let mut frame =
        reader.frame(format!("{} – {}", words.permit_contacts(), permit.number)).about_persons();
    frame.here = format!("{up}/contacts");
    EntryPage {
        around: Around::of(visitor),
        notice: Notice::saved(reader),
        unsent: None,
        up: (reader.link(up), permit.number.clone()),
        lead: words.permit_contacts_lead().to_owned(),
        facts: Vec::new(),
        texts: Vec::new(),
        action: reader.link(&frame.here),
        frame,
        version: permit.version,
        wrongs: Vec::new(),
        fields: filled.fields(visitor),
        save: words.permit_contacts_save(),
    }
}

fn filled<'a>(
    typed: &'a Value,
    failure: Option<&'a Failure>,
    grows: Option<&'a str>,
) -> Filled<'a> {
    Filled { step: step(), is_person: true, typed, failure, grows }
}

/// Shows them.
#[handler]
pub async fn show(
    visitor: Visitor,
    Path(id): Path<String>,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = applicant(visitor, WRITE)?;
    let shown = async {
        let permit = own_permit(app, &visitor, &id).await?;
        shown_at(app, &visitor, &permit, &format!("{MY_PAGE}/permits/{id}")).await
    };
    settled(&visitor, shown.await)
}

/// The contacts of a permit whose page is at `up`.
///
/// # Errors
/// When the database does not answer.
pub async fn shown_at(
    app: &App,
    visitor: &SignedIn,
    permit: &Permit,
    up: &str,
) -> Result<Response, Failure> {
    let contacts = store::contacts(app.db().read(), &app.keys(), permit.id).await?;
    let known = json!({ "emergencyContacts": basis::contacts_of(&contacts) });
    let grows = visitor.reader.query.get("add");
    Ok(entry(visitor, permit, up, &filled(&known, None, grows)).answer())
}

/// Replaces them.
#[handler]
pub async fn save(
    visitor: Visitor,
    Path(id): Path<String>,
    sent: Sent,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = applicant(visitor, WRITE)?;
    visitor.own(&sent)?;
    settled(&visitor, saved(app, &visitor, &id, &sent).await)
}

async fn saved(app: &App, visitor: &SignedIn, id: &str, sent: &Sent) -> Result<Response, Failure> {
    let permit = own_permit(app, visitor, id).await?;
    let sight = party::actions::own_sight_of(app, &visitor.caller).await?;
    saved_at(app, visitor, (&permit, sight), &format!("{MY_PAGE}/permits/{id}"), sent).await
}

/// Replaces the contacts of a permit whose page is at `up`.
///
/// # Errors
/// What a page of its own must be made of.
pub async fn saved_at(
    app: &App,
    visitor: &SignedIn,
    (permit, sight): (&Permit, Sight),
    up: &str,
    sent: &Sent,
) -> Result<Response, Failure> {
    let typed = sent_for(step(), sent, true);
    let deed = sent.get("deed");
    if deed.starts_with("add:") || deed.starts_with("remove:") {
        // nothing is saved yet: what was typed is shown again with one more or one less
        let grows = deed.starts_with("add:").then_some(LIST);
        let mut page = entry(visitor, permit, up, &filled(&typed, None, grows));
        page.version = sent.get("version").parse().unwrap_or_default();
        return Ok(page.answer());
    }
    match replace(app, visitor, (permit, sight), sent, &typed).await {
        Ok(()) => Ok(done(visitor, &format!("{up}?done=yes"))),
        Err(failure) => {
            let page = entry(visitor, permit, up, &filled(&typed, Some(&failure), None));
            again(visitor, page, failure)
        }
    }
}

async fn replace(
    app: &App,
    visitor: &SignedIn,
    (permit, sight): (&Permit, Sight),
    sent: &Sent,
    application: &Value,
) -> Result<(), Failure> {
    let form: ContactsForm = body::parse(application.to_string().as_bytes())?;
    let mut errors = FieldErrors::new();
    errors.merge_sizes(validator::Validate::validate(&form));
    let contacts = parse_contacts(&form.emergency_contacts, LIST, true, None, &mut errors);
    let contacts = errors.finish(Some(contacts))?;
    let version = sent.get("version").parse().map_err(|_| Failure::stale())?;
    actions::replace_contacts(app, &visitor.caller, sight, permit.id, version, &contacts).await?;
    Ok(())
}
