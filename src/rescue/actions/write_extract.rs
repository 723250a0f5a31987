//! Writing an extract for one receiver: every permit the rescue centre gets, live and ended, with what each was found by
//! before, and the outcomes of alerts; each permit is noted in the disclosure log like any other that leaves. Permits of
//! which nothing is given are named, and the log's link at its head and where the receiver asks for it: the proof that the
//! feed gives, so that a copy gives nothing up to a registry that was put back to an earlier state.

use std::{fs::File, io::BufWriter, path::Path};

use chrono::DateTime;
use uuid::Uuid;

use super::{
    super::{
        copy::{Held, HeldAlert},
        extract::{Line, LogPlace, ReceiverPublicKey, Statement, Withheld, Writer},
        store,
    },
    state::{CHUNK, Given, states_of},
};
use crate::{app::App, failure::Failure, seal::sealer};

/// Writes an extract to a file, which is there whole or not at all; answers what was signed. `after` is the place of the
/// log the receiver has reached.
///
/// # Errors
/// When the database or the file does not answer.
pub async fn write_extract(
    app: &App,
    officer: &str,
    receiver: &ReceiverPublicKey,
    after: Option<i64>,
    out: &Path,
) -> Result<Statement, Failure> {
    let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty());
    let temporary = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))
        .map_err(Failure::internal)?;
    let file = temporary.reopen().map_err(Failure::internal)?;
    let mut writer = Writer::begin(BufWriter::new(file), receiver).map_err(Failure::internal)?;
    let at = app.clock().now();
    // the head is read first: every change up to it is in what is read afterwards
    let head = store::head(app.db().read()).await?;
    let last = i64::try_from(head).map_err(Failure::internal)?;
    for place in after.filter(|after| *after != last).into_iter().chain([last]) {
        // none behind the end of the log, as in the feed
        if let Some(link) = sealer::link_at(app.db().read(), place).await? {
            let line = Line::Log(LogPlace { place, link: link.to_string() });
            writer.add(&line).map_err(Failure::internal)?;
        }
    }
    write_permits(app, officer, &mut writer).await?;
    write_alerts(app, &mut writer).await?;
    let (file, statement) =
        writer.finish(head, at, app.keys().checkpoint_key()).map_err(Failure::internal)?;
    let file = file.into_inner().map_err(|error| Failure::internal(error.into_error()))?;
    file.sync_all().map_err(Failure::internal)?;
    temporary.persist(out).map_err(|error| Failure::internal(error.error))?;
    Ok(statement)
}

async fn write_permits(
    app: &App,
    officer: &str,
    writer: &mut Writer<BufWriter<File>>,
) -> Result<(), Failure> {
    let mut after = Uuid::nil();
    loop {
        let permits = store::newest_after(app.db().read(), after, CHUNK as u64).await?;
        let Some(last) = permits.last() else { return Ok(()) };
        after = last.permit.0;
        let states = states_of(app, permits).await?;
        let given: Vec<_> = states.iter().filter_map(|state| state.entry(officer)).collect();
        // noted before it is written: nothing leaves unnoted
        super::state::log(app, &given).await?;
        for state in &states {
            let line = match (&state.given, state.held()) {
                (Given::Unreadable, _) => Line::Unreadable(state.newest.permit),
                (_, Some(held)) => Line::Permit(Box::new(Held { holder: None, ..held })),
                (_, None) => {
                    let (permit, version) = (state.newest.permit, state.newest.version);
                    Line::Withheld(Withheld { permit, version })
                }
            };
            writer.add(&line).map_err(Failure::internal)?;
        }
    }
}

async fn write_alerts(app: &App, writer: &mut Writer<BufWriter<File>>) -> Result<(), Failure> {
    let (mut from, mut after) = (DateTime::UNIX_EPOCH, None);
    loop {
        let alerts = store::alerts_since(app.db().read(), from, after, CHUNK as u64).await?;
        let Some(last) = alerts.last() else { return Ok(()) };
        (from, after) = (last.at, Some(last.id));
        for alert in alerts {
            writer.add(&Line::Alert(HeldAlert::of(alert))).map_err(Failure::internal)?;
        }
    }
}
