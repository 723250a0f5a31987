//! Taking over today's public lists: read and checked whole first, then written in one transaction.
//!
//! Call signs are here with `list.rs`; rights of use of the frequency portal in `rights.rs`, its plan
//! in `frequency_plan.rs`, number ranges in `number_ranges.rs`.
//!
//! Which rows are not taken is told by line number and reason, never by content. The personal columns
//! are read past and not kept: those holders have agreed to nothing here, and register on their own
//! page. It must not decide anything about a sign the registry has decided on.

pub mod frequency_plan;
pub mod list;
pub mod number_ranges;
pub mod rights;

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::Subcommand;

use super::{
    progress::Progress,
    run::{in_words, settings},
};
use crate::{
    assignment::{
        actions::{self, TakenOver},
        store::{LegacySign, find_many, legacy_signs},
    },
    clock::{Clock as _, SystemClock},
    database::{DatabaseSettings, Db, Tx},
    failure::Failure,
    numbering,
    permit::kind::spectrum::{
        self,
        actions::{TakenOver as TakenOverRights, take_over as take_over_rights},
    },
    register::projection,
    values::{calendar::oslo_date, call_sign::CallSign},
};
use list::{List, Remark};

/// Signs looked up at a time.
const CHUNK: usize = 500;

/// What can be taken over.
#[derive(Debug, Subcommand)]
pub enum ImportCommand {
    /// The call-sign list in its layout of 14 columns.
    CallSigns {
        /// The file, in Windows-1252 or UTF-8.
        file: PathBuf,
        /// Take a list that lacks more than a few of the signs taken over before.
        #[arg(long)]
        accept_shorter: bool,
    },
    /// The frequency portal's rights of use as it publishes them. Rights that the list has no more are removed.
    RightsOfUse {
        /// The file, in JSON.
        file: PathBuf,
        /// Take a list that lacks more than a few of the rights taken over before.
        #[arg(long)]
        accept_shorter: bool,
    },
    /// The national frequency plan as the frequency portal exports it. It takes the place of the
    /// edition before it from a day on.
    FrequencyPlan {
        /// The file, in UTF-8.
        file: PathBuf,
        /// First day of the edition, e.g. 2026-01-31; today when left out.
        #[arg(long, value_name = "DATE")]
        valid_from: Option<chrono::NaiveDate>,
    },
    /// The list of number ranges (`E164.csv`) in its layout of 8 columns. Ranges that the list has no more are removed.
    NumberRanges {
        /// The file, in UTF-8.
        file: PathBuf,
        /// Take a list that lacks the end or more than a few ranges of the one before.
        #[arg(long)]
        accept_shorter: bool,
    },
}

/// What an import did.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Signs written for the first time.
    pub new: usize,
    /// Signs of which the list says something else than last time.
    pub changed: usize,
    /// Signs that stood so already.
    pub unchanged: usize,
    /// Rows not taken: line and reason.
    pub not_taken: Vec<Remark>,
    /// Rows taken without a part of theirs: line and which.
    pub in_part: Vec<Remark>,
    /// Rows taken as they are, whose call sign has the form of signs that others hold: line and what to look at.
    pub doubtful: Vec<Remark>,
    /// Signs of an earlier list that this one lacks. They stay in use: the list says nothing of their end, and nobody may be
    /// given a sign that is still on the air.
    pub missing: Vec<CallSign>,
}

