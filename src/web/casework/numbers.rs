//! Numbers at the desk: what is registered of a number and what became of it, a form to change numbers that only the published
//! list says are assigned (`change.rs`), and the permits whose series can be moved. It must not change anything itself.

mod change;

pub use change::act;

use askama::Template;
use chrono::{Datelike as _, NaiveDate};
use poem::{Response, handler, http::StatusCode, web::Data};
use uuid::Uuid;

use super::{
    CASE_PATH, Inside, PERMIT_PATH, Refusal, caseworker,
    series_transfer::{self, percent},
};
use crate::{
    app::App,
    failure::{Failure, Problem},
    http::page,
    numbering::{
        list::{
            model::{Cause, RangeChange},
            store as changes,
            wire::ChangeName,
        },
        model::{NumberRangeRow, RangeStatus},
        search, store,
    },
    party,
    permit::kind::{Kind, numbering::rules::for_people},
    series_transfer::rules::needed,
    utilisation,
    values::{
        calendar::oslo_date,
        ids::PartyId,
        number_resource::{Notation, Resource, ResourceType},
    },
    web::{
        form::Form,
        frame::{self, Frame, Reader},
        parts::{Paging, Wrongs},
        query::Wrong,
        sign_in::{SignedIn, Visitor},
        texts::Words,
    },
};

/// The page, below the language.
pub const PATH: &str = "/casework/number-ranges";
const SCOPE: &str = "anrop:permit.decide";
const LIST: &str = "casework-number-series";
/// Permits on a page.
const LIMIT: u64 = 50;

