//! Fees on the command line: the yearly run, files of the bank, and the files for accounts. The same actions as the
//! operations; what they print names nobody.

use std::path::{Path, PathBuf};

use chrono::{Datelike as _, Days, NaiveDate};
use clap::Subcommand;

use super::run::{app, in_words, settings};
use crate::{
    app::App,
    fee::{
        bank, invoice,
        model::kroner,
        run::{actions as runs, store as run_store},
    },
    identity::Sight,
    values::{calendar::oslo_date, ids::FeeRunId},
};

/// Who does what is done on the command line.
const OPERATOR: &str = "anrop fees";

/// What can be done with fees.
#[derive(Debug, Subcommand)]
pub enum FeesCommand {
    /// Write and invoice the yearly fees of a year. May be stopped at any moment and run again; nobody is charged
    /// twice.
    Run {
        /// The year; this one when left out.
        #[arg(long)]
        year: Option<i32>,
    },
    /// Issue the invoices that wait, and the reminders that are due.
    Invoice,
    /// Take in a file of the bank (OCR giro, or CSV with the columns reference,paidOn,amount,kid).
    ImportPayments {
        /// The file.
        file: PathBuf,
    },
    /// Write what was issued in a period, for the accounts, as CSV.
    Export {
        /// First day of issue.
        #[arg(long, value_name = "DATE")]
        from: NaiveDate,
        /// Day after the last.
        #[arg(long, value_name = "DATE")]
        until: NaiveDate,
        /// The file; standard output when left out.
        #[arg(long)]
        out: Option<PathBuf>,
        /// Write an EHF file of every invoice and credit note to an organisation into this folder, too.
        #[arg(long, value_name = "FOLDER")]
        ehf: Option<PathBuf>,
    },
}

/// `anrop fees`.
///
/// # Errors
/// In words for the operator.
pub async fn run(file: Option<PathBuf>, command: &FeesCommand) -> Result<(), String> {
    let app = app(settings(file.as_ref())?).await?;
    let outcome = match command {
        FeesCommand::Run { year } => yearly(&app, *year).await,
        FeesCommand::Invoice => waiting(&app).await,
        FeesCommand::ImportPayments { file } => payments(&app, file).await,
        FeesCommand::Export { from, until, out, ehf } => {
            export(&app, (*from, *until), out.as_ref(), ehf.as_ref()).await
        }
    };
    app.db().close().await;
    outcome
}

async fn yearly(app: &App, year: Option<i32>) -> Result<(), String> {
    let year = year.unwrap_or_else(|| oslo_date(app.clock().now()).year());
    let under_way = run_store::of_year_under_way(app.db().read(), year).await.map_err(in_words)?;
    let run = match under_way {
        Some(run) => run,
        None => runs::start(app, OPERATOR, year).await.map_err(in_words)?,
    };
    let id = FeeRunId(run.id);
    let mut told = std::time::Instant::now();
    loop {
        let more = app.db().write(|tx| async move { runs::piece(app, &tx, id).await }).await;
        let is_done = more.map_err(in_words)?.is_none();
        let run = run_store::find(app.db().read(), id).await.map_err(in_words)?;
        if is_done || told.elapsed().as_secs() >= 2 {
            told = std::time::Instant::now();
            println!(
                "{year}: {} of {} permits, {} invoices, NOK {} ({})",
                run.done,
                run.total,
                run.invoices,
                kroner(run.amount_ore),
                run.state
            );
        }
        if is_done {
            return Ok(());
        }
    }
}

async fn waiting(app: &App) -> Result<(), String> {
    invoice::actions::needs_account(app).map_err(in_words)?;
    let issued = invoice::actions::issue_waiting(app).await.map_err(in_words)?;
    let mut reminded = 0;
    loop {
        let some = invoice::actions::remind_due(app).await.map_err(in_words)?;
        if some == 0 {
            break;
        }
        reminded += some;
    }
    println!("{issued} invoices and {reminded} reminders were issued");
    Ok(())
}

async fn payments(app: &App, file: &Path) -> Result<(), String> {
    let bytes = std::fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let imported = bank::actions::import(app, OPERATOR, &bytes).await.map_err(in_words)?;
    let counts = bank::store::counts(app.db().read(), imported.file.id).await.map_err(in_words)?;
    let (placed, unplaced) = counts;
    if !imported.is_new {
        println!("this file was imported before; nothing was changed");
    }
    println!(
        "{} transactions of NOK {}: {placed} placed on invoices, {unplaced} for a caseworker",
        imported.file.items,
        kroner(imported.file.amount_ore),
    );
    Ok(())
}

async fn export(
    app: &App,
    (from, until): (NaiveDate, NaiveDate),
    out: Option<&PathBuf>,
    folder: Option<&PathBuf>,
) -> Result<(), String> {
    if until <= from {
        return Err("--until must be a day after --from".to_owned());
    }
    let text = invoice::export::accounts(app, from, until).await.map_err(in_words)?;
    match out {
        Some(path) => {
            std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))?;
        }
        None => print!("{text}"),
    }
    if let Some(folder) = folder {
        let count = write_ehf(app, (from, until), folder).await?;
        eprintln!("{count} EHF files up to {} are in {}", until - Days::new(1), folder.display());
    }
    Ok(())
}

async fn write_ehf(
    app: &App,
    (from, until): (NaiveDate, NaiveDate),
    folder: &Path,
) -> Result<usize, String> {
    use invoice::store::list::{InvoiceQuery, list};
    std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let (mut count, mut after) = (0, Some(0));
    while let Some(number) = after {
        let query = InvoiceQuery {
            from: Some(from),
            until: Some(until),
            after: Some(number),
            ..InvoiceQuery::default()
        };
        let found = list(app.db().read(), Sight::All, &query, 500).await.map_err(in_words)?;
        for one in &found {
            let Some(text) = invoice::export::ehf_of(app, one).await.map_err(in_words)? else {
                continue; // a person's
            };
            let path = folder.join(format!("{}.xml", one.number));
            std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
            count += 1;
        }
        after = found.last().map(|last| last.number);
    }
    Ok(count)
}