/// `anrop import`.
///
/// # Errors
/// When the file is not a whole list, or the database does not answer; then nothing has changed.
pub async fn run(file: Option<PathBuf>, command: &ImportCommand) -> Result<(), String> {
    match command {
        ImportCommand::CallSigns { file: path, accept_shorter } => {
            let list = list::read(&bytes_of(path)?, oslo_date(SystemClock.now()))
                .map_err(|flaw| format!("nothing was imported: {flaw}"))?;
            let db = connect(file).await?;
            let report = match accept_shorter {
                true => call_signs(&db, &list).await,
                false => match refuse_fewer_signs(&db, &list).await {
                    Ok(()) => call_signs(&db, &list).await,
                    Err(why) => Err(why),
                },
            };
            db.close().await;
            print_report(&report?);
        }
        ImportCommand::FrequencyPlan { file: path, valid_from } => {
            let list = crate::frequency_plan::listing::read(&bytes_of(path)?)
                .map_err(|flaw| format!("nothing was imported: {flaw}"))?;
            let from = valid_from.unwrap_or_else(|| oslo_date(SystemClock.now()));
            let db = connect(file).await?;
            let done = frequency_plan::write(&db, &list, from).await;
            db.close().await;
            frequency_plan::print(&list, from, done?);
        }
        ImportCommand::NumberRanges { file: path, accept_shorter } => {
            let list = numbering::listing::read(&bytes_of(path)?)
                .map_err(|flaw| format!("nothing was imported: {flaw}"))?;
            let db = connect(file).await?;
            let report = match accept_shorter {
                true => number_ranges::write(&db, &list).await,
                false => match number_ranges::refuse_shorter(&db, &list).await {
                    Ok(()) => number_ranges::write(&db, &list).await,
                    Err(why) => Err(why),
                },
            };
            db.close().await;
            number_ranges::print(&report?);
        }
        ImportCommand::RightsOfUse { file: path, accept_shorter } => {
            let list = rights::read(&bytes_of(path)?)
                .map_err(|flaw| format!("nothing was imported: {flaw}"))?;
            let db = connect(file).await?;
            let done = match accept_shorter {
                true => rights_of_use(&db, &list).await,
                false => match refuse_fewer_rights(&db, &list).await {
                    Ok(()) => rights_of_use(&db, &list).await,
                    Err(why) => Err(why),
                },
            };
            db.close().await;
            print_rights(&list, done?);
        }
    }
    Ok(())
}

fn bytes_of(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}

async fn connect(configuration: Option<PathBuf>) -> Result<Db, String> {
    let settings = settings(configuration.as_ref())?;
    Db::connect(
        &DatabaseSettings { url: settings.database_url, connections: 2, exclusive: true },
        Arc::new(SystemClock),
    )
    .await
    .map_err(in_words)
}

/// Makes the rights of use those of a list, in one transaction.
///
/// # Errors
/// When the database does not answer; then nothing has changed.
pub async fn rights_of_use(db: &Db, list: &rights::List) -> Result<TakenOverRights, String> {
    db.write_much(|tx| async move { take_over_rights(&tx, &list.rights, &list.refused).await })
        .await
        .map_err(in_words)
}

/// Refuses a list that lacks more than a few per cent of the rights taken over before: the portal may have answered with
/// less than it has, and what a list lacks is removed.
///
/// # Errors
/// How many it lacks, and how to take it all the same.
pub async fn refuse_fewer_rights(db: &Db, list: &rights::List) -> Result<(), String> {
    let former = spectrum::store::legacy::all(db.read()).await.map_err(in_words)?;
    let listed: HashSet<i64> = list.rights.iter().map(|(_, right)| right.id).collect();
    let gone = former
        .iter()
        .filter(|(_, right)| !listed.contains(&right.id) && !list.refused.contains(&right.id))
        .count();
    refuse_shorter(gone, former.len(), "rights of use")
}

fn refuse_shorter(gone: usize, former: usize, what: &str) -> Result<(), String> {
    if gone * 100 <= former * MOST_GONE_PERCENT {
        return Ok(());
    }
    Err(format!(
        "nothing was imported: the file may be cut off: it lacks {gone} of the {former} {what} taken over before. Fetch it again; if the source itself is so, run again with --accept-shorter"
    ))
}

fn print_rights(list: &rights::List, done: TakenOverRights) {
    for Remark { line, text } in &list.not_taken {
        println!("row {line}: not taken: {text}");
    }
    let TakenOverRights { new, changed, unchanged, gone } = done;
    println!(
        "{new} new, {changed} changed, {unchanged} as before, {gone} not listed any more and removed, {} not taken",
        list.not_taken.len()
    );
}

/// What a newer list may lack of the one before, in per cent.
const MOST_GONE_PERCENT: usize = 2;

/// Refuses a list that may be cut off at the end of a line: one that lacks more than a few per cent of
/// the signs taken over before. The list has no order, so that its end is not known by its last row.
///
/// # Errors
/// How many it lacks, and how to take it all the same.
pub async fn refuse_fewer_signs(db: &Db, list: &List) -> Result<(), String> {
    let former = legacy_signs(db.read()).await.map_err(in_words)?;
    let listed: HashSet<CallSign> = list.signs.iter().map(|(_, sign)| sign.sign).collect();
    let gone = former.iter().filter(|sign| !listed.contains(sign)).count();
    refuse_shorter(gone, former.len(), "call signs")
}