crate::web::texts::texts! {
    cwnr_title: "Nummer", "Nummer", "Numbers";
    cwnr_lead: "Hva som er registrert om et nummer, numre som bare den publiserte listen sier er tildelt, og tillatelser med nummerserier.", "Kva som er registrert om eit nummer, nummer som berre den publiserte lista seier er tildelte, og løyve med nummerseriar.", "What is registered of a number, numbers that only the published list says are assigned, and permits with number series.";
    cwnr_number: "Nummer, kode eller navn", "Nummer, kode eller namn", "Number, code or name";
    cwnr_by_digits: "Telefonnummer, etter antall sifre", "Telefonnummer, etter talet på siffer", "Telephone number, by its count of digits";
    cwnr_wrong_number: "Skriv ett nummer slik det står i planen, og velg typen for koder og navn.", "Skriv eitt nummer slik det står i planen, og vel typen for kodar og namn.", "Write one number as it stands in the plan, and choose the type of codes and names.";
    cwnr_nothing: "Ingenting er registrert om dette nummeret.", "Ingenting er registrert om dette nummeret.", "Nothing is registered of this number.";
    cwnr_reserved: "holdt av for en sak", "halde av for ei sak", "held for a case";
    cwnr_free_again: "gitt tilbake, ledig", "gjeve tilbake, ledig", "returned, free";
    cwnr_taken_back: "trukket tilbake, ledig", "trekt tilbake, ledig", "withdrawn, free";
    cwnr_history: "Hva som har skjedd", "Kva som har skjedd", "What became of it";
    cwnr_no_history: "Ingen endringer.", "Ingen endringar.", "No changes.";
    cwnr_list_says_else: "En nyere liste sier noe annet", "Ei nyare liste seier noko anna", "A later list says something else";
    cwnr_list_lacks: "En nyere liste har dem ikke", "Ei nyare liste har dei ikkje", "A later list does not have them";
    cwnr_returned: "Gitt tilbake av tilbyderen", "Gjevne tilbake av tilbydaren", "Returned by the provider";
    cwnr_withdrawn: "Trukket tilbake av oss", "Trekte tilbake av oss", "Withdrawn by us";
    cwnr_transferred: "Overført til en annen tilbyder", "Overførte til ein annan tilbydar", "Handed over to another provider";
    cwnr_into_permit: "Tatt inn i en tillatelse", "Tekne inn i eit løyve", "Taken into a permit";
    cwnr_before(provider): "Før: {provider}", "Før: {provider}", "Before: {provider}";
    cwnr_after(provider): "Nå: {provider}", "No: {provider}", "Now: {provider}";
    cwnr_change: "Endre numre som bare listen har", "Endre nummer som berre lista har", "Change numbers that only the list has";
    cwnr_hint: "En hel serie fra listen eller en del av en. Det gjelder med en gang og vises i den offentlige listen.", "Ein heil serie frå lista eller ein del av ein. Det gjeld med ein gong og blir vist i den offentlege lista.", "A whole range of the list, or a part of one. It takes effect at once and is shown in the public list.";
    cwnr_range: "Numrene, fra og til", "Numra, frå og til", "The numbers, from and to";
    cwnr_fate: "Hva som skjer med dem", "Kva som skjer med dei", "What becomes of them";
    cwnr_provider: "Ny tilbyder, ved overføring", "Ny tilbydar, ved overføring", "New provider, when handed over";
    cwnr_organisation: "Organisasjonsnummeret til den nye tilbyderen", "Organisasjonsnummeret til den nye tilbydaren", "Organisation number of the new provider";
    cwnr_grounds: "Hvorfor", "Kvifor", "Why";
    cwnr_do: "Endre numrene", "Endre numra", "Change the numbers";
    cwnr_wrong_range: "Skriv numrene slik: 22 00 00 00-22 00 99 99, og velg typen for koder og navn.", "Skriv numra slik: 22 00 00 00-22 00 99 99, og vel typen for kodar og namn.", "Write the numbers as 22 00 00 00-22 00 99 99, and choose the type of codes and names.";
    cwnr_wrong_provider: "Ved overføring skriver du navnet på den nye tilbyderen, ellers ikke.", "Ved overføring skriv du namnet på den nye tilbydaren, elles ikkje.", "Write the name of the new provider when the numbers are handed over, and only then.";
    cwnr_wrong_organisation: "Skriv et organisasjonsnummer på ni sifre som finnes.", "Skriv eit organisasjonsnummer på ni siffer som finst.", "Write an organisation number of nine digits that exists.";
    cwnr_wrong_grounds: "Skriv hvorfor, med høyst 2000 tegn.", "Skriv kvifor, med høgst 2000 teikn.", "Say why, in 2,000 characters at most.";
    cwnr_not_so: "Numrene står slik at dette ikke kan gjøres.", "Numra står slik at dette ikkje kan gjerast.", "As the numbers stand, this cannot be done.";
    cwnr_permits: "Tillatelser med nummerserier", "Løyve med nummerseriar", "Permits with number series";
    cwnr_permits_none: "Ingen.", "Ingen.", "None.";
    cwnr_holder: "Tilbyder", "Tilbydar", "Provider";
    cwnr_most_out(year): "Mest portert ut i {year}", "Mest portert ut i {year}", "Most ported out in {year}";
    cwnr_may_move: "kan flyttes", "kan flyttast", "may be moved";
    cwnr_move_of(number): "Flytt en nummerserie av {number}", "Flytt ein nummerserie av {number}", "Move a number series of {number}";
}

/// What can become of numbers of the list, by the code in the form.
const FATES: [(&str, ChangeName); 3] = [
    ("returned", ChangeName::Returned),
    ("withdrawn", ChangeName::Withdrawn),
    ("transferred", ChangeName::Transferred),
];

/// A choice of a list.
struct Choice {
    code: &'static str,
    name: &'static str,
    is_chosen: bool,
}

/// A range as it stands.
struct Range {
    numbers: String,
    status: &'static str,
    provider: String,
    /// Where the permit or case is to which it belongs, and what that is.
    belongs_to: Option<(String, &'static str)>,
}

/// Something that became of numbers.
struct Past {
    what: &'static str,
    numbers: String,
    lines: Vec<String>,
    /// When and by whom.
    by: String,
}

/// What is registered of a number.
struct Found {
    title: String,
    ranges: Vec<Range>,
    past: Vec<Past>,
}

/// A permit with a series.
struct Series {
    number: String,
    holder: String,
    permit: String,
    link: String,
    /// The largest share of a series by the last report.
    share: String,
    may_move: bool,
}

#[derive(Template)]
#[template(path = "casework_numbers.html", config = "src/web/askama.toml")]
struct NumbersPage {
    frame: Frame,
    inside: Inside,
    /// What is wrong in the address.
    asked: Wrongs,
    number: String,
    types: Vec<Choice>,
    found: Option<Found>,
    is_done: bool,
    /// Why it was refused.
    refused: Option<Refusal>,
    /// Fields of the form that are wrong, by name.
    wrongs: Vec<(&'static str, &'static str)>,
    range: String,
    kinds: Vec<Choice>,
    fates: Vec<Choice>,
    provider: String,
    organisation: String,
    grounds: String,
    /// Year of the reports.
    year: i32,
    series: Vec<Series>,
    paging: Paging,
}

impl NumbersPage {
    fn wrong(&self, name: &str) -> Option<&'static str> {
        self.wrongs.iter().find(|(own, _)| *own == name).map(|(_, text)| *text)
    }
}

