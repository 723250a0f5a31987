//! The yearly report on how far the numbers of a permit are used (FOR-2004-02-16-426 § 23), as a form: one row for each block
//! that is reported on. What is wrong in it is found where the operation finds it.

use askama::Template;
use chrono::{Datelike as _, NaiveDate};
use poem::{
    Response, handler,
    http::StatusCode,
    web::{Data, Path},
};

use super::{Notice, PATH as MY_PAGE, notice, permit::own_permit};
use crate::{
    app::App,
    failure::{Failure, FieldErrors},
    party,
    permit::{
        kind::{Kind, numbering::model::NumberingDetails},
        model::Permit,
    },
    utilisation::{
        actions, rules,
        store::{self, StoredReport},
        wire::{SeriesUseForm, UtilisationReportForm},
    },
    values::{
        calendar::oslo_date,
        number_resource::{Resource, ResourceType},
    },
    web::{
        apply::{
            Around, applicant,
            errors::{self, Found},
            settled,
        },
        form::Form as Sent,
        frame::{self, Frame},
        sign_in::{SignedIn, Visitor, see},
    },
};

/// The page, below the language.
pub const PATH: &str = "/my-page/permits/:id/utilisation/:year";
const WRITE: &str = "anrop:permit.write";
/// What stands in a row besides the range: name of the field within it, and member of the operation.
const PARTS: [(&str, &str); 5] = [
    ("a", "activePercent"),
    ("r", "reservedPercent"),
    ("p", "portedOutPercent"),
    ("f", "freePercent"),
    ("i", "portedIn"),
];

crate::web::texts::texts! {
    use_title(year): "Bruk av numre i {year}", "Bruk av nummer i {year}", "Use of numbers in {year}";
    use_lead: "Alle numrene i tillatelsen skal rapporteres én gang. De fire andelene i en rad skal til sammen bli 100 prosent.", "Alle numra i løyvet skal rapporterast éin gong. Dei fire delane i ei rad skal til saman bli 100 prosent.", "Every number of the permit is reported once. The four shares of a row add up to 100 per cent.";
    use_due(day): "Fristen er {day}.", "Fristen er {day}.", "Due on {day}.";
    use_sent(day): "Sendt {day}. Du kan rette den her.", "Send {day}. Du kan rette han her.", "Sent on {day}. You can correct it here.";
    use_services: "Tjenester numrene brukes til", "Tenester numra blir brukte til", "Services the numbers are used for";
    use_prices: "Priser for å ringe dem", "Prisar for å ringje dei", "Prices of calls to them";
    use_sub: "Tilbydere som har fått bruke av dem", "Tilbydarar som har fått bruke av dei", "Providers to whom numbers are passed on";
    use_abroad: "Bruk utenfor Norge", "Bruk utanfor Noreg", "Use outside Norway";
    use_forecast: "Numre i bruk ved utgangen av hvert av de neste tre årene", "Nummer i bruk ved utgangen av kvart av dei neste tre åra", "Numbers in use at the end of each of the next three years";
    use_rows: "Seriene", "Seriane", "The series";
    use_range: "Serie", "Serie", "Series";
    use_active: "I bruk %", "I bruk %", "In use %";
    use_reserved: "Holdt av %", "Haldne av %", "Kept %";
    use_out: "Portert ut %", "Porterte ut %", "Ported out %";
    use_free: "Ledige %", "Ledige %", "Free %";
    use_in: "Portert inn, antall", "Porterte inn, tal", "Ported in, number";
    use_send: "Send rapporten", "Send rapporten", "Send the report";
    use_report: "Årlig rapport om bruk av numrene", "Årleg rapport om bruk av numra", "Yearly report on the use of the numbers";
    use_missing(year, day): "Rapporten for {year} er ikke sendt. Fristen er {day}.", "Rapporten for {year} er ikkje send. Fristen er {day}.", "The report on {year} is not sent. It is due on {day}.";
    use_overdue(year, day): "Rapporten for {year} er ikke sendt. Fristen var {day}.", "Rapporten for {year} er ikkje send. Fristen var {day}.", "The report on {year} is not sent. It was due on {day}.";
    use_is_sent(year, day): "Rapporten for {year} er sendt {day}.", "Rapporten for {year} er send {day}.", "The report on {year} was sent on {day}.";
    use_first(day): "Den første rapporten skal sendes innen {day}.", "Den første rapporten skal sendast innan {day}.", "The first report is due on {day}.";
    use_open: "Åpne rapporten", "Opne rapporten", "Open the report";
    use_done: "Rapporten er sendt.", "Rapporten er send.", "The report is sent.";
}

