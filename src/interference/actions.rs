//! Taking a report, following it by its code, and what caseworkers decide about it. Each is one transaction.

use chrono::Datelike as _;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::{
    model::{NewReport, Report, Status, parse_number},
    rules, store,
};
use crate::{
    app::App,
    database::Tx,
    failure::{Failure, Problem},
    idempotency::{self, IdempotencyKey},
    identity::Caller,
    journal::{self, Direction},
    keys::{BlindPurpose, KeyRing, blind},
    permit,
    supervision::{
        self,
        model::{Case, NewCase},
    },
    values::{calendar::oslo_date, ids::CaseId},
};

/// Name of the operation, for idempotency.
pub const OPERATION: &str = "reportInterference";

/// A report that was taken, and the code to follow it by.
#[derive(Debug)]
pub struct Receipt {
    /// The report.
    pub report: Report,
    /// The code, good once.
    pub code: String,
}

fn code(ring: &KeyRing, report: &Report) -> String {
    let text = format!("{}/{}", report.id, report.code_number);
    rules::code_of(&blind(ring, BlindPurpose::ReportCode, &text))
}

fn receipt(ring: &KeyRing, report: Report) -> Receipt {
    let code = code(ring, &report);
    Receipt { report, code }
}

/// Takes a report. The same key makes one report, and answers the same again.
///
/// # Errors
/// 429 when too many came from this address; 409 when the key was used for something else.
pub async fn take(
    app: &App,
    address: &str,
    new: &NewReport,
    key: Option<&IdempotencyKey>,
) -> Result<Receipt, Failure> {
    if let Some(made) = made_before(app, key).await? {
        return Ok(made);
    }
    let now = app.clock().now();
    let detail = "Too many reports came from your network. Wait ten minutes; call the duty line if life or safety is at risk.";
    app.report_limit().check(address, now, detail).inspect_err(|_| {
        metrics::counter!("anrop_interference_reports_refused_total").increment(1);
    })?;
    let taken = app
        .db()
        .write(|tx| async move {
            let day = oslo_date(tx.now());
            let serial = permit::store::next_serial(&tx, "interference_number").await?;
            let report = store::insert(&tx, &app.keys(), new, ((day.year(), serial), day)).await?;
            if let Some(key) = key {
                key.remember(&tx, OPERATION, report.id).await?;
            }
            Ok(report)
        })
        .await;
    let report = match taken {
        Ok(report) => report,
        // the same key was carried out at the same moment: answer what that made
        Err(failure) if failure.problem() == Problem::Conflict => {
            return made_before(app, key).await?.ok_or(failure);
        }
        Err(failure) => return Err(failure),
    };
    app.report_limit().miss(address, now);
    let (severity, service) = (report.severity.code(), report.service.code());
    metrics::counter!("anrop_interference_reports_total", "severity" => severity, "service" => service)
        .increment(1);
    if report.is_alarm {
        metrics::counter!("anrop_interference_alarms_total", "service" => service).increment(1);
        tracing::warn!(severity, service, report = %report.id, "interference is reported that cannot wait");
    }
    count_alarms(app).await?;
    Ok(receipt(&app.keys(), report))
}

async fn made_before(app: &App, key: Option<&IdempotencyKey>) -> Result<Option<Receipt>, Failure> {
    let Some(key) = key else { return Ok(None) };
    match key.made(app.db().read(), OPERATION).await? {
        Some(id) => {
            let kept = store::find(app.db().read(), id).await?;
            Ok(Some(receipt(&app.keys(), kept.report)))
        }
        None => Ok(None),
    }
}

/// Sets the gauge of alarms that wait for somebody.
///
/// # Errors
/// When the database does not answer.
#[allow(clippy::cast_precision_loss)] // a gauge is a float; no queue is 2^52 long
pub async fn count_alarms(app: &App) -> Result<(), Failure> {
    let groups = store::groups(app.db().read(), app.clock().now()).await?;
    let waiting: u64 = groups.iter().filter(|group| group.rings).map(|group| group.count).sum();
    let overdue: u64 =
        groups.iter().filter(|group| group.is_overdue).map(|group| group.count).sum();
    metrics::gauge!("anrop_interference_alarms_waiting").set(waiting as f64);
    metrics::gauge!("anrop_interference_reports_overdue").set(overdue as f64);
    Ok(())
}

/// What a reporter is told by a code.
#[derive(Debug)]
pub struct Followed {
    /// The report.
    pub report: Report,
    /// The case it belongs to.
    pub case: Option<Case>,
    /// The code for the next time.
    pub next_code: String,
}