/// Types the authority assigns, with the one chosen.
fn types(words: Words, chosen: &str) -> Vec<Choice> {
    let own = ResourceType::all().iter().filter(|kind| kind.notation != Notation::Elsewhere);
    own.map(|kind| Choice {
        code: kind.code,
        name: kind.name(words.language()),
        is_chosen: kind.code == chosen,
    })
    .collect()
}

const fn fate(words: Words, change: ChangeName) -> &'static str {
    match change {
        ChangeName::Returned => words.cwnr_returned(),
        ChangeName::Withdrawn => words.cwnr_withdrawn(),
        ChangeName::Transferred => words.cwnr_transferred(),
    }
}

const fn cause(words: Words, cause: Cause) -> &'static str {
    match cause {
        Cause::ChangedInList => words.cwnr_list_says_else(),
        Cause::GoneFromList => words.cwnr_list_lacks(),
        Cause::Returned => words.cwnr_returned(),
        Cause::Withdrawn => words.cwnr_withdrawn(),
        Cause::Transferred => words.cwnr_transferred(),
        Cause::TakenOver => words.cwnr_into_permit(),
    }
}

fn status(words: Words, status: RangeStatus) -> &'static str {
    match status {
        RangeStatus::Reserved => words.cwnr_reserved(),
        RangeStatus::Returned => words.cwnr_free_again(),
        RangeStatus::Withdrawn => words.cwnr_taken_back(),
        shown => words.range_status(shown.code()),
    }
}

fn range(reader: &Reader, row: NumberRangeRow) -> Range {
    let words = reader.words;
    let link = |path: &str, id: Uuid| reader.link(path.replace(":id", &id.to_string()));
    let permit = row.permit.map(|id| (link(PERMIT_PATH, id), words.cwm_title()));
    let case = row.case.map(|id| (link(CASE_PATH, id), words.cw_case()));
    Range {
        numbers: for_people(row.kind, &row.resource),
        status: status(words, row.status),
        provider: row.provider.map(|one| one.name).or(row.keeper).unwrap_or_default(),
        belongs_to: permit.or(case),
    }
}

fn past(words: Words, change: RangeChange) -> Past {
    let before = change.provider.map(|name| words.cwnr_before(name));
    let after = change.new_provider.map(|one| words.cwnr_after(one.name));
    Past {
        what: cause(words, change.cause),
        numbers: for_people(change.kind, &change.resource),
        lines: [before, after, change.grounds].into_iter().flatten().collect(),
        by: format!("{}, {}", words.moment(change.at), change.by),
    }
}

