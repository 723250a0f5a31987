//! Who has got or read the reader's data, as the interface tells it.

use askama::Template;
use poem::{Response, handler, http::StatusCode, web::Data};

use super::{PATH as MY_PAGE, SCOPE};
use crate::{
    app::App,
    disclosure::policy::{Field, Policy, Recipient},
    failure::Failure,
    party::disclosures::{
        api::{Listed, given_of},
        rules,
        store::Told,
    },
    web::{
        apply::{Around, applicant, settled},
        frame::{self, Frame},
        sign_in::{SignedIn, Visitor},
        texts::Words,
    },
};

/// The page, below the language.
pub const PATH: &str = "/my-page/disclosures";
/// Entries on a page.
const LIMIT: u64 = 50;

/// One time somebody got data.
struct Row {
    when: String,
    who: String,
    purpose: String,
    is_look_up: bool,
    /// Where the permit is, and its number.
    permit: Option<(String, String)>,
    fields: Vec<String>,
}

#[derive(Template)]
#[template(path = "my_page/disclosures.html", config = "src/web/askama.toml")]
struct DisclosuresPage {
    frame: Frame,
    around: Around,
    days: i64,
    rows: Vec<Row>,
    total: String,
    older: Option<String>,
}

/// Shows it.
#[handler]
pub async fn show(visitor: Visitor, Data(app): Data<&App>) -> poem::Result<Response> {
    let visitor = applicant(visitor, SCOPE)?;
    let page = page(app, &visitor).await;
    settled(&visitor, page.map(|page| frame::answer(StatusCode::OK, &page.frame, &page)))
}

async fn page(app: &App, visitor: &SignedIn) -> Result<DisclosuresPage, Failure> {
    let reader = &visitor.reader;
    let words = reader.words;
    let cursor = reader.query.get("cursor");
    let Listed { told, total, next } = given_of(app, &visitor.caller, cursor, LIMIT).await?;
    let mut frame = reader.frame(words.given_title()).about_persons();
    PATH.clone_into(&mut frame.here);
    Ok(DisclosuresPage {
        around: Around::of(visitor),
        days: rules::days(app.clock().now()),
        rows: told.into_iter().map(|one| row(visitor, one)).collect(),
        total: words.number(total),
        older: next.map(|cursor| reader.link(format_args!("{PATH}?cursor={cursor}"))),
        frame,
    })
}

fn row(visitor: &SignedIn, told: Told) -> Row {
    let reader = &visitor.reader;
    let words = reader.words;
    let permit = told
        .permit
        .map(|(id, number)| (reader.link(format_args!("{MY_PAGE}/permits/{id}")), number));
    Row {
        when: words.moment(told.at),
        who: recipient(words, &told.recipient),
        purpose: purpose(words, &told.purpose),
        is_look_up: told.is_look_up,
        permit,
        fields: told.fields.iter().map(|name| field(words, name)).collect(),
    }
}

/// A recipient in the words of the policy.
fn recipient(words: Words, code: &str) -> String {
    let known = Recipient::ALL.iter().find(|one| one.as_str() == code);
    let name = known.map(|one| Policy::load().recipient_name(*one, words.language()));
    name.unwrap_or(code).to_owned()
}

/// A purpose in the words of the policy.
fn purpose(words: Words, id: &str) -> String {
    let known = Policy::load().purpose(id);
    known.map_or(id, |one| one.title.get(words.language())).to_owned()
}

/// A field in the words of the policy; contacts are logged as one.
fn field(words: Words, name: &str) -> String {
    if name == "contacts" {
        return words.permit_contacts().to_owned();
    }
    let known = Field::ALL.iter().find(|one| one.as_str() == name);
    known.map_or(name, |one| Policy::load().field_name(*one, words.language())).to_owned()
}

crate::web::texts::texts! {
    given_title: "Hvem har fått opplysninger om deg", "Kven har fått opplysningar om deg", "Who has got data about you";
    given_lead: "Hver gang noen får eller leser opplysninger om deg, skrives det ned. Her står hvem, når, til hva og hvilke opplysninger. Det bevares i fem år.", "Kvar gong nokon får eller les opplysningar om deg, blir det skrive ned. Her står kven, når, til kva og kva opplysningar. Det blir teke vare på i fem år.", "Each time somebody gets or reads data about you, it is written down. Here you see who, when, for what and which data. It is kept for five years.";
    given_delay(days): "Redningssentralens oppslag vises når alarmen er avklart som falsk eller en prøve, ellers etter {days} dager.", "Oppslaga til redningssentralen blir viste når alarmen er avklart som falsk eller ein prøve, elles etter {days} dagar.", "Look-ups by the rescue centre are shown when the alarm has been found false or a test, otherwise after {days} days.";
    given_none: "Ingen har fått opplysninger om deg.", "Ingen har fått opplysningar om deg.", "Nobody has got data about you.";
    given_when: "Når", "Når", "When";
    given_who: "Hvem", "Kven", "Who";
    given_why: "Til hva", "Til kva", "For what";
    given_what: "Hvilke opplysninger", "Kva opplysningar", "Which data";
    given_looked_up: "Slo det opp", "Slo det opp", "Looked it up";
    given_older: "Eldre", "Eldre", "Older";
}
