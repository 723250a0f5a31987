//! One run of each job, for the loops of [`super`] and for whoever needs its work done now. How often it runs, and what
//! becomes of its faults, is not said here.

use std::{path::Path, time::Instant};

use tokio::time::timeout;

use crate::{
    app::App,
    assignment, attachment, case, draft,
    failure::Failure,
    fee, frequency_plan, identity, journal, letter, notification, permit, programming,
    register::{follow, lease, projection},
    rescue, retention,
    seal::{checkpoint, sealer},
    supervision, task, utilisation,
    values::calendar::oslo_date,
};

/// Call signs that are freed before the work rests.
const SIGNS_AT_ONCE: u64 = 100;

/// Cuts worn parts of the register anew. It waits ten times as long as that took before the next, so
/// that many withdrawals in a row do not keep a processor busy.
pub(super) async fn recut_once(app: App) -> Result<(), Failure> {
    let began = Instant::now();
    let register = app.clone();
    let is_cut = tokio::task::spawn_blocking(move || register.register().recut())
        .await
        .map_err(Failure::internal)?;
    if is_cut {
        app.register().tell();
        let took = began.elapsed();
        metrics::histogram!("anrop_register_recut_seconds").record(took.as_secs_f64());
        let _ = timeout(took * 10, app.signals().stop.notified()).await;
    }
    Ok(())
}

/// Reads which sessions other processes have ended.
///
/// # Errors
/// When the database does not answer.
pub async fn end_sessions_once(app: App) -> Result<(), Failure> {
    identity::ended::refresh(&app).await
}

pub(super) async fn follow_once(app: App) -> Result<(), Failure> {
    let seq = follow::advance(&app, app.lease().applied()).await?;
    app.lease().set_applied(seq);
    app.feed().tell(seq);
    Ok(())
}

pub(super) async fn read_plan_once(app: App) -> Result<(), Failure> {
    frequency_plan::current::refresh(&app).await
}

pub(super) async fn renew_once(app: App) -> Result<(), Failure> {
    lease::renew(&app).await
}

pub(super) async fn forget_files(app: App) -> Result<(), Failure> {
    app.snapshots().forget_idle();
    Ok(())
}

pub(super) async fn drain_once(app: App) -> Result<(), Failure> {
    rescue::actions::drain_spool(&app).await.map(|_| ())
}

pub(super) async fn stand_by_once(app: App) -> Result<(), Failure> {
    rescue::actions::tend_standby(&app).await
}

/// Makes the rows that kinds keep beside permits anew, where the program has come to make others.
///
/// # Errors
/// When the database does not answer.
pub async fn claim_once(app: App) -> Result<(), Failure> {
    permit::actions::claim_anew(&app).await.map(|_| ())
}

/// Ends permits whose last day has passed and what the authority considered to do to them, and frees call
/// signs whose rest or reservation is over, until none is left.
///
/// # Errors
/// When the database does not answer.
pub async fn expire_once(app: App) -> Result<(), Failure> {
    permit::actions::expire_due(&app).await?;
    case::actions::permit_ended::close_moot(&app).await?;
    free_signs(&app).await
}

async fn free_signs(app: &App) -> Result<(), Failure> {
    loop {
        let began = Instant::now();
        let today = oslo_date(app.clock().now());
        let mut freed = 0;
        for sign in assignment::store::run_out(app.db().read(), today, SIGNS_AT_ONCE).await? {
            let freeing = app.db().write(|tx| async move {
                let is_freed = assignment::actions::free(&tx, sign, today).await?;
                if is_freed {
                    projection::call_sign(&tx, sign).await?;
                }
                Ok(is_freed)
            });
            freed += u64::from(freeing.await?);
        }
        if freed == 0 {
            return Ok(());
        }
        app.signals().rest(began).await;
        if app.signals().is_stopping() {
            return Ok(());
        }
    }
}

/// Gives documents their numbers in the journal of the year.
///
/// # Errors
/// When the database does not answer.
pub async fn number_journal_once(app: App) -> Result<(), Failure> {
    journal::actions::number(&app).await.map(|_| ())
}

/// Writes the annual fees that are not written yet, and what final coercive fines have come to.
///
/// # Errors
/// When the database does not answer.
pub async fn charge_once(app: App) -> Result<(), Failure> {
    let settled = fee::run::actions::charge_years(&app).await?;
    if settled > 0 {
        tracing::info!(permits = settled, "annual fees are settled");
    }
    let fines = supervision::actions::charging::charge_final(&app).await?;
    if fines > 0 {
        tracing::info!(fines, "final coercive fines are charged");
    }
    Ok(())
}

