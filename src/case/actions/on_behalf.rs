//! Applications on paper or by telephone: a caseworker files for somebody, through the same parser and
//! the same action as the applicant would.

use super::{
    super::{
        model::{Channel, Receiver},
        store::Case,
    },
    Filing, Intake, once, submit_in,
};
use crate::{
    app::App,
    failure::{Failure, Problem},
    identity::{Caller, Role},
};

/// Files an application for somebody. The journal names the caseworker.
///
/// # Errors
/// As [`submit`](super::submit); 403 for oneself, for an organisation one acts for, and for a kind that is
/// not the caseworker's.
pub async fn submit_on_behalf(
    app: &App,
    caller: &Caller,
    applicant: &Receiver,
    channel: Channel,
    filing: &Filing<'_>,
) -> Result<Case, Failure> {
    caller.needs_kind(filing.kind)?;
    let is_own = match applicant {
        Receiver::Person(id) => {
            caller.national_id.as_ref().is_some_and(|own| own.reveal() == id.reveal())
        }
        Receiver::Organisation(number) => caller.organisation == Some(*number),
    };
    if is_own {
        return Err(Failure::new(
            Problem::Disqualified,
            "You are a party to this, so somebody else must register it (forvaltningsloven § 6).",
        ));
    }
    let mut acting = Caller {
        subject: caller.subject.clone(),
        roles: vec![if applicant.is_person() { Role::Person } else { Role::Representative }],
        scopes: Vec::new(),
        national_id: None,
        organisation: None,
    };
    match applicant {
        Receiver::Person(id) => acting.national_id = Some(*id),
        Receiver::Organisation(number) => acting.organisation = Some(*number),
    }
    let acting = &acting;
    let intake = Intake { channel: channel.code(), registered_by: Some(&caller.subject) };
    once(app, filing.idempotency, filing.operation, |tx| submit_in(app, acting, filing, intake, tx))
        .await
}
