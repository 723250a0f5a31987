//! The public register in JSON.

use chrono::{DateTime, NaiveDate, Utc};
use poem_openapi::Object;

use super::{PublicHolder, PublicSign};
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
    /// Series by its form, e.g. `personal_new`.
    #[oai(rename = "type")]
    pub series: Option<String>,
    /// Kind of permit it belongs to.
    pub kind: Option<String>,
    /// Class of an amateur licence.
    pub class: Option<String>,
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
    pub fn of(sign: CallSign, row: &PublicSign, persons: bool) -> Self {
        use crate::assignment::SignStatus;
        let in_use = row.status == SignStatus::InUse;
        let holder = row.holder.as_deref().filter(|holder| persons || !holder.is_person);
        let complete = holder.is_some_and(|holder| {
            holder.name.is_some() && holder.address.is_some() && holder.post_town.is_some()
        });
        Self {
            call_sign: sign.to_string(),
            status: row.status.code().to_owned(),
            series: Some(row.series.clone()),
            kind: row.kind.clone(),
            class: row.class.clone(),
            until: row.until,
            reason: row.reason.clone(),
            holder: holder.map(HolderView::of),
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
    fn of(holder: &PublicHolder) -> Self {
        Self {
            name: holder.name.clone(),
            address: holder.address.clone(),
            post_town: holder.post_town.clone(),
        }
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
}

/// A change of the register.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct ChangeView {
    /// Latest sequence of the key.
    pub sequence: i64,
    /// Key, e.g. `call-signs/LB1AG` or `installers/312345676`.
    pub key: String,
    /// What may be shown of a call sign now.
    pub call_sign: Option<CallSignView>,
    /// What may be shown of a permit of a public list now. Neither this nor a call sign: it has been
    /// taken away (tombstone).
    pub permit: Option<PermitRecord>,
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