/// Works on the yearly runs that somebody has begun, and issues invoices for what waits.
///
/// # Errors
/// When the database does not answer.
pub async fn invoice_once(app: App) -> Result<(), Failure> {
    let settled = fee::run::actions::work(&app).await?;
    let issued = fee::invoice::actions::issue_waiting(&app).await?;
    if settled > 0 || issued > 0 {
        tracing::info!(permits = settled, invoices = issued, "fees are invoiced");
    }
    Ok(())
}

/// Sends the digest of the live permits to every rescue centre, once each Oslo day.
///
/// # Errors
/// When the database does not answer.
pub async fn digest_once(app: App) -> Result<(), Failure> {
    rescue::actions::send_digest(&app).await.map(|_| ())
}

/// Reminds programmers, gives caseworkers what is too old, asks holders to confirm.
///
/// # Errors
/// When the database does not answer.
pub async fn remind_once(app: App) -> Result<(), Failure> {
    programming::actions::follow_up(&app).await?;
    case::actions::letters::answer_provisionally(&app).await?;
    fee::invoice::actions::remind_due(&app).await?;
    notification::email::actions::remind_of_answers(&app).await?;
    notification::email::actions::remind_of_ends(&app).await?;
    notification::email::actions::remind_of_reports(&app).await?;
    notification::email::actions::ask_for_use(&app).await?;
    utilisation::actions::watch_use(&app).await?;
    task::actions::watch_series(&app).await?;
    notification::actions::ask_to_confirm(&app).await.map(|_| ())
}

/// Reminds caseworkers of deadlines, and heads of those that have passed.
///
/// # Errors
/// When the database does not answer.
pub async fn watch_once(app: App) -> Result<(), Failure> {
    task::actions::remind(&app).await.map(|_| ())
}

/// Adds up how many cases there are.
///
/// # Errors
/// When the database does not answer.
pub async fn add_up_once(app: App) -> Result<(), Failure> {
    case::queue::actions::fold(&app).await
}

/// Deletes the drafts that nobody has gone on with for too long.
///
/// # Errors
/// When the database does not answer.
pub async fn forget_drafts_once(app: App) -> Result<(), Failure> {
    let gone = draft::actions::forget_old(&app).await?;
    if gone > 0 {
        tracing::info!(drafts = gone, "old drafts are deleted");
    }
    Ok(())
}

/// Destroys what is kept no longer.
///
/// # Errors
/// When the database does not answer.
pub async fn destroy_once(app: App) -> Result<(), Failure> {
    retention::actions::destroy_due(&app).await.map(|_| ())
}

/// Hands over the text messages that are due.
///
/// # Errors
/// When the database does not answer.
pub async fn notify_once(app: App) -> Result<(), Failure> {
    notification::actions::send_due(&app).await.map(|_| ())
}

/// Hands over the notices by e-mail that are due.
///
/// # Errors
/// When the database does not answer.
pub async fn mail_once(app: App) -> Result<(), Failure> {
    notification::email::actions::send_due(&app).await.map(|_| ())
}

/// Removes documents that did not come in whole.
///
/// # Errors
/// When the database or the folder does not answer.
pub async fn tidy_documents_once(app: App) -> Result<(), Failure> {
    attachment::actions::forget_unfinished(&app).await.map(|_| ())
}

/// Draws the files of new letters.
///
/// # Errors
/// When the database does not answer.
pub async fn draw_letters_once(app: App) -> Result<(), Failure> {
    // a yearly run leaves many at once
    while letter::actions::draw_files(&app).await? > 0 && !app.signals().is_stopping() {}
    Ok(())
}

/// Hands over the text messages about letters that are due.
///
/// # Errors
/// When the database does not answer.
pub async fn notice_once(app: App) -> Result<(), Failure> {
    letter::notices::send_due(&app).await.map(|_| ())
}

pub(super) async fn checkpoint_once(app: App) -> Result<(), Failure> {
    write_checkpoint(&app, app.checkpoints()).await
}

/// Signs the head of the log into the folder of checkpoints.
///
/// # Errors
/// When the database or the folder does not answer.
pub async fn write_checkpoint(app: &App, folder: &Path) -> Result<(), Failure> {
    let head = sealer::head(app.db().read()).await?;
    if head.count == 0 {
        return Ok(());
    }
    let signed = checkpoint::Checkpoint::sign(head, app.clock().now(), app.keys().checkpoint_key());
    let folder = folder.to_owned();
    tokio::task::spawn_blocking(move || checkpoint::append(&folder, &signed))
        .await
        .map_err(Failure::internal)?
        .map_err(Failure::internal)?;
    Ok(())
}
