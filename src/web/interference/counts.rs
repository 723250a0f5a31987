//! The counts of reports for everybody, as a page and as a file. It tells nothing of a report by itself, and no sums.

use askama::Template;
use poem::{
    Response, handler,
    http::{StatusCode, header},
    web::Data,
};

use super::super::{
    frame::{self, Frame, Reader},
    problems,
};
use crate::{
    app::App,
    failure::Failure,
    interference::{
        model::{Severity, Tally},
        rules, store,
        wire::view::InterferenceStatistics,
    },
    values::calendar::oslo_date,
};

/// The page, below the language.
pub const PATH: &str = "/interference-statistics";

#[derive(Template)]
#[template(path = "interference_counts.html", config = "src/web/askama.toml")]
struct CountsPage {
    frame: Frame,
    rows: Vec<(String, String, &'static str, String)>,
}

async fn tallies(app: &App) -> Result<Vec<Tally>, Failure> {
    store::tallies(app.db().read(), oslo_date(app.clock().now())).await
}

/// The page.
#[handler]
pub async fn show(reader: Reader, Data(app): Data<&App>) -> Response {
    let words = reader.words;
    let tallies = match tallies(app).await {
        Ok(tallies) => tallies,
        Err(failure) => return problems::page(&reader, failure),
    };
    let rows = tallies.into_iter().map(|one| {
        let severity: Option<Severity> = one.severity.parse().ok();
        let county = match one.county.as_str() {
            rules::NO_COUNTY => words.intf_county_other().to_owned(),
            _ => one.county,
        };
        let count = one.count.map_or_else(|| words.intf_few().to_owned(), |n| words.number(n));
        let title = severity.map_or("", |one| rules::severity_title(one, reader.language()));
        (one.month.format("%Y-%m").to_string(), county, title, count)
    });
    let frame = reader.frame(words.intf_counts()).json("/v1/interference-statistics");
    let page = CountsPage { frame, rows: rows.collect() };
    frame::answer(StatusCode::OK, &page.frame, &page)
}

/// The counts as a table for spreadsheets.
#[handler]
pub async fn csv(Data(app): Data<&App>) -> poem::Result<Response> {
    let counts = InterferenceStatistics::of(tallies(app).await?);
    Ok(Response::builder()
        .content_type("text/csv; charset=utf-8")
        .header(header::CONTENT_DISPOSITION, "attachment; filename=\"interference-statistics.csv\"")
        .header(header::CACHE_CONTROL, "public, no-cache")
        .header(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")
        .body(counts.csv()))
}
