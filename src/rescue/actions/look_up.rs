//! Looking a beacon up: permits by key, cut by the policy, live ones first; or why there is none.
//! Reads only, without a transaction, from the database or from a copy; both give the same answer.
//! What was given is handed to the log before it is answered.

mod source;

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use tokio::time::timeout;
use uuid::Uuid;

use super::{
    super::{
        copy::HeldAlert,
        rules::{self, Absence, Key, MatchKind, Remark},
        store::{self, Registered},
    },
    Inquiry,
    log::{self, GivenRecord, Outcome},
};
use crate::{
    app::App,
    clock::Clock,
    disclosure::{Disclosed, disclose, policy::Recipient},
    failure::Failure,
    values::{
        calendar::oslo_date,
        ids::{PermitId, fresh},
    },
};

pub use source::Source;
use source::{Hit, Subject, hits};

/// So long the database may take when the standby could answer instead. A look-up takes it well below
/// ten milliseconds.
pub(super) const PATIENCE: Duration = Duration::from_secs(1);
/// Most earlier alerts that are shown.
const ALERTS: usize = 20;

/// Where an answer comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The registry's database.
    Registry,
    /// The copy beside the service, because the database did not answer.
    Standby,
    /// The copy the rescue centre keeps.
    Copy,
    /// An extract that was loaded into that copy, which has not been in touch with the registry since.
    Extract,
}

/// What a look-up answers.
#[derive(Debug)]
pub struct Answer {
    /// Id of the look-up, under which its incident reference can be completed.
    pub id: Uuid,
    /// Where it comes from.
    pub origin: Origin,
    /// The key as it was understood.
    pub key: Key,
    /// Permits that answer to it: if any is live, the live ones and then ended ones; else none.
    pub matches: Vec<Match>,
    /// The permit that ended last, when none is live and the policy still shows it.
    pub ended: Option<Ended>,
    /// Why there is none, when there is not even an ended one.
    pub absence: Option<Absence>,
    /// What may help the officer further.
    pub hint: Option<&'static str>,
    /// Alerts recorded for the key, or of the permit that ended last, when there is no match.
    pub earlier_alerts: Vec<HeldAlert>,
    /// When the data were as they are given.
    pub read_at: DateTime<Utc>,
    /// When this was answered.
    pub answered_at: DateTime<Utc>,
}

/// One permit that answers to a key.
#[derive(Debug)]
pub struct Match {
    /// How it answers.
    pub kind: MatchKind,
    /// Whether it has not ended.
    pub live: bool,
    /// The permit.
    pub permit_id: PermitId,
    /// Its version.
    pub version: i32,
    /// What the rescue centre may have of it.
    pub disclosed: Disclosed,
    /// Where the code says something else than the register.
    pub differences: Vec<Remark>,
    /// Alerts recorded for the beacon, newest first.
    pub earlier_alerts: Vec<HeldAlert>,
    /// Restriction of processing under Art. 18: the holder disputes the data.
    pub restricted: bool,
    /// A part could not be opened and is missing.
    pub incomplete: bool,
}

/// A permit that ended.
#[derive(Debug)]
pub struct Ended {
    /// The permit.
    pub permit_id: PermitId,
    /// Its number.
    pub number: String,
    /// State it ended in.
    pub status: &'static str,
    /// When.
    pub at: DateTime<Utc>,
    /// Why.
    pub why: String,
    /// Who held it last.
    pub last_holder: LastHolder,
}

/// Who held a permit last, as far as the policy gives it.
#[derive(Debug, Default)]
pub struct LastHolder {
    /// Name.
    pub name: Option<String>,
    /// Telephone, E.164.
    pub telephone: Option<String>,
}

/// Looks a key up and records that it was. Answers for every key; the record never holds the answer
/// back. When the database does not answer, the standby does, and says how old it is.
///
/// # Errors
/// When neither the database nor the standby answers.
pub async fn look_up(app: &App, key: Key, inquiry: &Inquiry) -> Result<Answer, Failure> {
    let (answer, given) = from_anywhere(app, key).await?;
    let note = log::LookUpNote::of(&answer, inquiry, given);
    log::append(app, answer.id, note).await;
    Ok(answer)
}

