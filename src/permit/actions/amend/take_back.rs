//! Taking an amendment back after an appeal: the permit says again what it said before, as far as nobody has changed it since.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{super::restore::restore, Amendment, amend};
use crate::{
    app::App,
    database::Tx,
    failure::Failure,
    permit::{kind, lifecycle::Status, model::Permit},
    programming,
    values::{call_sign::CallSign, validity::Validity},
};

/// What a permit says that a decision can change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Said {
    /// Version of the permit that says it.
    pub version: i32,
    /// The kind's details.
    pub details: Value,
    /// Conditions set for this permit.
    pub conditions: Vec<String>,
    /// First and last day.
    pub validity: Validity,
    /// Call sign, where it has one; none in what was written before it could be taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call_sign: Option<CallSign>,
}

impl Said {
    /// By a permit as it stands.
    pub fn by(permit: &Permit) -> Self {
        Self {
            version: permit.version,
            details: permit.details.clone(),
            conditions: permit.conditions.clone(),
            validity: permit.validity,
            call_sign: permit.call_sign,
        }
    }
}

/// What a permit said before a decision, and what the decision made of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Changed {
    /// Before.
    pub before: Said,
    /// After.
    pub after: Said,
}

impl Changed {
    /// What a permit is to say once the decision is taken back: what others have changed since stays as they left it.
    fn undone(&self, permit: &Permit) -> Amendment {
        let Changed { before, after } = self;
        Amendment {
            details: Some(details_again(&before.details, &after.details, permit)),
            conditions: (permit.conditions == after.conditions).then(|| before.conditions.clone()),
            validity: (permit.validity == after.validity).then_some(before.validity),
            is_given_back: true,
            ..Amendment::default()
        }
    }

    /// The call sign that a permit is to have again, unless it has had another one since.
    fn sign_again(&self, permit: &Permit) -> Option<CallSign> {
        let is_changed = self.before.call_sign != self.after.call_sign;
        let is_as_left = permit.call_sign == self.after.call_sign;
        self.before.call_sign.filter(|_| is_changed && is_as_left)
    }
}

/// The details of a permit with what a decision changed as it was before, member by member. A beacon that has been
/// programmed since transmits what it was programmed with, so its details stay.
fn details_again(before: &Value, after: &Value, permit: &Permit) -> Value {
    let now = &permit.details;
    let is_programmed_since =
        kind::any(permit.kind).programmed() && now.get("programming") != after.get("programming");
    let (Some(old), Some(set), Some(own)) =
        (before.as_object(), after.as_object(), now.as_object())
    else {
        return now.clone();
    };
    if is_programmed_since {
        return now.clone();
    }
    let mut details = own.clone();
    for name in old.keys().chain(set.keys()) {
        if own.get(name) != set.get(name) {
            continue;
        }
        match old.get(name) {
            Some(value) => details.insert(name.clone(), value.clone()),
            None => details.remove(name),
        };
    }
    Value::Object(details)
}

/// Lets a locked permit say again what it said before a decision; other conditions hold where they are said. Nothing is
/// charged for what is only given back.
///
/// # Errors
/// 409 when the permit has ended, or another permit has what it had; 422 when its holder may not have it any more.
pub async fn take_back(
    app: &App,
    tx: &Tx,
    mut permit: Permit,
    changed: &Changed,
    conditions: Option<&[String]>,
    actor: &str,
) -> Result<Permit, Failure> {
    let mut amendment = changed.undone(&permit);
    if let Some(conditions) = conditions {
        amendment.conditions = Some(conditions.to_vec());
    }
    if let Some(details) =
        amendment.details.as_mut().filter(|_| kind::any(permit.kind).programmed())
        && details["programming"] != permit.details["programming"]
    {
        // what was ordered by the decision is not to be programmed
        programming::actions::cancel(tx, permit.id).await?;
        if details["programming"]["reportedAt"].is_null() {
            // nor was what had been ordered before: that is ordered anew
            details["programming"] = Value::Null;
        } else if permit.status == Status::AwaitingProgramming {
            permit.status = Status::Active;
        }
    }
    let given_up = match changed.sign_again(&permit) {
        Some(sign) => kind::claims::give_sign_back(tx, &mut permit, sign).await?,
        None => None,
    };
    let permit = amend(app, tx, permit, amendment, actor).await?;
    if let Some(given_up) = given_up {
        kind::claims::sign_changed(app, tx, &permit, given_up, actor).await?;
    }
    Ok(permit)
}

