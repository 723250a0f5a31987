//! Moving a number series to the provider who serves most of its numbers, at the desk: what the holder has reported, and the
//! form. The action is that of the operation, and whether so much had been ported out is weighed there, not here.

use askama::Template;
use chrono::Datelike as _;
use poem::{
    Response, handler,
    http::StatusCode,
    web::{Data, Path},
};

use super::{
    Inside, PERMIT_PATH, Refusal, can_be_said, caseworker,
    deeds::{Wrong, fields_of},
    frame_at, permit as shown, status_of,
};
use crate::{
    app::App,
    failure::{Failure, FieldErrors, Problem},
    party,
    permit::{model::Permit, store},
    series_transfer::{actions, wire::SeriesTransferForm},
    utilisation,
    values::{calendar::oslo_date, number_resource::Resource},
    web::{
        form::Form,
        frame::{self, Frame},
        problems,
        sign_in::{SignedIn, Visitor, see},
        texts::Words,
    },
};

/// The page, below the language.
pub const PATH: &str = "/casework/permits/:id/series-transfer";
const SCOPE: &str = "anrop:permit.decide";

crate::web::texts::texts! {
    cwst_title: "Flytt en nummerserie", "Flytt ein nummerserie", "Move a number series";
    cwst_lead: "Når mer enn halvparten av en serie er portert ut etter innehaverens egen rapport, kan den flyttes til tilbyderen som har de fleste av numrene (nummerforskriften § 24). Begge innehaverne får vedtaket i brev og kan klage. En tillatelse uten andre numre blir tilbakekalt.", "Når meir enn halvparten av ein serie er portert ut etter innehavaren sin eigen rapport, kan han flyttast til tilbydaren som har dei fleste av numra (nummerforskrifta § 24). Begge innehavarane får vedtaket i brev og kan klage. Eit løyve utan andre nummer blir kalla tilbake.", "When more than half of a series had been ported out by the holder's own report, it can be moved to the provider with most of the numbers (numbering regulation § 24). Both holders get the decision by letter and can appeal. A permit without other numbers is revoked.";
    cwst_series: "Serier i tillatelsen", "Seriar i løyvet", "Series of the permit";
    cwst_reported(year): "Rapporten for {year}", "Rapporten for {year}", "Report on {year}";
    cwst_out: "Portert ut", "Porterte ut", "Ported out";
    cwst_unreported: "Innehaveren har ikke rapportert for noen av de to siste årene. Be om rapporten først.", "Innehavaren har ikkje rapportert for nokon av dei to siste åra. Be om rapporten først.", "The holder has not reported on any of the last two years. Ask for the report first.";
    cwst_what: "Flytting", "Flytting", "The move";
    cwst_range: "Serien som flyttes, hele eller en del av den", "Serien som blir flytt, heile eller ein del av han", "Series that is moved, the whole or a part";
    cwst_to: "Nummeret på mottakerens tillatelse", "Nummeret på løyvet til mottakaren", "Number of the receiving permit";
    cwst_grounds: "Begrunnelse til begge innehaverne", "Grunngjeving til begge innehavarane", "Grounds, to both holders";
    cwst_do: "Flytt serien", "Flytt serien", "Move the series";
    cwst_wrong_range: "Skriv en serie tillatelsen har, eller en del av den: 21 20 00 00-21 20 09 99.", "Skriv ein serie løyvet har, eller ein del av han: 21 20 00 00-21 20 09 99.", "Write a series the permit has, or a part of it: 21 20 00 00-21 20 09 99.";
    cwst_wrong_to: "Skriv nummeret på en gjeldende tillatelse til samme type numre hos en annen tilbyder.", "Skriv nummeret på eit gjeldande løyve til same type nummer hos ein annan tilbydar.", "Write the number of an active permit for the same type of numbers of another provider.";
}

/// What a report says of the series.
struct Report {
    title: String,
    /// The series, and how much of it had been ported out.
    rows: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "casework_series_transfer.html", config = "src/web/askama.toml")]
struct TransferPage {
    frame: Frame,
    inside: Inside,
    deed: String,
    permit: String,
    number: String,
    holder: String,
    version: i32,
    series: Vec<String>,
    /// Of the last two years, newest first.
    reports: Vec<Report>,
    range: String,
    to: String,
    grounds: String,
    /// Why it was refused.
    refused: Option<Refusal>,
    /// Fields that are wrong, by name.
    wrongs: Vec<Wrong>,
}

impl TransferPage {
    fn wrong(&self, name: &str) -> Option<&'static str> {
        self.wrongs.iter().find(|(own, _)| *own == name).map(|(_, text)| *text)
    }
}

/// Where a series of a permit is moved; none for permits without a series, and those that have ended.
pub(super) fn link(visitor: &SignedIn, permit: &Permit) -> Option<String> {
    let is_series = permit.status.is_live() && actions::series_of(permit).is_some();
    is_series.then(|| visitor.reader.link(PATH.replace(":id", &permit.id.to_string())))
}