type Found = (Answer, Vec<GivenRecord>);

async fn from_anywhere(app: &App, key: Key) -> Result<Found, Failure> {
    let registry = Source::Registry(app);
    let from_registry = || answer(&registry, key, Origin::Registry, app.clock(), None);
    let ready = app.open_standby().and_then(|standby| Some((standby, standby.as_of()?)));
    let Some((standby, as_of)) = ready else { return from_registry().await };
    let mut cause = None;
    if !standby.is_resting() {
        match timeout(PATIENCE, from_registry()).await {
            Ok(Ok(found)) => return Ok(found),
            Ok(Err(failure)) => cause = Some(failure),
            Err(_) => {}
        }
        standby.rest();
        tracing::error!(
            problem = cause.as_ref().map(|failure| failure.problem().code()),
            "the database does not answer a look-up; the standby does"
        );
    }
    metrics::counter!("anrop_rescue_standby_answers_total").increment(1);
    let source = Source::Copy(&standby.copy);
    answer(&source, key, Origin::Standby, app.clock(), Some(as_of)).await.map_err(|failure| {
        tracing::error!(%failure, "the standby does not answer either");
        cause.unwrap_or(failure)
    })
}

/// What `source` answers to a key, with what was given of whom; the caller records it. `as_of` is when
/// the data of a copy were as they are.
///
/// # Errors
/// When the source does not answer.
pub async fn answer(
    source: &Source<'_>,
    key: Key,
    origin: Origin,
    clock: &dyn Clock,
    as_of: Option<DateTime<Utc>>,
) -> Result<Found, Failure> {
    let now = clock.now();
    let (live, ended) = found(source, &key, now).await?;
    let mut given = Vec::new();
    let mut answer = Answer {
        id: fresh(now),
        origin,
        key,
        matches: Vec::new(),
        ended: None,
        absence: None,
        hint: None,
        earlier_alerts: Vec::new(),
        read_at: as_of.unwrap_or(now),
        answered_at: now,
    };
    for hit in live {
        answer.matches.extend(match_of(source, &key, hit, &mut given).await?);
    }
    // none live, or the policy gives nothing of it: then it is not told that it is there either
    if answer.matches.is_empty() {
        answer.ended = last_ended(source, ended, &mut given).await?;
        if answer.ended.is_none() {
            let (absence, hint) = rules::absence(&key, oslo_date(now));
            (answer.absence, answer.hint) = (Some(absence), hint);
        }
        // the ended permit is told already, and an alert says nothing of its holder: when, how it turned
        // out, and the rescue centre's own reference
        let permit = answer.ended.as_ref().map(|ended| ended.permit_id);
        answer.earlier_alerts = earlier_alerts(source, &[key.canonical()], permit).await;
    } else {
        for hit in ended {
            answer.matches.extend(match_of(source, &key, hit, &mut given).await?);
        }
    }
    answer.answered_at = clock.now();
    Ok((answer, given))
}

/// Live permits, those whose present identifier it is first, and ended ones that are still shown,
/// the latest first.
async fn found(
    source: &Source<'_>,
    key: &Key,
    now: DateTime<Utc>,
) -> Result<(Vec<Hit>, Vec<Hit>), Failure> {
    let is_live = |hit: &Hit| hit.subject.status.is_live();
    let mut found = hits(source, &key.searches()).await?;
    if !found.iter().any(is_live) {
        for hit in hits(source, &key.wider_searches()).await? {
            if !found.iter().any(|known| known.subject.permit == hit.subject.permit) {
                found.push(hit);
            }
        }
    }
    let (mut live, mut ended): (Vec<Hit>, Vec<Hit>) = found.into_iter().partition(is_live);
    live.sort_by_key(|hit| !hit.current);
    let end = |hit: &Hit| hit.subject.ended.as_ref().map(|(at, _)| *at);
    ended.retain(|hit| {
        end(hit).is_some_and(|at| rules::is_shown_after_end(hit.subject.kind, at, now))
    });
    ended.sort_by_key(|hit| std::cmp::Reverse(end(hit)));
    Ok((live, ended))
}

/// What the rescue centre may have of a permit; nothing if the policy gives it nothing.
fn cut(registered: &Registered) -> Option<Disclosed> {
    disclose(&registered.record, Recipient::RescueCentre, &registered.circumstances)
}