/// What the page of a permit says of its report: the text, where the report is, and whether it is late.
pub(super) struct Due {
    pub(super) text: String,
    pub(super) link: Option<String>,
    pub(super) is_late: bool,
}

/// The numbers of a permit that reports on a year; none of one that does not.
fn details_of(permit: &Permit, year: i32) -> Option<(NumberingDetails, &'static ResourceType)> {
    let details = (permit.kind == Kind::Numbering)
        .then(|| serde_json::from_value::<NumberingDetails>(permit.details.clone()).ok())
        .flatten()
        .filter(|details| actions::reports(&details.resource_type, year))?;
    let kind = details.kind()?;
    Some((details, kind))
}

/// Where a permit stands with its report.
pub(super) async fn due(
    app: &App,
    visitor: &SignedIn,
    permit: &Permit,
) -> Result<Option<Due>, Failure> {
    let reader = &visitor.reader;
    let words = reader.words;
    let today = oslo_date(app.clock().now());
    let year = today.year() - 1;
    if !permit.status.is_live() || details_of(permit, year).is_none() {
        return Ok(None);
    }
    if year < permit.validity.from().year() {
        let first = rules::due_on(permit.validity.from().year()).map_err(Failure::internal)?;
        let text = words.use_first(words.date(first));
        return Ok(Some(Due { text, link: None, is_late: false }));
    }
    let due_on = rules::due_on(year).map_err(Failure::internal)?;
    let report = store::find(app.db().read(), permit.id, year).await?;
    let day = words.date(due_on);
    let text = match &report {
        Some(report) => words.use_is_sent(year, words.date(oslo_date(report.reported_at))),
        None if today > due_on => words.use_overdue(year, day),
        None => words.use_missing(year, day),
    };
    let path = format!("{MY_PAGE}/permits/{}/utilisation/{year}", permit.id);
    let is_late = report.is_none() && today > due_on;
    Ok(Some(Due { text, link: Some(reader.link(path)), is_late }))
}

/// A field: what stands in it, and what is wrong with it.
struct Field {
    name: String,
    label: String,
    value: String,
    wrong: Vec<Found>,
}

/// A series to be reported on.
struct Row {
    range: String,
    parts: Vec<Field>,
    wrong: Vec<Found>,
}

#[derive(Template)]
#[template(path = "my_page/utilisation.html", config = "src/web/askama.toml")]
struct ReportPage {
    frame: Frame,
    around: Around,
    notice: Option<Notice>,
    /// Where the page leads back to: address and name.
    up: (String, String),
    action: String,
    version: i32,
    due: String,
    sent: Option<String>,
    fields: Vec<Field>,
    forecast: Vec<Field>,
    heads: [&'static str; 5],
    rows: Vec<Row>,
}

impl ReportPage {
    /// Every wrong thing: field it is about, its name, what is wrong.
    fn wrongs(&self) -> Vec<(&str, &str, &Found)> {
        let mut found = Vec::new();
        for field in self.fields.iter().chain(&self.forecast) {
            found.extend(field.wrong.iter().map(|wrong| (&*field.name, &*field.label, wrong)));
        }
        for row in &self.rows {
            let at = row.parts.first().map_or("", |part| &*part.name);
            found.extend(row.wrong.iter().map(|wrong| (at, &*row.range, wrong)));
            for part in &row.parts {
                found.extend(part.wrong.iter().map(|wrong| (&*part.name, &*row.range, wrong)));
            }
        }
        found
    }
}

/// A report that can be written: the permit, its year, and what was sent before.
struct Writing<'a> {
    permit: &'a Permit,
    details: NumberingDetails,
    kind: &'static ResourceType,
    year: i32,
    due_on: NaiveDate,
    before: Option<StoredReport>,
}

impl Writing<'_> {
    /// The series of the rows, in their order.
    fn ranges(&self) -> Vec<Resource> {
        if let Some(before) = &self.before {
            return before.content.series.iter().map(|row| row.range.clone()).collect();
        }
        let held = &self.details.resources;
        let size = i64::try_from(rules::block(self.kind, held, self.year)).unwrap_or(i64::MAX);
        let pieces = held.iter().flat_map(|range| {
            let starts = std::iter::successors(Some(range.lower()), move |at| at.checked_add(size));
            let upper = range.upper();
            starts
                .take_while(move |at| *at <= upper)
                .filter_map(move |at| self.kind.at(at, at.saturating_add(size - 1).min(upper)))
        });
        pieces.collect()
    }
}

