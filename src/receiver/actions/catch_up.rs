//! Reading what was missed from the registry's sealed feed, page by page; each page and the place it
//! leads to are written in one commit, so that a receiver that dies goes on where it was.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::{
    super::{Receiver, client::Registry, model::Stage},
    ALERT_AT, APPLIED, APPLIED_LINK, AS_OF, FROM_EXTRACT, Fault, keep_checkpoint, losses,
};
use crate::{
    permit::kind,
    rescue::copy::{Authority, Change, Held, HeldAlert},
    values::ids::PermitId,
};

/// A page of the feed, as far as it is needed.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    items: Vec<Item>,
    next: i64,
    head: u64,
    after_link: Option<String>,
    next_link: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    sequence: i64,
    permit_id: PermitId,
    version: i32,
    kind: String,
    superseded: bool,
    #[serde(default)]
    restricted: bool,
    recorded_at: Option<DateTime<Utc>>,
    record: Option<Value>,
    #[serde(default)]
    former_identifiers: Vec<FormerIdentifier>,
}

/// An identifier a permit had before.
#[derive(Deserialize)]
pub(super) struct FormerIdentifier {
    scheme: String,
    value: String,
}

impl FormerIdentifier {
    /// As a copy holds them.
    pub(super) fn held(former: &[Self]) -> Vec<(String, String)> {
        former.iter().map(|one| (one.scheme.clone(), one.value.clone())).collect()
    }
}

#[derive(Deserialize)]
struct AlertPage {
    items: Vec<HeldAlert>,
}

/// Items asked for at a time: the most a page has.
const LIMIT: usize = 200;
/// Alerts are read again from so long before the last: they may be recorded out of order, and corrected
/// for a day.
const OVERLAP: chrono::TimeDelta = chrono::TimeDelta::hours(25);

/// Reads everything after the place reached; answers how many changes there were.
///
/// # Errors
/// When the registry or the copy does not answer; what was read stays.
pub async fn catch_up(receiver: &Receiver) -> Result<u64, Fault> {
    let registry = registry(receiver)?;
    let _turn = receiver.turn().await;
    read_changes(receiver, registry).await
}

pub(super) fn registry(receiver: &Receiver) -> Result<&Registry, Fault> {
    receiver.registry().ok_or_else(|| Fault::Registry("no registry is configured".to_owned()))
}

/// As [`catch_up`], by who holds the turn.
pub(super) async fn read_changes(receiver: &Receiver, registry: &Registry) -> Result<u64, Fault> {
    let mut read = 0;
    loop {
        let (began, after) = (receiver.clock().now(), receiver.progress().applied);
        let page = ask(registry, after, LIMIT).await?;
        let link = link(receiver).await?;
        if is_other_log(&page, after, link.as_deref()) {
            put_back(receiver, registry).await?;
            continue;
        }
        check(&page, after)?;
        if let (None, Some(link)) = (&link, &page.after_link) {
            // the place came from an extract, or from a copy of before links were told
            receiver.copy().set_fact(APPLIED_LINK, link).await?;
        }
        let is_last = page.items.is_empty() && page.next == after;
        if !is_last {
            receiver.progress().stage = Stage::CatchingUp;
            read += page.items.len() as u64;
            take(receiver, &page).await?;
        }
        receiver.progress().head = Some(page.head);
        if is_last {
            read_alerts(receiver, registry).await?;
            reached(receiver, began).await?;
            return Ok(read);
        }
    }
}

async fn ask(registry: &Registry, after: i64, limit: usize) -> Result<Page, Fault> {
    Ok(registry.get(&format!("/v1/rescue/changes?after={after}&limit={limit}")).await?)
}

/// The link of the log at the place reached, if it is known.
async fn link(receiver: &Receiver) -> Result<Option<String>, Fault> {
    let link: Option<String> = receiver.copy().fact(APPLIED_LINK).await?;
    Ok(link.filter(|link| !link.is_empty()))
}

/// Whether the log is not the one that was read up to `after`: it ends before, or has another link there, however far
/// it has grown since.
fn is_other_log(page: &Page, after: i64, link: Option<&str>) -> bool {
    let is_shorter = i64::try_from(page.head).is_ok_and(|head| head < after);
    let told = page.after_link.as_deref();
    is_shorter || link.zip(told).is_some_and(|(link, told)| link != told)
}

