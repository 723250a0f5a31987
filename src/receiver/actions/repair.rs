//! Putting single permits right as the registry says they are today, the few in which a comparison has found the
//! copy to differ. What the copy would lose is told apart, and given up only where the caller says so.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::{
    super::{
        Receiver,
        client::{Registry, refused},
    },
    Fault,
    catch_up::FormerIdentifier,
};
use crate::{
    failure::Failure,
    permit::kind,
    rescue::copy::{Change, Held},
    values::ids::PermitId,
};

/// Permits asked for at a time.
const PERMITS: usize = 100;
/// What the registry answers when it cannot read one of the permits asked for.
const UNREADABLE: u16 = 500;

#[derive(Deserialize)]
struct Permits {
    items: Vec<Permit>,
    #[serde(default)]
    withheld: Vec<Withheld>,
}

/// A permit of which nothing is given any more: erased, or shown no longer.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Withheld {
    permit_id: PermitId,
    version: i32,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Permit {
    permit_id: PermitId,
    version: i32,
    kind: String,
    recorded_at: Option<DateTime<Utc>>,
    #[serde(default)]
    restricted: bool,
    record: Value,
    #[serde(default)]
    former_identifiers: Vec<FormerIdentifier>,
}

/// What came of it.
#[derive(Default)]
pub(super) struct Repaired {
    /// Permits the registry cannot read; of these the copy keeps what it has.
    pub unreadable: usize,
    /// Permits the registry has in a lower version, in another under the same number, or not at all; kept as they are
    /// unless they may be lost.
    pub losses: BTreeSet<Uuid>,
}

/// Takes over what the registry says of some permits; where `may_lose`, also lower versions, and what it does not
/// give is removed. Those it cannot read do not keep the others.
pub(super) async fn repair(
    receiver: &Receiver,
    registry: &Registry,
    permits: &BTreeSet<Uuid>,
    may_lose: bool,
) -> Result<Repaired, Fault> {
    let permits: Vec<Uuid> = permits.iter().copied().collect();
    let mut open: Vec<&[Uuid]> = permits.chunks(PERMITS).collect();
    let mut repaired = Repaired::default();
    while let Some(part) = open.pop() {
        let asked = receiver.copy().asked(part).await?;
        let ids: Vec<String> = part.iter().map(Uuid::to_string).collect();
        let path = format!("/v1/rescue/permits?ids={}", ids.join(","));
        match registry.try_get::<Permits>(&path).await? {
            Ok(told) => {
                let spared = if may_lose {
                    BTreeSet::new()
                } else {
                    losses(receiver, &asked, part, &told).await?
                };
                put_right(receiver, &asked, part, told, &spared).await?;
                repaired.losses.extend(spared);
            }
            Err(UNREADABLE) if part.len() > 1 => {
                let (first, rest) = part.split_at(part.len() / 2);
                open.extend([rest, first]);
            }
            Err(UNREADABLE) => repaired.unreadable += 1,
            Err(status) => return Err(Fault::Registry(refused(status))),
        }
    }
    Ok(repaired)
}

/// Permits of which the copy holds what the registry has lost.
async fn losses(
    receiver: &Receiver,
    asked: &BTreeMap<Uuid, i32>,
    permits: &[Uuid],
    told: &Permits,
) -> Result<BTreeSet<Uuid>, Failure> {
    let given = told.items.iter().map(|one| (one.permit_id.0, (one.version, one.recorded_at)));
    let withheld = told.withheld.iter().map(|one| (one.permit_id.0, (one.version, None)));
    let told: BTreeMap<Uuid, (i32, Option<DateTime<Utc>>)> = given.chain(withheld).collect();
    let mut losses = BTreeSet::new();
    for permit in permits {
        let Some(held) = asked.get(permit) else { continue };
        let is_lost = match told.get(permit) {
            None => true,
            Some((version, _)) if version < held => true,
            Some((version, recorded_at)) => {
                receiver.copy().is_given_twice(*permit, *version, *recorded_at).await?
            }
        };
        if is_lost {
            losses.insert(*permit);
        }
    }
    Ok(losses)
}

async fn put_right(
    receiver: &Receiver,
    asked: &BTreeMap<Uuid, i32>,
    permits: &[Uuid],
    told: Permits,
    spared: &BTreeSet<Uuid>,
) -> Result<(), Fault> {
    let mut gone: BTreeSet<Uuid> =
        permits.iter().copied().filter(|permit| !spared.contains(permit)).collect();
    let mut changes = Vec::new();
    for permit in told.items {
        if !gone.remove(&permit.permit_id.0) {
            continue;
        }
        let Some(kind) = kind::from_code(&permit.kind) else { continue };
        changes.push(Change::Put(Box::new(Held {
            permit: permit.permit_id,
            version: permit.version,
            kind,
            record: permit.record,
            restricted: permit.restricted,
            recorded_at: permit.recorded_at,
            holder: None,
            former: FormerIdentifier::held(&permit.former_identifiers),
        })));
    }
    let gone: Vec<Uuid> = gone.into_iter().collect();
    receiver.copy().put_right(asked, &changes, &gone).await?;
    Ok(())
}
