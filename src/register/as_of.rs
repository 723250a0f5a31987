//! What a call sign was on a day gone by, from the history of its states.
//!
//! A holder is shown only as far as consent was live at the end of that day and is live now, with the
//! values of today: a withdrawal or a correction reaches back. A day before the history begins is
//! answered as unknown, never as free.

use chrono::{DateTime, NaiveDate, Utc};

use super::{PublicHolder, PublicSign, wire::CallSignView};
use crate::{
    app::App,
    assignment::{
        self, SignStatus,
        store::{PastState, SignRow},
    },
    consent::{self, CALL_SIGN_LIST},
    failure::Failure,
    identity::Sight,
    permit,
    values::{
        calendar::{end_of_day, oslo_date},
        call_sign::CallSign,
        call_sign_series,
        ids::{PartyId, PermitId},
    },
};

/// What the public may know of a sign as it was at the end of a day.
///
/// # Errors
/// When the database does not answer.
pub async fn look_up(app: &App, sign: CallSign, day: NaiveDate) -> Result<CallSignView, Failure> {
    let connection = app.db().read();
    let end = end_of_day(day);
    let states = assignment::store::history(connection, sign).await?;
    let mut view = match states.iter().rev().find(|state| state.valid_at < end) {
        Some(state) => match has_run_out(state, day) {
            true => CallSignView::without_row(sign, day),
            false => {
                let row = public_sign(app, sign, state, end).await?;
                CallSignView::of(sign, row, app.lease().is_good())
            }
        },
        None => match unknown_before(app, sign, states.first()).await? {
            Some(known) if day < known => CallSignView::unknown(sign, known),
            _ => CallSignView::without_row(sign, day),
        },
    };
    view.as_of = Some(day);
    Ok(view)
}

/// A rest or reservation ends by itself, whenever the job that writes it down runs.
fn has_run_out(state: &PastState, day: NaiveDate) -> bool {
    match state.status {
        SignStatus::Reserved | SignStatus::Quarantined => {
            state.until.is_some_and(|until| until <= day)
        }
        SignStatus::Free => true,
        SignStatus::InUse | SignStatus::Blocked => false,
    }
}

/// The day from which on it is known that a sign without a state was nobody's.
async fn unknown_before(
    app: &App,
    sign: CallSign,
    first: Option<&PastState>,
) -> Result<Option<NaiveDate>, Failure> {
    let connection = app.db().read();
    let today = oslo_date(app.clock().now());
    if let Some(first) = first.filter(|first| began_before(first)) {
        return Ok(Some(oslo_date(first.valid_at)));
    }
    if first.is_none() && assignment::store::find(connection, sign).await?.is_some() {
        return Ok(Some(today));
    }
    let began = assignment::store::history_began(connection).await?;
    Ok(Some(began.map_or(today, oslo_date)))
}

/// A sign with this first state was in use before the registry had it, or before states were kept.
pub fn began_before(first: &PastState) -> bool {
    let legacy =
        first.permit.is_none() && first.reason.as_deref() == Some(assignment::actions::LEGACY);
    legacy || first.version > 1
}

async fn public_sign(
    app: &App,
    sign: CallSign,
    state: &PastState,
    end: DateTime<Utc>,
) -> Result<PublicSign, Failure> {
    let series = call_sign_series::classify(sign)
        .map_or(call_sign_series::UNKNOWN_SERIES, |series| series.kind.code());
    let mut shown = PublicSign {
        status: state.status,
        series: series.to_owned(),
        kind: None,
        class: None,
        valid_from: None,
        valid_until: None,
        updated_on: None,
        holder_kind: None,
        until: state.until.filter(|_| state.status == SignStatus::Quarantined),
        reason: state.reason.clone().filter(|_| state.status == SignStatus::Blocked),
        holder: None,
    };
    if state.status != SignStatus::InUse {
        return Ok(shown);
    }
    let connection = app.db().read();
    let row = assignment::store::find(connection, sign).await?;
    let now = now_shown(app, sign, row.as_ref(), state);
    let holder = now.as_ref().and_then(|now| now.holder.as_deref().cloned());
    let Some(id) = state.permit else {
        shown.holder = holder.map(Box::new);
        return Ok(shown);
    };
    shown.valid_from = now.and_then(|now| now.valid_from).filter(|first| oslo_date(end) >= *first);
    let permit = permit::store::find(connection, Sight::All, PermitId(id)).await?;
    let series = permit::kind::any(permit.kind).series(&permit.details);
    let name = assignment::actions::series_of(sign, series);
    call_sign_series::kind_code(name).clone_into(&mut shown.series);
    shown.kind = Some(permit.kind.as_str().to_owned());
    shown.class = permit.details["class"].as_str().map(str::to_owned);
    if let Some(holder) = holder {
        let fields = consented(app, permit.holder, sign, end).await?;
        shown.holder = cut(holder, &fields).map(Box::new);
    }
    Ok(shown)
}

/// The sign as the register shows it now, if it belongs to the same permit now as then.
fn now_shown(
    app: &App,
    sign: CallSign,
    row: Option<&SignRow>,
    state: &PastState,
) -> Option<PublicSign> {
    let same = row.is_some_and(|row| row.status == SignStatus::InUse && row.permit == state.permit);
    app.register().get(sign).filter(|_| same)
}

/// Fields with a consent live at `end` that is live now, too, or has been followed by one that is.
async fn consented(
    app: &App,
    party: PartyId,
    sign: CallSign,
    end: DateTime<Utc>,
) -> Result<Vec<String>, Failure> {
    let rows = consent::store::of_party(app.db().read(), party).await?;
    let (mut then, mut now) = (Vec::new(), Vec::new());
    for row in rows {
        if row.purpose != CALL_SIGN_LIST || row.call_sign != sign.as_str() {
            continue;
        }
        let fields: Vec<String> = serde_json::from_value(row.fields).unwrap_or_default();
        if row.withdrawn_at.is_none() {
            now.extend(fields.clone());
        }
        if row.given_at < end && row.withdrawn_at.is_none_or(|at| at >= end) {
            then.extend(fields);
        }
    }
    then.retain(|field| now.contains(field));
    Ok(then)
}

/// What these consents leave of a holder. Name and post town of an association need none.
fn cut(holder: PublicHolder, fields: &[String]) -> Option<PublicHolder> {
    let has = |field: &str| fields.iter().any(|given| given == field);
    let shown = if holder.is_person {
        PublicHolder {
            name: holder.name.filter(|_| has("holder.name")),
            address: holder.address.filter(|_| has("holder.address")),
            post_town: holder.post_town.filter(|_| has("holder.postTown")),
            is_person: true,
        }
    } else {
        PublicHolder { address: holder.address.filter(|_| has("organisation.address")), ..holder }
    };
    let empty = shown.name.is_none() && shown.address.is_none() && shown.post_town.is_none();
    (!empty).then_some(shown)
}