/// Places grow, and nothing lies outside the page.
fn check(page: &Page, after: i64) -> Result<(), Fault> {
    let places = page.items.iter().map(|item| item.sequence);
    let grow =
        std::iter::once(after).chain(places.clone()).zip(places).all(|(one, next)| one < next);
    let ends = page.items.last().is_none_or(|last| last.sequence <= page.next);
    if grow && ends && page.next >= after {
        Ok(())
    } else {
        Err(Fault::Registry("the registry's feed is out of order".to_owned()))
    }
}

async fn take(receiver: &Receiver, page: &Page) -> Result<(), Fault> {
    let mut changes = Vec::with_capacity(page.items.len());
    for item in page.items.iter().filter(|item| !item.superseded) {
        let (permit, version) = (item.permit_id, item.version);
        changes.push(match (&item.record, kind::from_code(&item.kind)) {
            (Some(record), Some(kind)) => {
                let (restricted, record) = (item.restricted, record.clone());
                let former = FormerIdentifier::held(&item.former_identifiers);
                let holder = None;
                let recorded_at = item.recorded_at;
                let held =
                    Held { permit, version, kind, record, restricted, recorded_at, holder, former };
                Change::Put(Box::new(held))
            }
            (None, _) => Change::Erase { permit, version },
            (Some(_), None) => continue,
        });
    }
    let link = page.next_link.clone().unwrap_or_default();
    let facts = [(APPLIED, page.next.to_string()), (APPLIED_LINK, link)];
    let taken = receiver.copy().take_with(&changes, Authority::Feed, &facts).await?;
    receiver.progress().applied = page.next;
    losses::told_twice(receiver, taken.twice).await?;
    Ok(())
}

/// The registry's log is not what was read of it: its database was put back to an earlier state. What the copy has
/// beyond that stays, until a comparison finds the two equal or an operator has accepted the loss; it is read from
/// where the two logs part, and look-ups made here are brought to it anew.
async fn put_back(receiver: &Receiver, registry: &Registry) -> Result<(), Fault> {
    tracing::error!("the registry's log is not the one that was read; the copy is compared");
    losses::doubt(receiver).await?;
    let (place, link) = parting(receiver, registry).await?;
    let facts = [(APPLIED, place.to_string()), (APPLIED_LINK, link)];
    receiver.copy().take_with(&[], Authority::Feed, &facts).await?;
    receiver.copy().forget_brought().await?;
    let mut progress = receiver.progress();
    progress.applied = place;
    progress.wants_comparison = true;
    Ok(())
}

/// A place, with its link, up to which the log is the one that was read: that of the last kept checkpoint at which it
/// is, or the beginning.
async fn parting(receiver: &Receiver, registry: &Registry) -> Result<(i64, String), Fault> {
    let kept = keep_checkpoint::of_the_log_read(receiver).await?;
    let (mut same, mut open) = (0, kept.len());
    while same < open {
        let middle = usize::midpoint(same, open);
        let (place, link) = &kept[middle];
        let page = ask(registry, *place, 1).await?;
        if page.after_link.as_ref() == Some(link) {
            same = middle + 1;
        } else {
            open = middle;
        }
    }
    Ok(same.checked_sub(1).map_or_else(|| (0, String::new()), |last| kept[last].clone()))
}

/// Everything sealed until `at` is in the copy; of a registry that has lost something nobody can say that.
async fn reached(receiver: &Receiver, at: DateTime<Utc>) -> Result<(), Fault> {
    if receiver.progress().in_doubt_since.is_some() {
        return Ok(());
    }
    let facts = [(AS_OF, at.to_rfc3339()), (FROM_EXTRACT, "false".to_owned())];
    receiver.copy().take_with(&[], Authority::Feed, &facts).await?;
    let mut progress = receiver.progress();
    progress.as_of = Some(at);
    progress.from_extract = false;
    Ok(())
}

async fn read_alerts(receiver: &Receiver, registry: &Registry) -> Result<(), Fault> {
    let known: Option<DateTime<Utc>> = receiver.copy().fact(ALERT_AT).await?;
    let mut from = known.map_or(DateTime::UNIX_EPOCH, |known| known - OVERLAP);
    let mut after: Option<Uuid> = None;
    loop {
        let after_id = after.map(|id| format!("&afterId={id}")).unwrap_or_default();
        let text = from.to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
        let path = format!("/v1/rescue/alerts?from={text}&limit={LIMIT}{after_id}");
        let page: AlertPage = registry.get(&path).await?;
        let Some(last) = page.items.last() else { break };
        (from, after) = (last.at, Some(last.id));
        receiver.copy().take_alerts(&page.items).await?;
    }
    if known.is_none_or(|known| from > known) && after.is_some() {
        receiver.copy().set_fact(ALERT_AT, &from.to_rfc3339()).await?;
    }
    Ok(())
}
