//! Writing the public rows of call signs and permits: in the transaction of the change, from what the
//! policy lets the public have. The only writer of `public_row`.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{CALL_SIGNS, Change, Entry, PublicHolder, PublicPermit, PublicSign, list::List, store};
use crate::{
    assignment::{self, SignStatus, store::SignRow},
    consent,
    database::Tx,
    disclosure::{
        Circumstances, disclose,
        policy::{HolderType, Kind, Recipient},
    },
    failure::Failure,
    identity::Sight,
    party::{self, model::Party},
    permit::{self, model::Permit},
    seal::{self, Stream},
    values::{calendar::oslo_date, call_sign::CallSign, call_sign_series, ids::PermitId},
};

/// Brings the public row of a sign up to date with assignment, permit and consent. What shows the same as before is
/// no change: readers of the feed are told nothing, and no file that shows a person is taken away to be cut anew.
///
/// # Errors
/// When the database does not answer.
pub async fn call_sign(tx: &Tx, sign: CallSign) -> Result<(), Failure> {
    let row = assignment::store::find(&**tx, sign).await?;
    let shown = match &row {
        None => None,
        Some(row) => Some(public_sign(tx, row).await?),
    };
    let body = shown.as_ref().map(serde_json::to_value).transpose().map_err(Failure::internal)?;
    let key = format!("{CALL_SIGNS}/{sign}");
    let Some(revision) = store::put(tx, &key, CALL_SIGNS, body).await? else { return Ok(()) };
    seal::append(tx, Stream::Register, &key, key.as_bytes());
    tx.publish(Change::Sign(Entry { key: sign, row: shown.map(Arc::new), revision }));
    Ok(())
}

/// Writes the row of a list that is not of permits, as the policy cut it.
///
/// # Errors
/// When the database does not answer.
pub async fn record(
    tx: &Tx,
    list: &str,
    key: String,
    record: Option<Value>,
) -> Result<(), Failure> {
    let Some(revision) = store::put(tx, &key, list, record.clone()).await? else { return Ok(()) };
    seal::append(tx, Stream::Register, &key, key.as_bytes());
    let row = record.map(|record| Arc::new(PublicPermit::of(&record)));
    tx.publish(Change::Permit(Entry { key, row, revision }));
    Ok(())
}

/// Brings the row of a permit in its public list up to date, where its kind has one. A permit that
/// has ended leaves the list, unless another of its holder stands under the same key.
///
/// # Errors
/// When the database does not answer.
pub async fn permit(tx: &Tx, permit: &Permit, party: &Party) -> Result<(), Failure> {
    let Some((list, key)) = place(permit, party) else { return Ok(()) };
    let mut live = permit.status.is_live().then(|| permit.clone());
    if live.is_none() && list.is_by_organisation() {
        let others = permit::store::live_of_holder(&**tx, party.id).await?;
        live = others.into_iter().find(|other| other.kind == permit.kind);
    }
    let record = live.and_then(|live| public_record(&live, party, &[]));
    self::record(tx, list.name(), key, record).await
}

/// The public list a permit stands in, and the key of its row, where its kind has one.
pub fn place(permit: &Permit, party: &Party) -> Option<(List, String)> {
    let list = List::of(permit.kind)?;
    Some((list, list.key(permit, party)))
}

async fn public_sign(tx: &Tx, row: &SignRow) -> Result<PublicSign, Failure> {
    let mut shown = without_holder(row);
    if row.status != SignStatus::InUse {
        return Ok(shown);
    }
    let Some(permit) = row.permit else {
        if let Some(record) = legacy_record(tx, row.sign).await? {
            shown.holder_kind = record["permit"]["holderKind"].as_str().map(str::to_owned);
            says(&mut shown, &record);
        }
        return Ok(shown);
    };
    let permit = permit::store::find(&**tx, Sight::All, PermitId(permit)).await?;
    let party = party::store::get(&**tx, permit.holder).await?;
    let consented = match permit.call_sign {
        Some(sign) => consent::store::live_fields(&**tx, party.id, sign).await?,
        None => Vec::new(),
    };
    Ok(of_permit(row, &permit, &party, &consented))
}

