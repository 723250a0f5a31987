//! Granting several cases at once: those that the rules leave nothing to judge of. Each is a commit of
//! its own, so that one that cannot be granted holds up no other.

use super::{assess, decide, not_party};
use crate::{
    app::App,
    case::{lifecycle::Step, model::Ruling, store::Case},
    failure::{Failure, Problem},
    identity::Caller,
    permit::kind::Reason,
    values::{ids::CaseId, language::Language},
};

/// Whether a case can be granted together with others, and what forbids it.
pub struct Weighed {
    /// The case.
    pub case: Case,
    /// Its state allows it.
    pub is_ready: bool,
    /// What must be judged; nothing when the rules leave nothing.
    pub reasons: Vec<Reason>,
}

impl Weighed {
    /// It can be granted together with others.
    pub fn can_be_granted(&self) -> bool {
        self.is_ready && self.reasons.is_empty()
    }
}

/// Weighs a case on the facts of the day.
///
/// # Errors
/// 403 for a caseworker who is party, or may not handle the kind; 404 when there is none.
pub async fn weigh(app: &App, caller: &Caller, id: CaseId) -> Result<Weighed, Failure> {
    let case = not_party(app, caller, id).await?;
    caller.needs_kind(case.kind)?;
    // what the authority considers of its own motion is judged, whatever the rules say
    let is_ready = case.status.after(Step::Grant).is_ok() && !case.is_considered();
    let reasons = if is_ready { assess(app, &case).await? } else { Vec::new() };
    Ok(Weighed { case, is_ready, reasons })
}

/// What to do with a case that the rules leave something to judge of.
const fn must_be_judged(language: Language) -> &'static str {
    match language {
        Language::Bokmal => {
            "Noe i denne saken må vurderes av en saksbehandler. Åpne den og avgjør den alene."
        }
        Language::Nynorsk => {
            "Noko i denne saka må vurderast av ein saksbehandlar. Opne ho og avgjer ho åleine."
        }
        Language::English => {
            "Something in this case must be judged by a caseworker. Open it and decide it alone."
        }
    }
}

/// Grants a case of which the rules leave nothing to judge.
///
/// # Errors
/// 412 when it has changed since it was weighed; 422 when something is to be judged by now; as every
/// decision.
pub async fn grant(app: &App, caller: &Caller, id: CaseId, version: i32) -> Result<Case, Failure> {
    let weighed = weigh(app, caller, id).await?;
    if weighed.case.version != version {
        return Err(Failure::stale());
    }
    if !weighed.can_be_granted() {
        return Err(Failure::told(Problem::ConditionsNotMet, |language| {
            must_be_judged(language).to_owned()
        }));
    }
    let (case, _) = decide(app, caller, id, version, &Ruling::grant()).await?;
    Ok(case)
}