/// Tells where a report stands. The code is used up by it, and another is given.
///
/// # Errors
/// 404 when there is no such report, when the code is not its own or used, and when the report was erased: the
/// three are not told apart. 429 after too many of these from one address.
pub async fn follow(
    app: &App,
    address: &str,
    number: &str,
    typed: &str,
) -> Result<Followed, Failure> {
    let now = app.clock().now();
    let detail = "Too many attempts came from your network. Wait a minute.";
    app.contact_limit().check(address, now, detail)?;
    let ring = app.keys();
    let followed = match parse_number(number) {
        Some(number) => {
            let ring = &ring;
            app.db()
                .write(|tx| async move {
                    let Some(mut report) = store::lock_number(&tx, number).await? else {
                        return Ok(None);
                    };
                    if !is_same(&rules::plain_code(&code(ring, &report)), &rules::plain_code(typed))
                    {
                        return Ok(None);
                    }
                    report.code_number += 1;
                    store::update(&tx, &report).await?;
                    let case = match report.status {
                        Status::Received => None,
                        Status::InCase(case) => {
                            Some(supervision::store::find(&*tx, CaseId(case)).await?.case)
                        }
                    };
                    let next_code = code(ring, &report);
                    Ok(Some(Followed { report, case, next_code }))
                })
                .await?
        }
        None => None,
    };
    followed.ok_or_else(|| {
        app.contact_limit().miss(address, now);
        Failure::new(
            Problem::NotFound,
            "There is no report with this number and code. A code is good once; a report that did not lead to a case is erased.",
        )
    })
}

/// Compares digests of both, so that the time it takes tells nothing.
fn is_same(one: &str, other: &str) -> bool {
    Sha256::digest(one) == Sha256::digest(other)
}

/// A report, for a caseworker. What belongs to a case is read by whoever may read the case.
///
/// # Errors
/// 404 when there is none, or it belongs to a case directed at the caller, which is logged.
pub async fn read(app: &App, caller: &Caller, id: Uuid) -> Result<store::Kept, Failure> {
    let kept = store::find(app.db().read(), id).await?;
    if let Status::InCase(case) = kept.report.status {
        supervision::actions::may_see(app, caller, CaseId(case)).await?;
    }
    Ok(kept)
}

/// Takes notice of an alarm.
///
/// # Errors
/// 404, 412, or 409 when there is no alarm or somebody has taken notice.
pub async fn acknowledge(
    app: &App,
    caller: &Caller,
    id: Uuid,
    version: i32,
) -> Result<Report, Failure> {
    let report = app
        .db()
        .write(|tx| async move {
            let mut report = undecided(&tx, id, version).await?.report;
            if !report.rings() {
                return Err(Failure::new(
                    Problem::IllegalTransition,
                    "No alarm of this report waits. Read it again.",
                ));
            }
            report.acknowledged = Some((tx.now(), caller.subject.clone()));
            report.version += 1;
            store::update(&tx, &report).await?;
            Ok(report)
        })
        .await?;
    count_alarms(app).await?;
    Ok(report)
}

async fn undecided(tx: &Tx, id: Uuid, version: i32) -> Result<store::Kept, Failure> {
    let kept = store::lock(tx, id).await?;
    if kept.report.version != version {
        return Err(Failure::stale());
    }
    if kept.report.status != Status::Received {
        return Err(Failure::new(
            Problem::IllegalTransition,
            "It has been decided already what becomes of this report.",
        ));
    }
    Ok(kept)
}

/// What a caseworker decides about a report.
#[derive(Debug)]
pub enum Triage {
    /// It is a matter for supervision: a case is opened.
    Open(Box<NewCase>),
    /// It belongs to a case that is open.
    Join(CaseId),
    /// No case: it is erased.
    Close,
}

/// Carries out what a caseworker decided; answers the case, or none when the report was erased.
///
/// # Errors
/// 404, 412 or 409 as every step; 409 when the case is closed; 403 for a caseworker who is party to it.
pub async fn triage(
    app: &App,
    caller: &Caller,
    id: Uuid,
    version: i32,
    triage: &Triage,
) -> Result<Option<Case>, Failure> {
    match triage {
        Triage::Open(new) => supervision::actions::may_open(app, caller, new).await?,
        Triage::Join(case) => supervision::actions::may_act(app, caller, *case).await?,
        Triage::Close => {}
    }
    let case = app
        .db()
        .write(|tx| async move {
            let kept = undecided(&tx, id, version).await?;
            let case = match triage {
                Triage::Close => {
                    store::erase(&tx, id).await?;
                    idempotency::forget(&tx, id).await?;
                    return Ok(None);
                }
                Triage::Open(new) => {
                    let severity = kept.report.severity;
                    supervision::actions::open_in(app, &tx, caller, new, severity).await?
                }
                Triage::Join(case) => supervision::actions::touch_open(&tx, *case).await?,
            };
            let content = kept.content(&app.keys())?;
            let bytes = serde_json::to_vec(&content).map_err(Failure::internal)?;
            let hash: [u8; 32] = Sha256::digest(&bytes).into();
            let number = journal::next_number(&tx, case.id).await?;
            let document = journal::Document {
                place: (case.id, number),
                direction: Direction::In,
                title: "Interference report received",
                actor: &caller.subject,
                hash: Some(hash),
                // whoever reports need not say who they are, and is not the one the case is about
                with: journal::With::Nobody,
            };
            journal::write(&tx, &document).await?;
            let mut report = kept.report;
            report.status = Status::InCase(case.id.0);
            report.version += 1;
            store::update(&tx, &report).await?;
            Ok(Some(case))
        })
        .await?;
    let outcome = if case.is_some() { "inCase" } else { "erased" };
    metrics::counter!("anrop_interference_triaged_total", "outcome" => outcome).increment(1);
    count_alarms(app).await?;
    Ok(case)
}
