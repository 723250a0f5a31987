//! `anrop journal export`: documents of the public journal for eInnsyn, and a Noark 5 package for the archive. It only
//! reads the database, a page at a time, and may run beside the service.

mod files;
mod package;

use std::{
    fs::File,
    io::{BufWriter, Write as _},
    path::{Path, PathBuf},
    sync::Arc,
};

use chrono::NaiveDate;
use clap::Subcommand;

use super::run::{in_words, settings};
use crate::{
    app::{App, Parts},
    clock::SystemClock,
    failure::Failure,
    journal::{
        export::einnsyn,
        model::Journaled,
        rules,
        store::{export, numbers},
    },
    keys::KeyRing,
    values::calendar::oslo_date,
};
pub use package::{Written, write as write_package};

/// Documents read at a time.
const PAGE: u64 = 500;

/// What can be done with the journal.
#[derive(Debug, Subcommand)]
pub enum JournalCommand {
    /// Write documents of the journal for others.
    Export {
        /// For whom.
        #[command(subcommand)]
        to: ExportTo,
    },
}

/// Whom the journal is written for.
#[derive(Debug, Subcommand)]
pub enum ExportTo {
    /// eInnsyn: a line of JSON for each case, with the documents that were made public in these days.
    Einnsyn {
        /// First day.
        #[arg(long)]
        from: NaiveDate,
        /// Last day.
        #[arg(long)]
        to: NaiveDate,
        /// The file.
        #[arg(long)]
        out: PathBuf,
    },
    /// The archive: a Noark 5 package (version 5.0) of the closed cases of a year.
    Noark5 {
        /// Year of the case numbers.
        #[arg(long)]
        year: i32,
        /// Folder with the public schema files (`*.xsd`), which are put into the package.
        #[arg(long)]
        schemas: Option<PathBuf>,
        /// The folder; it must not exist.
        folder: PathBuf,
    },
}

/// `anrop journal`.
///
/// # Errors
/// In words for the operator.
pub async fn run(file: Option<PathBuf>, command: JournalCommand) -> Result<(), String> {
    let mut settings = settings(file.as_ref())?;
    // the spool of look-ups is the running service's
    let spool = tempfile::tempdir().map_err(|error| error.to_string())?;
    spool.path().join("spool").clone_into(&mut settings.spool);
    let keys = KeyRing::load(&settings.key_ring)
        .map_err(|error| format!("{error} ({})", settings.key_ring.display()))?;
    let parts = Parts { settings, clock: Arc::new(SystemClock), keys };
    let app = App::beside(parts).await.map_err(in_words)?;
    let JournalCommand::Export { to } = command;
    let told = match to {
        ExportTo::Einnsyn { from, to, out } => {
            einnsyn(&app, (from, to), &out).await.map(|(cases, documents)| {
                format!("{documents} documents of {cases} cases written to {}", out.display())
            })
        }
        ExportTo::Noark5 { year, schemas, folder } => {
            write_package(&app, year, schemas.as_deref(), &folder).await.map(|written| {
                let without_public = match written.public {
                    0 => "; all documents are internal, so there is no offentligJournal.xml",
                    _ => "",
                };
                format!(
                    "{} cases with {} documents and {} files written to {}; {} cases of {year} are still open and left for later{without_public}",
                    written.cases, written.entries, written.files, folder.display(), written.open
                )
            })
        }
    };
    app.db().close().await;
    println!("{}", told?);
    Ok(())
}

/// Refuses while documents have no number in the journal of the year: they would be left out unseen.
async fn all_numbered(app: &App) -> Result<(), String> {
    let years = numbers::unnumbered_years(app.db().read()).await.map_err(in_words)?;
    if years.is_empty() {
        return Ok(());
    }
    Err("some documents have no number in the journal yet; let the worker run for a moment (`anrop work`)".to_owned())
}

/// Writes the public documents of these days for eInnsyn; answers how many cases and documents.
///
/// # Errors
/// In words for the operator.
pub async fn einnsyn(
    app: &App,
    (from, to): (NaiveDate, NaiveDate),
    out: &Path,
) -> Result<(u64, u64), String> {
    if from > to {
        return Err("the first day comes after the last".to_owned());
    }
    all_numbered(app).await?;
    let today = oslo_date(app.clock().now());
    let to = to.min(rules::last_public_day(today));
    let mut file = BufWriter::new(File::create(out).map_err(|error| error.to_string())?);
    let (mut cases, mut documents) = (0, 0);
    let mut held: Vec<Journaled> = Vec::new();
    let mut after = None;
    loop {
        let page = export::of_days(app.db().read(), (from, to), after, PAGE).await;
        let page = page.map_err(in_words)?;
        let is_last = (page.len() as u64) < PAGE;
        after = page.last().map(|entry| (entry.case.0, entry.number));
        let mut lines = Vec::new();
        for entry in page {
            documents += 1;
            if held.last().is_some_and(|last| last.case != entry.case) {
                lines.push(std::mem::take(&mut held));
            }
            held.push(entry);
        }
        if is_last && !held.is_empty() {
            lines.push(std::mem::take(&mut held));
        }
        cases += lines.len() as u64;
        put(app, &mut file, &lines, today).await.map_err(in_words)?;
        if is_last {
            break;
        }
    }
    file.flush().map_err(|error| error.to_string())?;
    Ok((cases, documents))
}

async fn put(
    app: &App,
    file: &mut BufWriter<File>,
    lines: &[Vec<Journaled>],
    today: NaiveDate,
) -> Result<(), Failure> {
    let ids: Vec<_> = lines.iter().filter_map(|line| Some(line.first()?.case)).collect();
    let submitted = export::submitted(app.db().read(), &ids).await?;
    for line in lines {
        let Some(first) = line.first() else { continue };
        let at = submitted.get(&first.case.0).copied().unwrap_or(first.at);
        let object = einnsyn::case_object(line, at, today);
        serde_json::to_writer(&mut *file, &object).map_err(Failure::internal)?;
        file.write_all(b"\n").map_err(Failure::internal)?;
    }
    Ok(())
}