/// What may be shown of a sign whoever has it.
pub fn without_holder(row: &SignRow) -> PublicSign {
    PublicSign {
        status: row.status,
        series: call_sign_series::kind_code(&row.series).to_owned(),
        kind: None,
        class: None,
        valid_from: None,
        valid_until: None,
        updated_on: None,
        holder_kind: None,
        until: row.until.filter(|_| row.status == SignStatus::Quarantined),
        reason: row.reason.clone().filter(|_| row.status == SignStatus::Blocked),
        holder: None,
    }
}

/// What may be shown of a sign that belongs to a permit.
pub fn of_permit(
    row: &SignRow,
    permit: &Permit,
    party: &Party,
    consented: &[String],
) -> PublicSign {
    let mut shown = without_holder(row);
    shown.kind = Some(permit.kind.as_str().to_owned());
    if let Some(record) = public_record(permit, party, consented) {
        shown.class = record["permit"]["class"].as_str().map(str::to_owned);
        says(&mut shown, &record);
    }
    shown
}

/// Lets a sign in use say the days and the holder of a record that the policy cut.
fn says(shown: &mut PublicSign, record: &Value) {
    let permit = &record["permit"];
    let day = |member: &str| serde_json::from_value(permit[member].clone()).ok();
    shown.valid_from = day("validFrom");
    shown.valid_until = day("validUntil");
    let updated: Option<DateTime<Utc>> = serde_json::from_value(permit["updatedAt"].clone()).ok();
    shown.updated_on = updated.map(oslo_date).or_else(|| day("updatedAt"));
    shown.holder = holder_of(record).map(Box::new);
}

/// What the list kept before the registry says of a sign, as the public may have it. Persons of that
/// list are not kept, and have agreed to nothing here.
async fn legacy_record(tx: &Tx, sign: CallSign) -> Result<Option<Value>, Failure> {
    let Some(legacy) = assignment::store::legacy(&**tx, sign).await? else { return Ok(None) };
    let mut record = json!({
        "callSign": sign.as_str(),
        "permit": {
            "validFrom": legacy.valid_from,
            "validUntil": legacy.valid_until,
            "updatedAt": legacy.updated_on,
            "holderKind": legacy.holder_kind,
        },
    });
    let mut holder = HolderType::Person;
    if let Some(name) = legacy.organisation {
        holder = HolderType::Organisation;
        record["organisation"] = json!({ "name": name });
    }
    let circumstances = Circumstances {
        kind: Kind::Amateur,
        holder,
        ended: false,
        consented: &[],
        protected: false,
        restricted: false,
        stopped: false,
    };
    let record = permit::record::without_nulls(record);
    let given = disclose(&record, Recipient::Public, &circumstances);
    Ok(given.map(|given| given.record().clone()))
}

/// The permit's record as the public may have it at this moment.
pub fn public_record(permit: &Permit, party: &Party, consented: &[String]) -> Option<Value> {
    let record = permit::record::of(permit, party, None, &[]);
    let circumstances = Circumstances {
        consented,
        ..Circumstances::of(permit.kind, party, !permit.status.is_live())
    };
    disclose(&record, Recipient::Public, &circumstances).map(|given| given.record().clone())
}

fn holder_of(record: &Value) -> Option<PublicHolder> {
    let (section, is_person) = match (record.get("holder"), record.get("organisation")) {
        (Some(holder), _) => (holder, true),
        (None, Some(organisation)) => (organisation, false),
        (None, None) => return None,
    };
    Some(PublicHolder {
        name: section["name"].as_str().map(str::to_owned),
        address: serde_json::from_value(section["address"].clone()).ok(),
        post_town: section["postTown"].as_str().map(str::to_owned),
        is_person,
    })
}