async fn writing<'a>(app: &App, permit: &'a Permit, year: &str) -> Result<Writing<'a>, Failure> {
    let year: i32 = year.parse().map_err(|_| Failure::not_found())?;
    let (details, kind) = details_of(permit, year).ok_or_else(Failure::not_found)?;
    let today = oslo_date(app.clock().now());
    if year >= today.year() || year < permit.validity.from().year() {
        return Err(Failure::not_found());
    }
    let due_on = rules::due_on(year).map_err(|_| Failure::not_found())?;
    let before = store::find(app.db().read(), permit.id, year).await?;
    Ok(Writing { permit, details, kind, year, due_on, before })
}

/// The fields as the report of before has them.
fn as_before(before: &StoredReport) -> Sent {
    let form = UtilisationReportForm::of(&before.content);
    let mut fields = vec![
        ("services".to_owned(), form.services),
        ("prices".to_owned(), form.prices.unwrap_or_default()),
        ("subAssignment".to_owned(), form.sub_assignment.unwrap_or_default()),
        ("crossBorderUse".to_owned(), form.cross_border_use.unwrap_or_default()),
    ];
    let forecast = form.forecast.iter().enumerate();
    fields.extend(forecast.map(|(index, number)| (format!("n{index}"), number.to_string())));
    for (index, row) in form.series.iter().enumerate() {
        let shares =
            [row.active_percent, row.reserved_percent, row.ported_out_percent, row.free_percent];
        let shares = shares.iter().map(|share| share.to_string().replace('.', ","));
        let parts = shares.chain([row.ported_in.to_string()]);
        let named = PARTS.iter().zip(parts);
        fields.extend(named.map(|((name, _), value)| (format!("{name}{index}"), value)));
    }
    Sent::of(fields.into_iter().map(|(name, value)| (name, value.into())).collect())
}

fn page(
    visitor: &SignedIn,
    writing: &Writing<'_>,
    sent: &Sent,
    failure: Option<&Failure>,
) -> ReportPage {
    let reader = &visitor.reader;
    let (words, language) = (reader.words, reader.language());
    let errors = failure.map(Failure::fields).unwrap_or_default();
    let wrong = |pointer: &str| -> Vec<Found> {
        let own = errors.iter().filter(|error| error.pointer == pointer);
        own.map(|error| errors::found(error, language)).collect()
    };
    let field = |name: &str, label: &str, pointer: &str| Field {
        name: name.to_owned(),
        label: label.to_owned(),
        value: sent.get(name).to_owned(),
        wrong: wrong(pointer),
    };
    let heads = [
        words.use_active(),
        words.use_reserved(),
        words.use_out(),
        words.use_free(),
        words.use_in(),
    ];
    let rows = writing.ranges().into_iter().enumerate().map(|(index, range)| {
        let at = format!("/series/{index}");
        let parts = PARTS.iter().zip(heads).map(|((name, member), head)| {
            field(&format!("{name}{index}"), head, &format!("{at}/{member}"))
        });
        let mut of_row = wrong(&at);
        of_row.extend(wrong(&format!("{at}/range")));
        let grouped = writing.kind.number_range(&range).map(|range| range.grouped());
        let range =
            grouped.map_or_else(|| range.to_string(), |(first, last)| format!("{first} – {last}"));
        Row { range, parts: parts.collect(), wrong: of_row }
    });
    let permit = writing.permit;
    let mut frame = reader.frame(words.use_title(writing.year)).about_persons();
    let up = format!("{MY_PAGE}/permits/{}", permit.id);
    frame.here = format!("{up}/utilisation/{}", writing.year);
    let year = |after: i32| (writing.year + after).to_string();
    ReportPage {
        around: Around::of(visitor),
        notice: None,
        up: (reader.link(&up), permit.number.clone()),
        action: reader.link(&frame.here),
        frame,
        version: writing.before.as_ref().map_or(0, |before| before.version),
        due: words.use_due(words.date(writing.due_on)),
        sent: writing
            .before
            .as_ref()
            .map(|before| words.use_sent(words.date(oslo_date(before.reported_at)))),
        fields: vec![
            field("services", words.use_services(), "/services"),
            field("prices", words.use_prices(), "/prices"),
            field("subAssignment", words.use_sub(), "/subAssignment"),
            field("crossBorderUse", words.use_abroad(), "/crossBorderUse"),
        ],
        forecast: (0..3)
            .map(|at| field(&format!("n{at}"), &year(at + 1), &format!("/forecast/{at}")))
            .collect(),
        heads,
        rows: rows.collect(),
    }
}

