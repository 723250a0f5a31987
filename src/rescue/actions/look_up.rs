//! Looking a beacon up: permits by key, cut by the policy, live ones first; or why there is none.
//! Reads only, without a transaction; what was given is handed to the log before it is answered.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{
    super::{
        rules::{self, Absence, Key, MatchKind, Remark},
        store::{self, Alert, Hit, Registered},
    },
    Inquiry,
    log::{self, GivenRecord, Outcome},
};
use crate::{
    app::App,
    disclosure::{Disclosed, disclose, policy::Recipient},
    failure::Failure,
    permit::model::Permit,
    values::{calendar::oslo_date, ids::PermitId},
};

/// What a look-up answers.
#[derive(Debug)]
pub struct Answer {
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
    /// Alerts recorded for the key, when it has no match.
    pub earlier_alerts: Vec<Alert>,
    /// When the data were read.
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
    pub earlier_alerts: Vec<Alert>,
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
/// back.
///
/// # Errors
/// When the database does not answer.
pub async fn look_up(app: &App, key: Key, inquiry: &Inquiry) -> Result<Answer, Failure> {
    let read_at = app.clock().now();
    let (live, ended) = found(app, &key, read_at).await?;
    let mut given = Vec::new();
    let mut answer = Answer {
        key,
        matches: Vec::new(),
        ended: None,
        absence: None,
        hint: None,
        earlier_alerts: Vec::new(),
        read_at,
        answered_at: read_at,
    };
    if live.is_empty() {
        answer.ended = last_ended(app, ended, &mut given).await?;
        if answer.ended.is_none() {
            let (absence, hint) = rules::absence(&key, oslo_date(read_at));
            (answer.absence, answer.hint) = (Some(absence), hint);
        }
        answer.earlier_alerts = earlier_alerts(app, &[key.canonical()]).await;
    } else {
        for hit in live.into_iter().chain(ended) {
            answer.matches.extend(match_of(app, &key, hit, &mut given).await?);
        }
    }
    answer.answered_at = app.clock().now();
    log::append(app, &key, inquiry, outcome(&answer), read_at, given).await;
    Ok(answer)
}

/// Live permits, those whose present identifier it is first, and ended ones that are still shown,
/// the latest first.
async fn found(app: &App, key: &Key, now: DateTime<Utc>) -> Result<(Vec<Hit>, Vec<Hit>), Failure> {
    let is_live = |hit: &Hit| hit.permit.status.is_live();
    let mut hits = store::hits(app.db().read(), &key.searches()).await?;
    if !hits.iter().any(is_live) {
        for hit in store::hits(app.db().read(), &key.wider_searches()).await? {
            if !hits.iter().any(|known| known.permit.id == hit.permit.id) {
                hits.push(hit);
            }
        }
    }
    let (mut live, mut ended): (Vec<Hit>, Vec<Hit>) = hits.into_iter().partition(is_live);
    live.sort_by_key(|hit| !hit.current);
    let end = |permit: &Permit| permit.ended.as_ref().map(|(at, _)| *at);
    ended.retain(|hit| {
        end(&hit.permit).is_some_and(|at| rules::is_shown_after_end(hit.permit.kind, at, now))
    });
    ended.sort_by_key(|hit| std::cmp::Reverse(end(&hit.permit)));
    Ok((live, ended))
}

/// What the rescue centre may have of a permit; nothing if the policy gives it nothing.
fn cut(registered: &Registered) -> Option<Disclosed> {
    disclose(&registered.record, Recipient::RescueCentre, &registered.circumstances)
}

async fn match_of(
    app: &App,
    key: &Key,
    hit: Hit,
    given: &mut Vec<GivenRecord>,
) -> Result<Option<Match>, Failure> {
    let permit = &hit.permit;
    let mut registered = store::registered(app, permit).await?;
    let beacon_id = registered.record["beacon"]["id"].as_str().map(str::to_owned);
    let keys: Vec<String> = [key.canonical()]
        .into_iter()
        .chain(beacon_id)
        .chain(permit.call_sign.map(|sign| sign.to_string()))
        .collect();
    let mut alerts = earlier_alerts(app, &keys).await;
    if !alerts.is_empty() && registered.record["beacon"].is_object() {
        // whether the alerts are given is the policy's decision, as for every other field
        registered.record["beacon"][EARLIER_ALERTS] = json!(alerts.len());
    }
    let Some(disclosed) = cut(&registered) else { return Ok(None) };
    if disclosed.record()["beacon"].get(EARLIER_ALERTS).is_none() {
        alerts.clear();
    }
    given.push(GivenRecord::of(app, permit, &disclosed));
    let differences = match key.decoded().filter(|_| permit.status.is_live()) {
        Some(decoded) => rules::differences_from(decoded, disclosed.record(), permit.kind),
        None => Vec::new(),
    };
    Ok(Some(Match {
        kind: hit.kind,
        live: permit.status.is_live(),
        permit_id: permit.id,
        version: permit.version,
        disclosed,
        differences,
        earlier_alerts: alerts,
        restricted: registered.circumstances.restricted,
        incomplete: registered.incomplete,
    }))
}

const EARLIER_ALERTS: &str = "earlierAlerts";

/// Earlier alerts help; the answer does not fail for want of them.
async fn earlier_alerts(app: &App, keys: &[String]) -> Vec<Alert> {
    store::alerts(app.db().read(), keys).await.unwrap_or_else(|failure| {
        tracing::error!(%failure, "earlier alerts could not be read for a look-up");
        Vec::new()
    })
}

async fn last_ended(
    app: &App,
    ended: Vec<Hit>,
    given: &mut Vec<GivenRecord>,
) -> Result<Option<Ended>, Failure> {
    for hit in ended {
        let permit = hit.permit;
        let registered = store::registered(app, &permit).await?;
        let (Some(disclosed), Some((at, why))) = (cut(&registered), permit.ended.clone()) else {
            continue;
        };
        given.push(GivenRecord::of(app, &permit, &disclosed));
        return Ok(Some(Ended {
            permit_id: permit.id,
            number: permit.number,
            status: permit.status.code(),
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

fn outcome(answer: &Answer) -> Outcome {
    match (&answer.absence, &answer.ended) {
        (Some(Absence::Unknown), _) => Outcome::Unknown,
        (Some(Absence::Foreign(_)), _) => Outcome::Foreign,
        (Some(Absence::OtherRegister(_)), _) => Outcome::OtherRegister,
        (None, Some(_)) => Outcome::Ended,
        (None, None) => Outcome::Match,
    }
}