/// Writes a list in one transaction.
///
/// # Errors
/// When the database does not answer; then nothing has changed.
pub async fn call_signs(db: &Db, list: &List) -> Result<Report, String> {
    let outcomes = db
        .write_much(|tx| async move {
            let mut progress = Progress::new("call signs", list.signs.len() as u64);
            let mut outcomes = Vec::with_capacity(list.signs.len());
            for chunk in list.signs.chunks(CHUNK) {
                let signs: Vec<LegacySign> = chunk.iter().map(|(_, sign)| sign.clone()).collect();
                let taken = actions::take_over(&tx, &signs).await?;
                for (sign, outcome) in signs.iter().zip(&taken) {
                    if matches!(outcome, TakenOver::New | TakenOver::Changed) {
                        projection::call_sign(&tx, sign.sign).await?;
                    }
                }
                outcomes.extend(taken);
                progress.add(chunk.len() as u64);
            }
            let missing = missing(&tx, list).await?;
            Ok((outcomes, missing))
        })
        .await
        .map_err(in_words)?;
    let (outcomes, missing) = outcomes;
    let mut report = Report {
        missing,
        not_taken: list.not_taken.clone(),
        in_part: list.in_part.clone(),
        doubtful: list.doubtful.clone(),
        ..Report::default()
    };
    for ((line, _), outcome) in list.signs.iter().zip(outcomes) {
        match outcome {
            TakenOver::New => report.new += 1,
            TakenOver::Changed => report.changed += 1,
            TakenOver::Unchanged => report.unchanged += 1,
            TakenOver::Decided(status) => report.not_taken.push(Remark {
                line: *line,
                text: format!(
                    "the registry has decided on this call sign itself ({})",
                    status.code()
                ),
            }),
        }
    }
    report.not_taken.sort_by_key(|remark| remark.line);
    Ok(report)
}

/// Signs in use by an earlier list alone that this one lacks.
async fn missing(tx: &Tx, list: &List) -> Result<Vec<CallSign>, Failure> {
    let listed: HashSet<CallSign> = list.signs.iter().map(|(_, sign)| sign.sign).collect();
    let mut former = legacy_signs(&**tx).await?;
    former.retain(|sign| !listed.contains(sign));
    let mut missing = Vec::new();
    for chunk in former.chunks(CHUNK) {
        let rows = find_many(&**tx, chunk).await?;
        missing.extend(rows.iter().filter(|row| actions::is_legacy(row)).map(|row| row.sign));
    }
    missing.sort_unstable();
    Ok(missing)
}

