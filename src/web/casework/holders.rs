//! The search for holders. What is searched by is posted, so that nothing personal stands in an address;
//! whom the answer shows is logged, as by the operation.

use askama::Template;
use poem::{Response, handler, http::StatusCode, web::Data};

use super::{HOLDERS_PATH, Inside, PATH, caseworker, day, facts::PermitRow, frame_at};
use crate::{
    app::App,
    case::store::{self, CaseQuery},
    failure::{Failure, Problem},
    identity::Sight,
    legal_hold,
    party::{
        actions,
        api::HolderSearch,
        model::{Identity, Party},
    },
    permit,
    values::calendar::oslo_date,
    web::{
        form::Form,
        frame::{self, Frame},
        problems,
        sign_in::{SignedIn, Visitor},
    },
};

/// Cases shown of each holder.
const CASES: u64 = 10;

crate::web::texts::texts! {
    cwh_lead: "Søk på ett eller flere av feltene. Hvem du finner, blir logget som utlevering.", "Søk på eitt eller fleire av felta. Kven du finn, blir logga som utlevering.", "Search by one or more of the fields. Whom you find is logged as a disclosure.";
    cwh_name: "Navn eller en del av det", "Namn eller ein del av det", "Name or part of it";
    cwh_number: "Fødselsnummer eller organisasjonsnummer", "Fødselsnummer eller organisasjonsnummer", "National id or organisation number";
    cwh_phone: "Telefon", "Telefon", "Telephone";
    cwh_birth: "Fødselsdato", "Fødselsdato", "Birth date";
    cwh_sign: "Kallesignal", "Kallesignal", "Call sign";
    cwh_permit: "Nummer på tillatelsen", "Nummer på løyvet", "Number of the permit";
    cwh_purpose: "Hva søket gjelder", "Kva søket gjeld", "What the search is for";
    cwh_search: "Søk", "Søk", "Search";
    cwh_wrong: "Fyll ut minst ett felt riktig, og skriv hva søket gjelder.", "Fyll ut minst eitt felt rett, og skriv kva søket gjeld.", "Fill in at least one field correctly, and write what the search is for.";
    cwh_none: "Ingen passer.", "Ingen passar.", "Nobody fits.";
    cwh_found(count): "{count} funnet", "{count} funne", "{count} found";
    cwh_person: "Person", "Person", "Person";
    cwh_held: "Under bevaringsplikt: ingenting slettes", "Under bevaringsplikt: ingenting blir sletta", "Under legal hold: nothing is destroyed";
    cwh_protected: "Adressen er beskyttet", "Adressa er verna", "The address is protected";
}