async fn found(
    app: &App,
    reader: &Reader,
    (kind, number): (&'static ResourceType, &Resource),
) -> Result<Found, Failure> {
    let connection = app.db().read();
    let rows = store::overlapping(connection, kind, number).await?;
    let past_ones = changes::changes_of(connection, kind, number, changes::MOST).await?;
    Ok(Found {
        title: for_people(kind, number),
        ranges: rows.into_iter().map(|row| range(reader, row)).collect(),
        past: past_ones.into_iter().map(|change| past(reader.words, change)).collect(),
    })
}

/// Permits that hold number series, with what their holders reported on the year before.
async fn series(
    app: &App,
    reader: &Reader,
    today: NaiveDate,
) -> Result<(Vec<Series>, Option<String>), Failure> {
    let (keys, connection) = (app.keys(), app.db().read());
    let year = today.year() - 1;
    let after: Option<Uuid> = page::position(&keys, LIST, reader.query.get("cursor"))?;
    let tomorrow = today.succ_opt().unwrap_or(today);
    let (permits, _) =
        utilisation::store::reporting(connection, year, tomorrow, None, after, LIMIT + 1).await?;
    let (permits, next) = page::cut(&keys, LIST, permits, LIMIT, |permit| permit.id.0);
    let ids = permits.iter().map(|permit| permit.id.0);
    let reports = utilisation::store::of_permits(connection, ids, year).await?;
    let holders: Vec<PartyId> = permits.iter().map(|permit| permit.holder).collect();
    let holders = party::store::names(connection, &holders).await?;
    let mut rows = Vec::with_capacity(permits.len());
    for permit in &permits {
        let report = reports.iter().find(|report| report.permit == permit.id.0);
        let share =
            report.and_then(|report| report.content.series.iter().map(|row| row.ported_out).max());
        let (id, holder) = (permit.id.to_string(), holders.get(&permit.holder));
        rows.push(Series {
            number: permit.number.clone(),
            holder: holder.cloned().ok_or_else(|| Failure::internal("a holder is missing"))?,
            permit: reader.link(PERMIT_PATH.replace(":id", &id)),
            link: reader.link(series_transfer::PATH.replace(":id", &id)),
            share: share.map(|share| percent(reader.words, share)).unwrap_or_default(),
            may_move: share.zip(needed(today)).is_some_and(|(share, needed)| share > needed),
        });
    }
    Ok((rows, next))
}

async fn page_of(
    app: &App,
    visitor: &SignedIn,
    frame: Frame,
    form: &Form,
) -> Result<(StatusCode, NumbersPage), Failure> {
    visitor.caller.needs_kind(Kind::Numbering)?;
    let reader = &visitor.reader;
    let (words, query) = (reader.words, &reader.query);
    let today = oslo_date(app.clock().now());
    let known = [
        ("number", words.cwnr_number()),
        ("type", words.number_type()),
        ("cursor", words.cw_cursor()),
        ("done", words.cwc_done()),
    ];
    let mut asked = query.wrong(&known, words);
    let mut shown = None;
    if let Some(number) = query.get("number").filter(|_| asked.is_empty()) {
        let kind = search::kind_of(query.get("type"));
        match kind.and_then(|kind| search::one(number, kind)) {
            Ok((kind, number)) => shown = Some(found(app, reader, (kind, &number)).await?),
            Err(failure) => asked.extend(failure.fields().iter().map(|field| Wrong {
                name: field.pointer.clone(),
                text: words.cwnr_wrong_number().to_owned(),
            })),
        }
    }
    let (series, next) = match series(app, reader, today).await {
        Ok(found) => found,
        Err(failure) if failure.problem() == Problem::InvalidCursor => {
            asked.push(Wrong { name: "cursor".to_owned(), text: words.bad_cursor().to_owned() });
            (Vec::new(), None)
        }
        Err(failure) => return Err(failure),
    };
    let status = if asked.is_empty() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    let page = NumbersPage {
        frame,
        inside: Inside::of(visitor, PATH),
        asked: Wrongs::new(reader, asked, &["number", "type"]),
        number: query.typed("number").to_owned(),
        types: types(words, query.typed("type")),
        found: shown,
        is_done: query.get("done").is_some(),
        refused: None,
        wrongs: Vec::new(),
        range: form.get("range").to_owned(),
        kinds: types(words, form.get("kind")),
        fates: FATES
            .map(|(code, change)| Choice {
                code,
                name: fate(words, change),
                is_chosen: code == form.get("change"),
            })
            .into(),
        provider: form.get("provider").to_owned(),
        organisation: form.get("organisation").to_owned(),
        grounds: form.get("grounds").to_owned(),
        year: today.year() - 1,
        series,
        paging: Paging::new(reader, None, next.as_deref()),
    };
    Ok((status, page))
}

/// The page.
#[handler]
pub async fn open(visitor: Visitor, Data(app): Data<&App>) -> poem::Result<Response> {
    let visitor = caseworker(visitor, SCOPE)?;
    let frame = visitor.reader.frame(visitor.reader.words.cwnr_title()).about_persons();
    Ok(match page_of(app, &visitor, frame, &Form::default()).await {
        Ok((status, page)) => frame::answer(status, &page.frame, &page),
        Err(failure) => super::refused(&visitor, failure),
    })
}
