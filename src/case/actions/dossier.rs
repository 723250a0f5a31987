//! A case with all that a caseworker looks at before deciding: what was applied for, what the rules say,
//! what the registers hold beside it. Nothing is changed.

use serde_json::Value;

use super::{
    super::{
        model::Purpose,
        signing::{self, store::Proposal},
        store::{self, Case, CaseQuery, Decision, Message},
    },
    assess, decision_type, not_party,
};
use crate::{
    app::App,
    assignment::{self, store::SignRow},
    failure::Failure,
    identity::{Caller, Sight},
    journal,
    party::{self, model::Party},
    permit::{
        self,
        kind::{self, Reason},
        model::{Permit, Scheme},
    },
    values::{appeal_body::DecisionType, calendar::oslo_date, call_sign::CallSign, ids::CaseId},
};

/// Other cases of the applicant that are shown.
const OTHER_CASES: u64 = 20;

/// A call sign asked for, and how it stands.
#[derive(Debug, Clone)]
pub struct AskedSign {
    /// The sign.
    pub sign: CallSign,
    /// Its row; none for one that nobody ever had.
    pub row: Option<SignRow>,
    /// This applicant may have it today.
    pub is_free: bool,
}

/// A case as a caseworker sees it.
pub struct Dossier {
    /// The case.
    pub case: Case,
    /// Who applies.
    pub applicant: Party,
    /// Name of who accepted to receive the permit.
    pub new_holder: Option<String>,
    /// What was applied for.
    pub application: Value,
    /// Messages and notes in order.
    pub messages: Vec<Message>,
    /// What a decision is, as far as it says who decides an appeal.
    pub decision_type: DecisionType,
    /// The decision.
    pub decision: Option<Decision>,
    /// What the permit said before the decision is kept, so that an appeal can have it taken back.
    pub is_undoable: bool,
    /// A decision that waits for its second signature.
    pub proposal: Option<Proposal>,
    /// What the rules say.
    pub reasons: Vec<Reason>,
    /// The journal in order.
    pub journal: Vec<journal::Entry>,
    /// Live permits of the applicant, of the kinds the caseworker handles.
    pub permits: Vec<Permit>,
    /// Other cases of the applicant, and how many there are.
    pub cases: (Vec<Case>, u64),
    /// Permits that have or had the same code or address, and whether they have it still.
    pub same_identifiers: Vec<(Permit, bool)>,
    /// Call signs asked for.
    pub signs: Vec<AskedSign>,
}

/// Reads a case for a caseworker.
///
/// # Errors
/// 403 for a caseworker who is party, or may not handle the kind; 404 when there is none.
pub async fn dossier(app: &App, caller: &Caller, id: CaseId) -> Result<Dossier, Failure> {
    let case = not_party(app, caller, id).await?;
    caller.needs_kind(case.kind)?;
    let connection = app.db().read();
    let applicant = party::store::get(connection, case.applicant).await?;
    let key = party::store::data_key(connection, &app.keys(), applicant.id).await?;
    let application = case.application(&key)?;
    let new_holder = match case.accepted {
        Some((receiver, _)) => Some(party::store::get(connection, receiver).await?.details.name),
        None => None,
    };
    let any = kind::any(case.kind);
    let parsed = match case.purpose {
        Purpose::New | Purpose::Amendment => any.parse(&application, applicant.is_person()).ok(),
        _ => None,
    };
    let mut same_identifiers = Vec::new();
    let mut signs = Vec::new();
    if let Some(parsed) = &parsed {
        for identifier in any.identifiers(&parsed.details) {
            if identifier.scheme == Scheme::BeaconPrefix {
                continue; // the whole code is looked up too
            }
            let schemes = [identifier.scheme];
            let found =
                permit::store::by_identifier(connection, &schemes, &identifier.value).await?;
            let others = found.into_iter().filter(|(one, _, _)| Some(one.id) != case.permit);
            same_identifiers.extend(others.map(|(one, _, live)| (one, live)));
        }
        let today = oslo_date(app.clock().now());
        for sign in parsed.call_sign.iter().chain(&parsed.wishes).copied() {
            let row = assignment::store::find(connection, sign).await?;
            let is_free = assignment::actions::may_keep(row.as_ref(), sign, today, applicant.id.0);
            signs.push(AskedSign { sign, row, is_free });
        }
    }
    let of_own_kinds = CaseQuery { kinds: caller.kinds(), ..CaseQuery::default() };
    let (mut cases, mut count) =
        store::list(connection, Sight::Party(applicant.id), &of_own_kinds, OTHER_CASES + 1).await?;
    cases.retain(|other| other.id != case.id);
    cases.truncate(usize::try_from(OTHER_CASES).unwrap_or(usize::MAX));
    count = count.saturating_sub(1);
    let mut permits = permit::store::live_of_holder(connection, applicant.id).await?;
    permits.retain(|permit| caller.handled().contains(permit.kind));
    Ok(Dossier {
        messages: store::messages(connection, &key, id, true).await?,
        decision_type: decision_type(connection, &case, &application).await?,
        decision: store::decision_of(connection, &key, id).await?,
        is_undoable: store::change_of(connection, &key, id).await?.is_some(),
        proposal: signing::store::open(connection, &key, id).await?,
        reasons: assess(app, &case).await?,
        journal: journal::of_case(connection, id).await?,
        permits,
        cases: (cases, count),
        same_identifiers,
        signs,
        new_holder,
        application,
        applicant,
        case,
    })
}