fn print_report(report: &Report) {
    for Remark { line, text } in &report.not_taken {
        println!("line {line}: not taken: {text}");
    }
    for Remark { line, text } in &report.in_part {
        println!("line {line}: taken in part: {text}");
    }
    for Remark { line, text } in &report.doubtful {
        println!("line {line}: taken, to be looked at: {text}");
    }
    for sign in &report.missing {
        println!("{sign}: not listed any more; it stays in use until a caseworker decides on it");
    }
    println!(
        "{} new, {} changed, {} as before, {} not listed any more, {} not taken, {} to be looked at",
        report.new,
        report.changed,
        report.unchanged,
        report.missing.len(),
        report.not_taken.len(),
        report.doubtful.len()
    );
    println!(
        "names and addresses of persons were read past and not kept: these holders register themselves"
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{clock::ManualClock, database::Migration, register::store::page};

    pub(super) async fn database(folder: &tempfile::TempDir) -> Db {
        let url = format!("sqlite:{}", folder.path().join("import.db").display());
        let clock = ManualClock::new("2026-11-22T10:00:00Z".parse().unwrap());
        let settings = DatabaseSettings { url, connections: 2, exclusive: true };
        let db = Db::connect(&settings, Arc::new(clock)).await.unwrap();
        db.migrate(Migration::Up).await.unwrap();
        db
    }

    #[tokio::test]
    async fn a_second_run_changes_nothing_and_no_person_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let db = database(&folder).await;
        let list = list::tests::specimen();
        let first = call_signs(&db, &list).await.unwrap();
        assert_eq!((first.new, first.changed, first.unchanged), (10, 0, 0), "{first:?}");
        let before = page(db.read(), None, 100).await.unwrap();
        let second = call_signs(&db, &list).await.unwrap();
        assert_eq!((second.new, second.changed, second.unchanged), (0, 0, 10));
        assert_eq!(first.not_taken, second.not_taken);
        let after = page(db.read(), None, 100).await.unwrap();
        assert_eq!(format!("{before:?}"), format!("{after:?}"));
        let all = format!("{after:?}");
        for person in ["Prøvesen", "Fiktivdal", "Eksempelveien", "Mønsterplassen"] {
            assert!(!all.contains(person), "{person}");
        }
        let shown = |sign: &str| {
            let sign = CallSign::parse(sign).unwrap();
            let mut signs = after.iter().filter_map(|(_, change)| change.clone().sign());
            signs.find(|entry| entry.key == sign).unwrap().row.unwrap()
        };
        assert_eq!(
            shown("LA1SPC").holder.as_ref().and_then(|holder| holder.name.as_deref()),
            Some("Prøveklubben i Nordfjorden")
        );
        assert_eq!(shown("LB1QA").holder, None);
        assert_eq!(shown("LB1QA").status, crate::assignment::SignStatus::InUse);
    }

    #[tokio::test]
    async fn a_list_cut_at_the_end_of_a_line_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let db = database(&folder).await;
        let list = list::tests::specimen();
        refuse_fewer_signs(&db, &list).await.unwrap();
        call_signs(&db, &list).await.unwrap();
        refuse_fewer_signs(&db, &list).await.unwrap();
        let mut cut = list::tests::specimen();
        cut.signs.pop();
        let why = refuse_fewer_signs(&db, &cut).await.unwrap_err();
        assert!(why.contains("lacks 1 of the 10") && why.contains("--accept-shorter"), "{why}");
        // taken all the same, what it lacks is told and stays
        let (_, lacking) = list.signs.last().expect("a sign");
        let report = call_signs(&db, &cut).await.unwrap();
        assert_eq!(report.missing, [lacking.sign]);
        assert_eq!(call_signs(&db, &list).await.unwrap().missing, []);
    }

    #[tokio::test]
    async fn a_list_of_rights_that_lacks_most_is_refused() {
        let text =
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/rights_of_use.json"));
        let folder = tempfile::tempdir().unwrap();
        let db = database(&folder).await;
        let list = rights::read(text.as_bytes()).unwrap();
        refuse_fewer_rights(&db, &list).await.unwrap();
        rights_of_use(&db, &list).await.unwrap();
        refuse_fewer_rights(&db, &list).await.unwrap();
        let why = refuse_fewer_rights(&db, &rights::read(b"[]").unwrap()).await.unwrap_err();
        assert!(why.contains("lacks 4 of the 4") && why.contains("--accept-shorter"), "{why}");
    }

    #[tokio::test]
    async fn rights_of_use_come_out_as_they_came_in_and_a_second_run_changes_nothing() {
        use crate::permit::kind::spectrum::store::legacy;
        let text =
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/rights_of_use.json"));
        let folder = tempfile::tempdir().unwrap();
        let db = database(&folder).await;
        let list = rights::read(text.as_bytes()).unwrap();
        let first = rights_of_use(&db, &list).await.unwrap();
        assert_eq!(first, TakenOverRights { new: 4, ..TakenOverRights::default() });
        let kept = || async {
            let rows = legacy::all(db.read()).await.unwrap();
            serde_json::to_value(rows.into_iter().map(|(_, right)| right).collect::<Vec<_>>())
                .unwrap()
        };
        let rows: serde_json::Value = serde_json::from_str(text).unwrap();
        assert_eq!(kept().await, rows);
        let second = rights_of_use(&db, &list).await.unwrap();
        assert_eq!(second, TakenOverRights { unchanged: 4, ..TakenOverRights::default() });
        assert_eq!(kept().await, rows);
        // one row says something else, one is refused and stays, one is listed no more
        let mut later = rows.clone();
        later[1]["company"] = "Eksempelnett AS".into();
        later[2]["rightofuseinfono"] = "x".into();
        later.as_array_mut().unwrap().pop();
        let third =
            rights_of_use(&db, &rights::read(later.to_string().as_bytes()).unwrap()).await.unwrap();
        assert_eq!(third, TakenOverRights { new: 0, changed: 1, unchanged: 1, gone: 1 });
        later[2] = rows[2].clone();
        assert_eq!(kept().await, later);
    }

    #[tokio::test]
    async fn a_sign_the_registry_has_decided_on_stays_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let db = database(&folder).await;
        let sign = CallSign::parse("LB1QA").unwrap();
        let day = chrono::NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        db.write(|tx| async move {
            let deed =
                actions::Deed { sign, version: 0, grounds: "reason", actor: "caseworker", day };
            actions::block(&tx, deed).await.map(|_| ())
        })
        .await
        .unwrap();
        let report = call_signs(&db, &list::tests::specimen()).await.unwrap();
        assert_eq!(report.new, 9);
        assert!(report.not_taken.iter().any(|remark| remark.text.contains("blocked")));
    }
}
