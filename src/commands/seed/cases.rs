//! Made-up cases for measuring the caseworkers' queue: of every kind, in every state, of forty
//! caseworkers, a fifth of them open. They have an applicant and an application and nothing else: no
//! permit, decision, journal or event.

use std::sync::Arc;

use chrono::{DateTime, Datelike as _, Days, TimeDelta, Utc};
use futures_util::{StreamExt as _, TryStreamExt as _};

use super::{
    CHUNK, WRITERS,
    rows::{CaseRows, party_of},
    write,
};
use crate::{
    case::{
        lifecycle::Status,
        model::Purpose,
        store::{Fate, NewCase, made_up},
    },
    commands::{progress::Progress, synthetic::Synthetic},
    database::Db,
    failure::Failure,
    keys::KeyRing,
    permit::kind::{self, Kind},
    values::{calendar::oslo_date, deadline::deadline, language::Language},
};

/// Cases of one applicant.
const EACH: u64 = 20;
const CASEWORKERS: u64 = 40;
/// Of a hundred cases, how many are open.
const OPEN: u64 = 20;

/// Writes `count` cases; answers how many rows.
///
/// # Errors
/// When the database does not answer.
pub async fn fill(
    db: &Db,
    keys: Arc<KeyRing>,
    count: u64,
    seed: u64,
    now: DateTime<Utc>,
) -> Result<u64, Failure> {
    let first =
        db.write(|tx| async move { write::take_numbers(&tx, "case_number", count).await }).await?;
    let first = u64::try_from(first).map_err(Failure::internal)?;
    let writers = if db.is_postgres() { WRITERS } else { 1 };
    let mut progress = Progress::new("cases", count);
    let mut written = 0;
    let starts = (0..count).step_by(CHUNK as usize);
    let mut chunks = futures_util::stream::iter(starts)
        .map(|start| {
            let keys = Arc::clone(&keys);
            async move {
                let end = (start + CHUNK).min(count);
                let make = move || rows(&keys, first, start..end, seed, now);
                let rows = tokio::task::spawn_blocking(make).await.map_err(Failure::internal)??;
                Ok::<_, Failure>((rows, end - start))
            }
        })
        .buffered(2)
        .map_ok(|(rows, made)| async move {
            write::cases(db, &rows, oslo_date(now)).await.map(|rows| (rows, made))
        })
        .try_buffer_unordered(writers);
    while let Some((rows, made)) = chunks.try_next().await? {
        written += rows;
        progress.add(made);
    }
    Ok(written)
}

/// A number that looks random, the same for the same seed.
fn mixed(seed: u64, n: u64) -> u64 {
    let mut mixed = (seed << 40).wrapping_add(n).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

fn rows(
    keys: &KeyRing,
    first: u64,
    range: std::ops::Range<u64>,
    seed: u64,
    now: DateTime<Utc>,
) -> Result<CaseRows, Failure> {
    let synthetic = Synthetic::new(seed);
    let mut rows = CaseRows::default();
    let mut applicant = None;
    for n in range {
        if n % EACH == 0 || applicant.is_none() {
            let party = party_of(synthetic.person(first + n), now - TimeDelta::days(400));
            let (row, key_row, key) = crate::party::store::new_rows(keys, &party, None, now)?;
            rows.parties.push(row);
            rows.keys.push(key_row);
            applicant = Some((party.id, key));
        }
        let Some((party, key)) = &applicant else { continue };
        let dice = mixed(seed, first + n);
        let kind = match dice % 10 {
            0..=5 => Kind::Plb,
            6 | 7 => Kind::Amateur,
            _ => Kind::ALL[((dice >> 8) as usize) % Kind::ALL.len()],
        };
        let (submitted_at, fate) = fate(dice, now);
        let any = kind::any(kind);
        let timer = any.timer(oslo_date(submitted_at));
        let new = NewCase {
            kind,
            purpose: Purpose::New,
            status: fate.0,
            permit: None,
            receiver: None,
            applicant: *party,
            key,
            application: &any.example(),
            channel: "portal",
            registered_by: None,
            language: Language::Bokmal,
            call_sign: None,
            number: (submitted_at.year(), i64::try_from(first + n).map_err(Failure::internal)?),
            timer,
            received_at: None,
            due_on: deadline(timer, submitted_at)?.last_day,
        };
        let (row, place) = made_up(new, submitted_at, fate.1)?;
        rows.cases.push(row);
        rows.places.push(place);
    }
    Ok(rows)
}

/// State, time and hands of a case. Open ones came in within the last seventy days, so that some are late.
fn fate(dice: u64, now: DateTime<Utc>) -> (DateTime<Utc>, (Status, Fate)) {
    let name = format!("saksbehandler-{}", (dice >> 16) % CASEWORKERS + 1);
    let minutes = |most: u64| {
        TimeDelta::minutes(i64::try_from((dice >> 24) % (most * 24 * 60)).unwrap_or_default())
    };
    if (dice >> 12) % 100 < OPEN {
        let at = now - minutes(70);
        let (status, assignee) = match (dice >> 20) % 10 {
            0..=5 => (Status::Submitted, None),
            6..=8 => (Status::UnderReview, Some(name)),
            _ => (Status::WaitingForApplicant, Some(name)),
        };
        let waits = status == Status::WaitingForApplicant;
        let waiting_until = waits.then(|| oslo_date(now) + Days::new(14));
        return (at, (status, Fate { assignee, waiting_until, decided_at: None }));
    }
    let at = now - TimeDelta::days(70) - minutes(600);
    let status = match (dice >> 20) % 20 {
        0 => Status::Refused,
        1 => Status::Dismissed,
        2 => Status::Withdrawn,
        3 => Status::PartlyGranted,
        _ => Status::Granted,
    };
    let decided_at = Some(at + TimeDelta::days(20));
    (at, (status, Fate { assignee: Some(name), waiting_until: None, decided_at }))
}