/// Somebody who was found.
struct Holder {
    id: String,
    name: String,
    what: String,
    address: String,
    is_protected: bool,
    is_held: bool,
    permits: Vec<PermitRow>,
    cases: Vec<(String, String, &'static str)>,
}

/// Something to search by.
struct Field {
    name: &'static str,
    label: &'static str,
    /// What the browser takes it for.
    kind: &'static str,
    value: String,
    /// Its largest length.
    most: u32,
}

#[derive(Template)]
#[template(path = "casework_holders.html", config = "src/web/askama.toml")]
struct HoldersPage {
    frame: Frame,
    inside: Inside,
    fields: Vec<Field>,
    is_wrong: bool,
    found: Option<(String, Vec<Holder>)>,
}

fn page(visitor: &SignedIn, form: &Form) -> HoldersPage {
    let words = visitor.reader.words;
    let field = |name: &'static str, label: &'static str, most: u32| {
        let kind = match name {
            "phone" => "tel",
            "birth" => "date",
            _ => "text",
        };
        Field { name, label, kind, value: form.get(name).to_owned(), most }
    };
    HoldersPage {
        frame: frame_at(visitor, words.cw_holders(), HOLDERS_PATH),
        inside: Inside::of(visitor, HOLDERS_PATH),
        fields: vec![
            field("name", words.cwh_name(), 200),
            field("birth", words.cwh_birth(), 10),
            field("phone", words.cwh_phone(), 30),
            field("number", words.cwh_number(), 20),
            field("sign", words.cwh_sign(), 12),
            field("permit", words.cwh_permit(), 30),
            field("purpose", words.cwh_purpose(), 200),
        ],
        is_wrong: false,
        found: None,
    }
}

/// The empty form.
#[handler]
pub async fn open(visitor: Visitor) -> poem::Result<Response> {
    let visitor = caseworker(visitor, "anrop:holder.search")?;
    let page = page(&visitor, &Form::default());
    Ok(frame::answer(StatusCode::OK, &page.frame, &page))
}

/// Searches.
#[handler]
pub async fn find(visitor: Visitor, form: Form, Data(app): Data<&App>) -> poem::Result<Response> {
    let visitor = caseworker(visitor, "anrop:holder.search")?;
    visitor.own(&form)?;
    let mut page = page(&visitor, &form);
    match search(app, &visitor, &form).await {
        Ok(found) => {
            let words = visitor.reader.words;
            page.found = Some((words.cwh_found(found.len()), found));
        }
        Err(failure) if failure.problem() == Problem::InvalidContent => page.is_wrong = true,
        Err(failure) => return Ok(problems::page(&visitor.reader, failure)),
    }
    let status = if page.is_wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(frame::answer(status, &page.frame, &page))
}

async fn search(app: &App, visitor: &SignedIn, form: &Form) -> Result<Vec<Holder>, Failure> {
    let given = |name: &str| Some(form.get(name).to_owned()).filter(|text| !text.is_empty());
    let digits = |text: &String| text.chars().filter(char::is_ascii_digit).count();
    let (organisation_number, national_id) = match given("number") {
        Some(number) if digits(&number) == 9 => (Some(number), None),
        number => (None, number),
    };
    let birth_date = match given("birth") {
        Some(text) => Some(day(&text).ok_or_else(|| {
            Failure::at("/birthDate", "malformed", "Give the day as year, month and day.")
        })?),
        None => None,
    };
    let search = HolderSearch {
        name: given("name"),
        phone: given("phone"),
        birth_date,
        national_id,
        organisation_number,
        call_sign: given("sign"),
        permit_number: given("permit"),
        purpose: form.get("purpose").to_owned(),
    };
    let found = actions::search(app, &visitor.caller, &search.parse()?).await?;
    let ids: Vec<_> = found.iter().map(|party| party.id).collect();
    let today = oslo_date(app.clock().now());
    let held = legal_hold::store::held_of(app.db().read(), &ids, today).await?;
    let mut holders = Vec::with_capacity(found.len());
    for party in found {
        let is_held = held.contains(&party.id);
        holders.push(Holder { is_held, ..shown(app, visitor, &party).await? });
    }
    Ok(holders)
}

async fn shown(app: &App, visitor: &SignedIn, party: &Party) -> Result<Holder, Failure> {
    let reader = &visitor.reader;
    let connection = app.db().read();
    let own = Sight::Party(party.id);
    let query = permit::store::PermitQuery {
        kinds: visitor.caller.handled(),
        ..permit::store::PermitQuery::default()
    };
    let (permits, _) = permit::store::list(connection, own, query, None, CASES).await?;
    let asked = CaseQuery { kinds: visitor.caller.kinds(), ..CaseQuery::default() };
    let cases = store::page(connection, own, &asked, CASES).await?;
    let address = &party.details.address;
    let lines = address.lines().iter().cloned();
    let place =
        [address.postal_code().unwrap_or_default(), address.post_town().to_owned()].join(" ");
    Ok(Holder {
        id: party.id.to_string(),
        name: party.details.name.clone(),
        what: match &party.identity {
            Identity::Person { .. } => reader.words.cwh_person().to_owned(),
            Identity::Organisation { number } => number.to_string(),
        },
        address: lines.chain([place.trim().to_owned()]).collect::<Vec<_>>().join(", "),
        is_protected: party.protected,
        is_held: false,
        permits: permits.iter().map(|one| PermitRow::of(reader, one)).collect(),
        cases: cases
            .iter()
            .map(|case| {
                let link = reader.link(format_args!("{PATH}/cases/{}", case.id));
                (link, case.display_number(), reader.words.case_status(case.status))
            })
            .collect(),
    })
}