/// As [`take_back`] for a permit that has run out by the decision: it says again what it said before, and is in force.
///
/// # Errors
/// 409 when another permit has what it had; 422 when its holder may not have it any more.
pub async fn revive(
    app: &App,
    tx: &Tx,
    mut permit: Permit,
    changed: &Changed,
    conditions: Option<&[String]>,
    (grounds, actor): (&str, &str),
) -> Result<Permit, Failure> {
    let said = changed.undone(&permit);
    permit.details = said.details.unwrap_or(permit.details);
    permit.validity = said.validity.unwrap_or(permit.validity);
    if let Some(conditions) = conditions.map(<[String]>::to_vec).or(said.conditions) {
        permit.conditions = conditions;
    }
    restore(app, tx, permit, grounds, actor).await
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use serde_json::json;

    use super::*;
    use crate::{
        permit::kind::Kind,
        values::ids::{PartyId, PermitId},
    };

    fn days(until: &str) -> Validity {
        let from: NaiveDate = "2026-01-01".parse().expect("a date");
        Validity::new(from, Some(until.parse().expect("a date"))).expect("in order")
    }

    fn permit(kind: Kind, details: Value, until: &str) -> Permit {
        let at = chrono::DateTime::UNIX_EPOCH;
        Permit {
            id: PermitId::new(at),
            kind,
            number: "X-000001".to_owned(),
            holder: PartyId::new(at),
            case: None,
            status: Status::Active,
            details,
            call_sign: None,
            version: 1,
            validity: days(until),
            conditions: Vec::new(),
            verification_code: String::new(),
            issued_at: at,
            ended: None,
            confirmed_at: None,
            changed_at: at,
        }
    }

    fn changed() -> Changed {
        let before = permit(Kind::Spectrum, json!({ "a": 1, "b": 1, "c": 1 }), "2030-01-01");
        let mut after = permit(Kind::Spectrum, json!({ "a": 2, "b": 2, "d": 2 }), "2027-01-01");
        after.conditions = vec!["Bare i Norge.".to_owned()];
        Changed { before: Said::by(&before), after: Said::by(&after) }
    }

    #[test]
    fn what_a_decision_changed_is_as_it_was_and_what_others_changed_since_stays() {
        let mut now = permit(Kind::Spectrum, json!({ "a": 2, "b": 3, "d": 2 }), "2027-01-01");
        now.conditions = vec!["Bare i Norge.".to_owned()];
        let undone = changed().undone(&now);
        assert_eq!(undone.details, Some(json!({ "a": 1, "b": 3, "c": 1 })));
        assert_eq!(
            (undone.conditions, undone.validity),
            (Some(Vec::new()), Some(days("2030-01-01")))
        );
        let renewed = permit(Kind::Spectrum, json!({ "a": 2 }), "2035-01-01");
        let undone = changed().undone(&renewed);
        assert_eq!((undone.conditions, undone.validity), (None, None));
        assert_eq!(undone.details, Some(json!({ "a": 1, "c": 1 })));
    }

    #[test]
    fn a_beacon_that_was_programmed_since_stays_what_it_is() {
        let details = |order: u8| json!({ "model": order, "programming": { "order": order } });
        let said = |order| Said::by(&permit(Kind::Plb, details(order), "2030-01-01"));
        let changed = Changed { before: said(1), after: said(2) };
        let undone =
            |order| changed.undone(&permit(Kind::Plb, details(order), "2030-01-01")).details;
        assert_eq!(undone(2), Some(details(1)));
        assert_eq!(undone(3), Some(details(3)));
    }
}
