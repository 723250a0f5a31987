//! The emergency contacts of a permit, in the same form as when it was applied for.

use askama::Template;
use poem::{
    Response, handler,
    http::StatusCode,
    web::{Data, Path},
};
use serde_json::{Value, json};

use super::{Notice, PATH as MY_PAGE, notice, permit::own_permit};
use crate::{
    app::App,
    failure::{Failure, FieldErrors},
    http::body,
    party,
    permit::{
        actions,
        contact::EmergencyContact,
        kind::{Kind, shared::parse_contacts},
        model::Permit,
        store,
        wire::ContactsForm,
    },
    web::{
        apply::{
            Around, Wrong, applicant,
            flow::typed,
            form::{self, Step},
            settled, values,
            view::{Sheet, Shown},
        },
        form::Form as Sent,
        frame::{self, Frame},
        sign_in::{SignedIn, Visitor, see},
    },
};

/// The page, below the language.
pub const PATH: &str = "/my-page/permits/:id/contacts";
const WRITE: &str = "anrop:permit.write";
const LIST: &str = "/emergencyContacts";

/// A page that is one step of a form.
#[derive(Template)]
#[template(path = "my_page/entry.html", config = "src/web/askama.toml")]
pub struct EntryPage {
    /// As of every page.
    pub frame: Frame,
    /// Around it.
    pub around: Around,
    pub(super) notice: Option<Notice>,
    /// Where the page leads back to: address and name.
    pub up: (String, String),
    /// What is said first.
    pub lead: &'static str,
    /// Where it is sent.
    pub action: String,
    /// Version that was read.
    pub version: i32,
    /// Fields.
    pub fields: Vec<Shown>,
    /// What is wrong.
    pub wrongs: Vec<Wrong>,
    /// Name of the button.
    pub save: &'static str,
}

/// Everything that is wrong with the fields of a page.
pub fn wrongs_of(fields: &[Shown]) -> Vec<Wrong> {
    let all = fields.iter().flat_map(Shown::all);
    all.flat_map(|(field, label)| {
        let address = Some(format!("#{}", field.id));
        field.errors.iter().map(move |found| Wrong {
            address: address.clone(),
            label: label.clone(),
            found: found.clone(),
        })
    })
    .collect()
}

/// The step of every form that asks for emergency contacts.
fn step() -> &'static Step {
    form::of(Kind::Plb).step("contacts").expect("the form of beacons asks for contacts").1
}

fn known(contacts: &[EmergencyContact]) -> Value {
    let one = |contact: &EmergencyContact| {
        let mut members = serde_json::Map::new();
        let mut put = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                members.insert(name.to_owned(), json!(value));
            }
        };
        put("name", Some(contact.name.clone()));
        put("phone", Some(contact.phone.dial()));
        put("alternativePhone", contact.alternative_phone.as_ref().map(|phone| phone.dial()));
        put("language", contact.language.map(|language| language.code().to_owned()));
        put("relation", contact.relation.clone());
        put("availability", contact.availability.clone());
        Value::Object(members)
    };
    json!({ "emergencyContacts": contacts.iter().map(one).collect::<Vec<_>>() })
}

fn entry(
    visitor: &SignedIn,
    permit: &Permit,
    typed: &Value,
    failure: Option<&Failure>,
) -> EntryPage {
    let reader = &visitor.reader;
    let words = reader.words;
    let sheet = Sheet {
        words,
        application: typed,
        is_person: true,
        errors: failure.map(Failure::fields).unwrap_or_default(),
        grows: reader.query.get("add"),
    };
    let fields = sheet.step(step());
    let mut frame =
        reader.frame(format!("{} – {}", words.permit_contacts(), permit.number)).about_persons();
    let up = format!("{MY_PAGE}/permits/{}", permit.id);
    frame.here = format!("{up}/contacts");
    EntryPage {
        around: Around::of(visitor),
        notice: None,
        up: (reader.link(&up), permit.number.clone()),
        lead: words.permit_contacts_lead(),
        action: reader.link(&frame.here),
        frame,
        version: permit.version,
        wrongs: wrongs_of(&fields),
        fields,
        save: words.permit_contacts_save(),
    }
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
        let contacts = store::contacts(app.db().read(), &app.keys(), permit.id).await?;
        Ok::<_, Failure>(entry(&visitor, &permit, &known(&contacts), None))
    };
    let page = shown.await;
    settled(&visitor, page.map(|page| frame::answer(StatusCode::OK, &page.frame, &page)))
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
    let mut application = json!({});
    values::take(step(), &typed(sent), &mut application, true);
    let deed = sent.get("deed");
    if deed.starts_with("add:") || deed.starts_with("remove:") {
        // nothing is saved yet: what was typed is shown again with one more or one less
        let sheet_grows = deed.starts_with("add:").then_some(LIST);
        let mut page = entry(visitor, &permit, &application, None);
        page.fields = Sheet {
            words: visitor.reader.words,
            application: &application,
            is_person: true,
            errors: &[],
            grows: sheet_grows,
        }
        .step(step());
        page.version = sent.get("version").parse().unwrap_or_default();
        return Ok(frame::answer(StatusCode::OK, &page.frame, &page));
    }
    let failure = match replace(app, visitor, &permit, sent, &application).await {
        Ok(()) => {
            let done = visitor.reader.link(format_args!("{MY_PAGE}/permits/{id}?done=yes"));
            return Ok(see(&done));
        }
        Err(failure) => failure,
    };
    let mut page = entry(visitor, &permit, &application, Some(&failure));
    if page.wrongs.is_empty() {
        page.notice = Some(notice(&visitor.reader, failure)?);
    }
    let status = page.notice.as_ref().map_or(StatusCode::UNPROCESSABLE_ENTITY, |said| said.status);
    Ok(frame::answer(status, &page.frame, &page))
}

async fn replace(
    app: &App,
    visitor: &SignedIn,
    permit: &Permit,
    sent: &Sent,
    application: &Value,
) -> Result<(), Failure> {
    let form: ContactsForm = body::parse(application.to_string().as_bytes())?;
    let mut errors = FieldErrors::new();
    errors.merge_sizes(validator::Validate::validate(&form));
    let contacts = parse_contacts(&form.emergency_contacts, LIST, true, &mut errors);
    let contacts = errors.finish(Some(contacts))?;
    let version = sent.get("version").parse().map_err(|_| Failure::stale())?;
    let sight = party::actions::own_sight_of(app, &visitor.caller).await?;
    actions::replace_contacts(app, &visitor.caller, sight, permit.id, version, &contacts).await?;
    Ok(())
}