/// What was typed as the operation takes it; what is no number is noted.
fn read(writing: &Writing<'_>, sent: &Sent, errors: &mut FieldErrors) -> UtilisationReportForm {
    let mut number = |name: &str, pointer: String| -> f64 {
        let plain: String = sent.get(name).chars().filter(|one| !one.is_whitespace()).collect();
        let found = plain.replace(',', ".").parse::<f64>().ok();
        found.filter(|number| number.is_finite()).unwrap_or_else(|| {
            errors.add(pointer, "wrong-type", "Write a number.");
            0.0
        })
    };
    // a count of numbers is far below what a float holds exactly
    let whole = |number: f64| number.clamp(0.0, 1e12).round() as u64;
    let forecast =
        (0..3).map(|at| whole(number(&format!("n{at}"), format!("/forecast/{at}")))).collect();
    let ranges = writing.ranges();
    let mut series = Vec::with_capacity(ranges.len());
    for (index, range) in ranges.iter().enumerate() {
        let [active, reserved, ported_out, free, ported_in] = PARTS.map(|(name, member)| {
            number(&format!("{name}{index}"), format!("/series/{index}/{member}"))
        });
        series.push(SeriesUseForm {
            range: range.to_string(),
            active_percent: active,
            reserved_percent: reserved,
            ported_out_percent: ported_out,
            free_percent: free,
            ported_in: whole(ported_in),
        });
    }
    let text = |name: &str| Some(sent.get(name).to_owned()).filter(|text| !text.is_empty());
    UtilisationReportForm {
        services: sent.get("services").to_owned(),
        prices: text("prices"),
        sub_assignment: text("subAssignment"),
        cross_border_use: text("crossBorderUse"),
        forecast,
        series,
    }
}

/// Shows the form.
#[handler]
pub async fn show(
    visitor: Visitor,
    Path((id, year)): Path<(String, String)>,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = applicant(visitor, WRITE)?;
    let shown = async {
        let permit = own_permit(app, &visitor, &id).await?;
        let writing = writing(app, &permit, &year).await?;
        let sent = writing.before.as_ref().map(as_before).unwrap_or_default();
        let page = page(&visitor, &writing, &sent, None);
        Ok(frame::answer(StatusCode::OK, &page.frame, &page))
    };
    settled(&visitor, shown.await)
}

/// Takes the report in.
#[handler]
pub async fn send(
    visitor: Visitor,
    Path((id, year)): Path<(String, String)>,
    sent: Sent,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = applicant(visitor, WRITE)?;
    visitor.own(&sent)?;
    let outcome = async {
        let permit = own_permit(app, &visitor, &id).await?;
        let writing = writing(app, &permit, &year).await?;
        let Err(failure) = put(app, &visitor, &writing, &sent).await else {
            let done = format!("{MY_PAGE}/permits/{}?done=reported", permit.id);
            return Ok(see(&visitor.reader.link(done)));
        };
        let mut page = page(&visitor, &writing, &sent, Some(&failure));
        let mut status = StatusCode::UNPROCESSABLE_ENTITY;
        if page.wrongs().is_empty() {
            let first = failure.fields().first();
            let said = first.map(|error| errors::found(error, visitor.reader.language()).text);
            let said = match said {
                Some(text) => Notice::wrong(&text),
                None => notice(&visitor.reader, failure)?,
            };
            status = said.status;
            page.notice = Some(said);
        }
        Ok(frame::answer(status, &page.frame, &page))
    };
    settled(&visitor, outcome.await)
}

async fn put(
    app: &App,
    visitor: &SignedIn,
    writing: &Writing<'_>,
    sent: &Sent,
) -> Result<(), Failure> {
    let version: i32 = sent.get("version").parse().map_err(|_| Failure::stale())?;
    let mut errors = FieldErrors::new();
    let form = read(writing, sent, &mut errors);
    let (held, year) = (&writing.details.resources, writing.year);
    let report = form.meaning(writing.kind, held, year, &mut errors);
    let report = errors.finish(report)?;
    let caller = &visitor.caller;
    let sight = party::actions::own_sight_of(app, caller).await?;
    actions::put(app, caller, sight, writing.permit.id, year, version, &report).await?;
    Ok(())
}
