//! Taking over today's list of number ranges (`E164.csv`): read and checked whole first, then written
//! in one transaction. Ranges the registry has decided on itself stay as they are.

use chrono::{DateTime, Utc};

use crate::{
    commands::{progress::Progress, run::in_words},
    database::Db,
    numbering::{
        actions::{self, TakenOver},
        listing::{List, Remark},
        model::NumberRangeRow,
        store,
    },
    values::ids::fresh,
};

/// What an import did.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Ranges written for the first time.
    pub new: usize,
    /// Ranges of which the list says something else than last time.
    pub changed: usize,
    /// Ranges that stood so already.
    pub unchanged: usize,
    /// Rows not taken: line and reason.
    pub not_taken: Vec<Remark>,
}

/// Writes a list in one transaction.
///
/// # Errors
/// When the database does not answer; then nothing has changed.
pub async fn write(db: &Db, list: &List) -> Result<Report, String> {
    let outcomes = db
        .write(|tx| async move {
            store::lock_all(&tx).await?;
            let mut progress = Progress::new("number ranges", list.ranges.len() as u64);
            let mut outcomes = Vec::with_capacity(list.ranges.len());
            for (_, listed) in &list.ranges {
                outcomes.push(actions::take_over(&tx, &with_id(listed, tx.now())).await?);
                progress.add(1);
            }
            Ok(outcomes)
        })
        .await
        .map_err(in_words)?;
    let mut report = Report { not_taken: list.not_taken.clone(), ..Report::default() };
    for ((line, _), outcome) in list.ranges.iter().zip(outcomes) {
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

fn with_id(listed: &NumberRangeRow, now: DateTime<Utc>) -> NumberRangeRow {
    NumberRangeRow { id: fresh(now), ..listed.clone() }
}

/// Tells what was done, and every row that was not taken.
pub fn print(report: &Report) {
    for Remark { line, text } in &report.not_taken {
        println!("line {line}: not taken: {text}");
    }
    println!(
        "{} new, {} changed, {} as before, {} not taken",
        report.new,
        report.changed,
        report.unchanged,
        report.not_taken.len()
    );
}
