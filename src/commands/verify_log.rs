//! Proving the log unbroken and complete.

use std::path::PathBuf;

use super::run::{app, in_words, settings};
use crate::seal::verify;

/// `anrop verify-log`.
///
/// # Errors
/// The first broken row, and every checkpoint that disagrees.
pub async fn run(file: Option<PathBuf>, checkpoints: Option<PathBuf>) -> Result<(), String> {
    let settings = settings(file.as_ref())?;
    let folder = checkpoints.unwrap_or_else(|| settings.checkpoints.clone());
    let app = app(settings).await?;
    let report = verify::verify(&app, Some(&folder)).await.map_err(in_words)?;
    println!(
        "{} entries hold, root {}; {} checkpoints read",
        report.head.count, report.head.root, report.checkpoints
    );
    if report.holds() {
        println!("the log is unbroken and complete");
        return Ok(());
    }
    let mut faults: Vec<String> = report.disagreements.clone();
    faults.extend(report.broken.map(|broken| format!("the log is broken: {broken}")));
    if report.broken.is_none() && report.head != report.stored {
        faults.push(format!(
            "the head says {} entries, {} were found",
            report.stored.count, report.head.count
        ));
    }
    Err(faults.join("\n"))
}
