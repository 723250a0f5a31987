//! The public register in JSON.

use chrono::{DateTime, NaiveDate, Utc};
use poem_openapi::{Object, types::Any};
use serde_json::Value;

use super::{PublicHolder, PublicSign, events::Events, search::Dimension};
use crate::{
    party::wire::Address,
    permit::wire::PermitRecord,
    values::{blocked_suffix, call_sign::CallSign, call_sign_series},
};

/// What the public may know of a call sign.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct CallSignView {
    /// The call sign.
    pub call_sign: String,
    /// `inUse`, `reserved`, `quarantined`, `blocked`, `free` or `neverIssued`; `unknown` on a day before
    /// the history of the sign begins.
    pub status: String,
    /// Series it was given in, or else the one of its form, e.g. `personal_new`.
    #[oai(rename = "type")]
    pub series: Option<String>,
    /// Kind of permit it belongs to.
    pub kind: Option<String>,
    /// Class of an amateur licence.
    pub class: Option<String>,
    /// First day of the licence as it stands.
    pub valid_from: Option<NaiveDate>,
    /// Day after the last of the licence as it stands, where it has one; not told of a day gone by.
    pub valid_until: Option<NaiveDate>,
    /// Day from which a quarantined sign may be assigned again.
    pub until: Option<NaiveDate>,
    /// Why it is blocked.
    pub reason: Option<String>,
    /// The holder, as far as the holder has consented.
    pub holder: Option<HolderView>,
    /// The sign is in use and something about its holder is not shown.
    pub holder_withheld: bool,
    /// How the sign was given on the air, when it was asked for in another form than it is assigned.
    pub on_air: Option<String>,
    /// The day it was asked for, when it was asked for one.
    pub as_of: Option<NaiveDate>,
    /// First day of which the registry knows what the sign was.
    pub unknown_before: Option<NaiveDate>,
}

/// A change of the status of a call sign.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct CallSignEvent {
    /// The first day of the status.
    pub changed_on: NaiveDate,
    /// The status, as a look-up tells it.
    pub status: String,
}

/// When the status of a call sign changed. Holders, permits and reasons are not in it.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct CallSignEvents {
    /// The call sign.
    pub call_sign: String,
    /// The changes, the oldest first; none for a sign that has never been assigned, kept or barred.
    pub items: Vec<CallSignEvent>,
    /// How many there are.
    pub total: u64,
    /// First day of which the registry knows what the sign was, where it was something before.
    pub unknown_before: Option<NaiveDate>,
}

impl CallSignEvents {
    /// The changes of a sign.
    pub fn of(sign: CallSign, events: &Events) -> Self {
        let items: Vec<CallSignEvent> = events
            .changes
            .iter()
            .map(|(day, status)| CallSignEvent { changed_on: *day, status: status.clone() })
            .collect();
        Self {
            call_sign: sign.to_string(),
            total: items.len() as u64,
            items,
            unknown_before: events.unknown_before,
        }
    }
}

/// A holder in the public list.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct HolderView {
    /// Name.
    pub name: Option<String>,
    /// Street, postal code and country.
    pub address: Option<Address>,
    /// Post town.
    pub post_town: Option<String>,
}

impl CallSignView {
    /// The view of a sign in the register; persons only where `persons` may be shown.
    pub fn of(sign: CallSign, row: PublicSign, persons: bool) -> Self {
        use crate::assignment::SignStatus;
        let in_use = row.status == SignStatus::InUse;
        let holder = row.holder.filter(|holder| persons || !holder.is_person);
        let complete = holder.as_ref().is_some_and(|holder| {
            holder.name.is_some() && holder.address.is_some() && holder.post_town.is_some()
        });
        Self {
            call_sign: sign.to_string(),
            status: row.status.code().to_owned(),
            series: Some(row.series),
            kind: row.kind,
            class: row.class,
            valid_from: row.valid_from,
            valid_until: row.valid_until,
            until: row.until,
            reason: row.reason,
            holder: holder.map(|holder| HolderView::of(*holder)),
            holder_withheld: in_use && !complete,
            on_air: None,
            as_of: None,
            unknown_before: None,
        }
    }