/// A permit with a series, which this caseworker may handle.
async fn seen(app: &App, visitor: &SignedIn, id: &str) -> Result<(Permit, Vec<Resource>), Failure> {
    let permit = shown::seen(app, visitor, id).await?;
    let series = actions::series_of(&permit).ok_or_else(Failure::not_found)?;
    Ok((permit, series))
}

async fn page(
    app: &App,
    visitor: &SignedIn,
    (permit, series): (&Permit, &[Resource]),
    form: &Form,
) -> Result<TransferPage, Failure> {
    let reader = &visitor.reader;
    let words = reader.words;
    let connection = app.db().read();
    let today = oslo_date(app.clock().now());
    let mut reports = Vec::new();
    for year in [today.year() - 1, today.year() - 2] {
        let Some(report) = utilisation::store::find(connection, permit.id, year).await? else {
            continue;
        };
        let rows = report.content.series.iter();
        let rows = rows.map(|row| (row.range.to_string(), percent(words, row.ported_out)));
        reports.push(Report { title: words.cwst_reported(year), rows: rows.collect() });
    }
    let path = PATH.replace(":id", &permit.id.to_string());
    Ok(TransferPage {
        frame: frame_at(visitor, words.cwst_title(), &path),
        inside: Inside::of(visitor, ""),
        deed: reader.link(&path),
        permit: reader.link(PERMIT_PATH.replace(":id", &permit.id.to_string())),
        number: permit.number.clone(),
        holder: party::store::get(connection, permit.holder).await?.details.name,
        version: permit.version,
        series: series.iter().map(ToString::to_string).collect(),
        reports,
        range: form.get("range").to_owned(),
        to: form.get("to").to_owned(),
        grounds: form.get("grounds").to_owned(),
        refused: None,
        wrongs: Vec::new(),
    })
}

/// A share in hundredths of a per cent, for people.
pub(super) fn percent(words: Words, share: u32) -> String {
    format!("{}\u{a0}%", words.decimal(f64::from(share) / 100.0, 2))
}

/// The page.
#[handler]
pub async fn open(
    visitor: Visitor,
    Path(id): Path<String>,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = caseworker(visitor, SCOPE)?;
    let wanted = async {
        let (permit, series) = seen(app, &visitor, &id).await?;
        page(app, &visitor, (&permit, series.as_slice()), &Form::default()).await
    };
    Ok(match wanted.await {
        Ok(page) => frame::answer(StatusCode::OK, &page.frame, &page),
        Err(failure) => super::refused(&visitor, failure),
    })
}

/// Moves the series, or shows the page again with why not.
#[handler]
pub async fn act(
    visitor: Visitor,
    Path(id): Path<String>,
    form: Form,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = caseworker(visitor, SCOPE)?;
    visitor.own(&form)?;
    Ok(match done(app, &visitor, &id, &form).await {
        Ok(response) => response,
        Err(failure) if can_be_said(&failure) => super::refused(&visitor, failure),
        Err(failure) => problems::page(&visitor.reader, failure),
    })
}

async fn done(app: &App, visitor: &SignedIn, id: &str, form: &Form) -> Result<Response, Failure> {
    let (permit, series) = seen(app, visitor, id).await?;
    let failure = match moved(app, visitor, &permit, form).await {
        Ok(()) => return Ok(see(&shown::done_at(visitor, &permit))),
        Err(failure) if can_be_said(&failure) => failure,
        Err(failure) => return Err(failure),
    };
    let words = visitor.reader.words;
    let mut page = page(app, visitor, (&permit, series.as_slice()), form).await?;
    page.wrongs = wrongs(words, &failure);
    if page.wrongs.is_empty() {
        let own = (Problem::StaleVersion, words.cwm_stale());
        page.refused = Some(Refusal::but(words, &failure, own));
    }
    Ok(frame::answer(status_of(&failure), &page.frame, &page))
}

/// What the operation does with the same; the receiving permit is named by its number.
async fn moved(app: &App, visitor: &SignedIn, permit: &Permit, form: &Form) -> Result<(), Failure> {
    let version = form.get("version").parse().unwrap_or_default();
    let number = form.get("to").to_uppercase();
    // no number of a permit has control characters, which a database may refuse to look for
    let to = match number.contains(char::is_control) {
        true => None,
        false => store::id_of_number(app.db().read(), &number).await?,
    };
    let asked = SeriesTransferForm {
        range: form.get("range").to_owned(),
        receiving_permit_id: to.map(|id| id.to_string()).unwrap_or_default(),
        grounds: form.get("grounds").to_owned(),
    };
    let mut errors = FieldErrors::new();
    let meant = asked.meaning(&mut errors);
    let meant = errors.finish(meant)?;
    actions::transfer(app, &visitor.caller, permit.id, version, &meant).await?;
    Ok(())
}

/// Fields that are wrong, by name.
fn wrongs(words: Words, failure: &Failure) -> Vec<Wrong> {
    fields_of(failure, |field| match field.pointer.as_str() {
        "/range" => Some(("range", words.cwst_wrong_range())),
        "/receivingPermitId" => Some(("to", words.cwst_wrong_to())),
        "/grounds" => Some(("grounds", words.cwc_wrong_text())),
        _ => None,
    })
}
