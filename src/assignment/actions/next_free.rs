//! The next free sign for a purpose: of the first of its series that is open and has one.
//!
//! Those who ask at the same moment do not wait for one another: each claims the first candidate that
//! no other transaction is taking, so one that looks on while another is being given away gets the one
//! behind it. Where the series stands is moved by whoever finds that free to be moved, and only over
//! signs whose assignment is committed; what is given up later moves it back.

use chrono::NaiveDate;

use super::take;
use crate::{
    assignment::store::{self, SignRow},
    database::Tx,
    failure::{Failure, Problem},
    values::{
        call_sign::CallSign,
        call_sign_series::{self, Series, SeriesKind, SeriesOrder},
        ids::PermitId,
    },
};

/// Candidates looked up at a time: more than are being taken at once.
const WINDOW: usize = 64;

/// Gives the next free sign to a permit, from the first series of the kind that is open and has room.
///
/// # Errors
/// `series-exhausted` when none has a sign left.
pub async fn assign_next(
    tx: &Tx,
    kind: SeriesKind,
    day: NaiveDate,
    permit: PermitId,
) -> Result<CallSign, Failure> {
    let is_open = |series: &&Series| series.order().is_some() && series.is_open(day);
    let open: Vec<&'static Series> = call_sign_series::of_kind(kind).filter(is_open).collect();
    if open.is_empty() {
        return Err(Failure::in_words(
            Problem::ConditionsNotMet,
            [
                "Det tildeles ikke kallesignaler i denne serien nå. Serien må åpnes først.",
                "Det blir ikkje tildelt kallesignal i denne serien no. Serien må opnast først.",
                "No call signs of this series are assigned now. The authority must open the series first.",
            ],
        ));
    }
    let mut in_flight = Vec::new();
    for series in open {
        if let Some(sign) = next_of(tx, series, day, permit, &mut in_flight).await? {
            return Ok(sign);
        }
    }
    // others are taking the last ones; whoever of them does not come through leaves a sign
    for (series, sign) in in_flight {
        let row = store::lock(tx, sign).await?;
        if row.as_ref().is_none_or(|row| row.is_free(day)) {
            let version = row.map_or(0, |row| row.version);
            return give(tx, series, sign, version, permit, None).await;
        }
    }
    Err(Failure::in_words(
        Problem::SeriesExhausted,
        [
            "Serien har ingen ledige kallesignaler igjen. En annen må åpnes.",
            "Serien har ingen ledige kallesignal att. Ein annan må opnast.",
            "No call sign is left in the series. The authority must open another.",
        ],
    ))
}

/// Gives the next free sign of one series; nothing where it has none that nobody else is taking, which are noted.
async fn next_of(
    tx: &Tx,
    series: &'static Series,
    day: NaiveDate,
    permit: PermitId,
    in_flight: &mut Vec<(&'static Series, CallSign)>,
) -> Result<Option<CallSign>, Failure> {
    let Some(order) = series.order() else { return Ok(None) };
    let place = store::look_up_series(tx, series.name).await?;
    let mut candidates = series.open_signs(place.next, day);
    let mut next = place.next;
    let mut all_taken = true;
    let mut passed = Vec::new();
    loop {
        let window: Vec<CallSign> = candidates.by_ref().take(WINDOW).collect();
        if window.is_empty() {
            break;
        }
        let known = store::find_many(&**tx, &window).await?;
        let is_free = |sign: &CallSign| {
            known.iter().find(|row| row.sign == *sign).is_none_or(|row| row.is_free(day))
        };
        let free: Vec<CallSign> = window.iter().copied().filter(is_free).collect();
        let taken = claim(tx, &free, day, &mut passed).await?;
        if all_taken {
            let mine = taken.as_ref().map(|(sign, _)| *sign);
            let left = window.iter().find(|sign| is_free(sign) && Some(**sign) != mine);
            all_taken = left.is_none();
            next = match left {
                Some(sign) => order.index_of(*sign).unwrap_or(next),
                None => behind(order, window.last()).unwrap_or(next),
            };
        }
        if let Some((sign, version)) = taken {
            let next = place.is_held.then_some(next);
            return give(tx, series, sign, version, permit, next).await.map(Some);
        }
    }
    in_flight.extend(passed.into_iter().map(|sign| (series, sign)));
    Ok(None)
}

/// The first of the candidates that nobody else is taking, and its version; the others are noted.
async fn claim(
    tx: &Tx,
    candidates: &[CallSign],
    day: NaiveDate,
    in_flight: &mut Vec<CallSign>,
) -> Result<Option<(CallSign, i32)>, Failure> {
    let mut left = candidates;
    while let Some(sign) = store::claim_first(tx, left).await? {
        let at = left.iter().position(|candidate| *candidate == sign).unwrap_or(0);
        in_flight.extend(&left[..at]);
        left = &left[at + 1..];
        // between the look and the claim another may have taken it and committed
        let row: Option<SignRow> = store::find(&**tx, sign).await?;
        if row.as_ref().is_none_or(|row| row.is_free(day)) {
            return Ok(Some((sign, row.map_or(0, |row| row.version))));
        }
    }
    in_flight.extend(left);
    Ok(None)
}

async fn give(
    tx: &Tx,
    series: &Series,
    sign: CallSign,
    version: i32,
    permit: PermitId,
    next: Option<u64>,
) -> Result<CallSign, Failure> {
    take(tx, sign, series.name, version, permit).await?;
    if let Some(next) = next {
        store::move_series(tx, series.name, next).await?;
    }
    Ok(sign)
}

fn behind(order: &SeriesOrder, last: Option<&CallSign>) -> Option<u64> {
    last.and_then(|sign| order.index_of(*sign)).map(|index| index + 1)
}