    /// The view of a sign without a row: free, blocked by its form, or never issued.
    pub fn without_row(sign: CallSign, day: NaiveDate) -> Self {
        let series = call_sign_series::classify(sign);
        let blocked = sign
            .parts()
            .and_then(|parts| blocked_suffix::blocked_reason(parts.suffix, day))
            .filter(|_| series.is_some());
        let status = match (&series, blocked.is_some()) {
            (_, true) => "blocked",
            (Some(series), false) if series.is_open(day) => "free",
            _ => "neverIssued",
        };
        Self {
            call_sign: sign.to_string(),
            status: status.to_owned(),
            series: series.map(|series| series.kind.code().to_owned()),
            kind: None,
            class: None,
            valid_from: None,
            valid_until: None,
            until: None,
            reason: blocked.map(|reason| reason.code().to_owned()),
            holder: None,
            holder_withheld: false,
            on_air: None,
            as_of: None,
            unknown_before: None,
        }
    }

    /// The view of a sign on a day before `known`, the first of which anything is known.
    pub fn unknown(sign: CallSign, known: NaiveDate) -> Self {
        Self {
            status: "unknown".to_owned(),
            reason: None,
            unknown_before: Some(known),
            ..Self::without_row(sign, known)
        }
    }
}

impl HolderView {
    fn of(holder: PublicHolder) -> Self {
        Self { name: holder.name, address: holder.address, post_town: holder.post_town }
    }
}

/// A page of the call-sign list, in alphabetical order.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct CallSignPage {
    /// The call signs of this page.
    pub items: Vec<CallSignView>,
    /// How many there are in all.
    pub total: u64,
    /// Cursor of the next page; none on the last.
    pub next: Option<String>,
    /// Counts of everything found, where asked for.
    pub facets: Option<Facets>,
}

/// A page of a public list of permits, in the order of its keys.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct PublicPermitPage {
    /// The permits of this page, each as the public may have it.
    pub items: Vec<PermitRecord>,
    /// How many there are in all.
    pub total: u64,
    /// Cursor of the next page; none on the last.
    pub next: Option<String>,
    /// Counts of everything found, where asked for.
    pub facets: Option<Facets>,
}

/// A change of the register.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct ChangeView {
    /// Latest sequence of the key.
    pub sequence: i64,
    /// Key, e.g. `call-signs/LB1AG` or `installers/312345676`; its first part is the list.
    pub key: String,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// What the list has under the key now, as in its file; see `/v1/schemas`. None: the key is gone
    /// (tombstone).
    pub record: Option<Any<Value>>,
}

/// Changes of the register in sealed order, each key once at its latest.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct ChangePage {
    /// The changes.
    pub items: Vec<ChangeView>,
    /// Continue with `after` this sequence.
    pub next: i64,
    /// Last sequence sealed.
    pub head: i64,
    /// When this was answered.
    pub answered_at: DateTime<Utc>,
}

/// Counts of everything found, by what was asked for: every value, the most frequent first, at most 10,000 each.
#[derive(Debug, Clone, Default, PartialEq, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct Facets {
    /// By post town, or municipality of a station.
    pub place: Option<Vec<FacetCount>>,
    /// By county.
    pub county: Option<Vec<FacetCount>>,
    /// By series of a call sign, type of an installer, role of a supplier or use of a frequency.
    #[oai(rename = "type")]
    pub of_type: Option<Vec<FacetCount>>,
    /// By status.
    pub status: Option<Vec<FacetCount>>,
    /// By kind of permit.
    pub kind: Option<Vec<FacetCount>>,
    /// By year of issue.
    pub year: Option<Vec<FacetCount>>,
}

impl Facets {
    /// Of counts by dimension.
    pub fn of(counts: Vec<(Dimension, Vec<(String, u64)>)>) -> Self {
        let mut facets = Self::default();
        for (dimension, counts) in counts {
            let place = match dimension {
                Dimension::Place => &mut facets.place,
                Dimension::County => &mut facets.county,
                Dimension::Type => &mut facets.of_type,
                Dimension::Status => &mut facets.status,
                Dimension::Kind => &mut facets.kind,
                Dimension::Year => &mut facets.year,
            };
            let counts = counts.into_iter().map(|(value, count)| FacetCount { value, count });
            *place = Some(counts.collect());
        }
        facets
    }
}

/// How many of what was found have a value. Only values that are shown are counted.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
pub struct FacetCount {
    /// The value; asked for by the parameter of the same name it narrows the list to these.
    pub value: String,
    /// How many.
    pub count: u64,
}