async fn match_of(
    source: &Source<'_>,
    key: &Key,
    hit: Hit,
    given: &mut Vec<GivenRecord>,
) -> Result<Option<Match>, Failure> {
    let subject = &hit.subject;
    let mut registered = hit.registered(source).await?;
    let beacon_id = registered.record["beacon"]["id"].as_str().map(str::to_owned);
    let keys: Vec<String> = [key.canonical()]
        .into_iter()
        .chain(beacon_id)
        .chain(subject.call_sign.clone())
        .chain(hit.held_keys())
        .collect();
    let mut alerts = earlier_alerts(source, &keys, Some(subject.permit)).await;
    if !alerts.is_empty() && registered.record["beacon"].is_object() {
        // whether the alerts are given is the policy's decision, as for every other field
        registered.record["beacon"][EARLIER_ALERTS] = json!(alerts.len());
    }
    let Some(disclosed) = cut(&registered) else { return Ok(None) };
    if disclosed.record()["beacon"].get(EARLIER_ALERTS).is_none() {
        alerts.clear();
    }
    given.push(given_of(subject, &disclosed));
    let differences = match key.decoded().filter(|_| subject.status.is_live()) {
        Some(decoded) => rules::differences_from(decoded, disclosed.record(), subject.kind),
        None => Vec::new(),
    };
    Ok(Some(Match {
        kind: hit.kind,
        live: subject.status.is_live(),
        permit_id: subject.permit,
        version: subject.version,
        disclosed,
        differences,
        earlier_alerts: alerts,
        restricted: registered.circumstances.restricted,
        incomplete: registered.incomplete,
    }))
}

const EARLIER_ALERTS: &str = "earlierAlerts";

fn given_of(subject: &Subject, disclosed: &Disclosed) -> GivenRecord {
    GivenRecord::of((subject.permit, subject.version), subject.holder, disclosed)
}

/// Alerts of these keys, and of this permit under whatever key they were recorded: one by registration
/// helps who looks the code up. Earlier alerts help; the answer does not fail for want of them.
async fn earlier_alerts(
    source: &Source<'_>,
    keys: &[String],
    permit: Option<PermitId>,
) -> Vec<HeldAlert> {
    let alerts = match source {
        Source::Registry(app) => store::alerts(app.db().urgent(), keys, permit)
            .await
            .map(|alerts| alerts.into_iter().map(HeldAlert::of).collect()),
        Source::Copy(copy) => copy.alerts(keys, permit, ALERTS).await,
    };
    alerts.unwrap_or_else(|failure| {
        tracing::error!(%failure, "earlier alerts could not be read for a look-up");
        Vec::new()
    })
}

async fn last_ended(
    source: &Source<'_>,
    ended: Vec<Hit>,
    given: &mut Vec<GivenRecord>,
) -> Result<Option<Ended>, Failure> {
    for hit in ended {
        let registered = hit.registered(source).await?;
        let subject = hit.subject;
        let (Some(disclosed), Some((at, why))) = (cut(&registered), subject.ended.clone()) else {
            continue;
        };
        given.push(given_of(&subject, &disclosed));
        return Ok(Some(Ended {
            permit_id: subject.permit,
            number: subject.number,
            status: subject.status.code(),
            at,
            why,
            last_holder: last_holder(disclosed.record()),
        }));
    }
    Ok(None)
}

fn last_holder(record: &Value) -> LastHolder {
    let section = record.get("holder").or_else(|| record.get("organisation"));
    let text = |member: &str| section?.get(member)?.as_str().map(str::to_owned);
    LastHolder { name: text("name"), telephone: text("phone") }
}

impl Answer {
    /// How it ended, for the log.
    pub fn outcome(&self) -> Outcome {
        match (&self.absence, &self.ended) {
            (Some(Absence::Unknown), _) => Outcome::Unknown,
            (Some(Absence::Foreign(_)), _) => Outcome::Foreign,
            (Some(Absence::OtherRegister(_)), _) => Outcome::OtherRegister,
            (None, Some(_)) => Outcome::Ended,
            (None, None) => Outcome::Match,
        }
    }
}
