//! Taking over today's list of number ranges (`E164.csv`): read and checked whole first, then written
//! in one transaction. Ranges the registry has decided on itself stay as they are.

use crate::{
    commands::{progress::Progress, run::in_words},
    database::Db,
    numbering::{
        actions::TakenOver,
        list::{
            actions::{Gone, take_over_edition},
            rules, store as list_store,
        },
        listing::{List, Remark},
        store,
    },
};

/// What an import did.
#[derive(Debug, Default, PartialEq)]
pub struct Report {
    /// Ranges written for the first time.
    pub new: usize,
    /// Ranges of which the list says something else than last time.
    pub changed: usize,
    /// Ranges that stood so already.
    pub unchanged: usize,
    /// Ranges that the list taken over before had and this one has not.
    pub gone: Vec<Gone>,
    /// Rows not taken: line and reason.
    pub not_taken: Vec<Remark>,
}

/// Refuses a list that may be cut off at the end of a line: one that lacks the end of the list before
/// or more than a few per cent of it; the first, if it does not reach the end of the numbering plan.
///
/// # Errors
/// What it lacks, and how to take it all the same.
pub async fn refuse_shorter(db: &Db, list: &List) -> Result<(), String> {
    let former = list_store::edition(db.read()).await.map_err(in_words)?;
    match rules::cut_off(&former, &list.named()) {
        None => Ok(()),
        Some(why) => Err(format!(
            "nothing was imported: the file may be cut off: {why}. Fetch it again; if the source itself is so, run again with --accept-shorter"
        )),
    }
}

/// Writes a list in one transaction.
///
/// # Errors
/// When the database does not answer; then nothing has changed.
pub async fn write(db: &Db, list: &List) -> Result<Report, String> {
    let edition = db
        .write_much(|tx| async move {
            store::lock_all(&tx).await?;
            let mut progress = Progress::new("number ranges", list.ranges.len() as u64);
            take_over_edition(&tx, &list.ranges, &list.refused, || progress.add(1)).await
        })
        .await
        .map_err(in_words)?;
    let mut report =
        Report { not_taken: list.not_taken.clone(), gone: edition.gone, ..Report::default() };
    for ((line, _), outcome) in list.ranges.iter().zip(edition.outcomes) {
        match outcome {
            TakenOver::New => report.new += 1,
            TakenOver::Changed => report.changed += 1,
            TakenOver::Unchanged => report.unchanged += 1,
            TakenOver::Decided => report.not_taken.push(Remark {
                line: *line,
                text: "the registry has decided on part of this range itself".to_owned(),
            }),
        }
    }
    report.not_taken.sort_by_key(|remark| remark.line);
    Ok(report)
}

/// Tells what was done, and every row that was not taken.
pub fn print(report: &Report) {
    for Remark { line, text } in &report.not_taken {
        println!("line {line}: not taken: {text}");
    }
    for Gone { resource, status, provider, is_decided } in &report.gone {
        let named = provider.as_ref().map(|name| format!(", {name}")).unwrap_or_default();
        let fate = if *is_decided {
            "the registry has decided on part of it itself, which stays"
        } else {
            "removed"
        };
        println!("not listed any more: {resource} ({}{named}): {fate}", status.code());
    }
    println!(
        "{} new, {} changed, {} as before, {} not listed any more, {} not taken",
        report.new,
        report.changed,
        report.unchanged,
        report.gone.len(),
        report.not_taken.len()
    );
}
