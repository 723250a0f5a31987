//! Letters as they would be: what a caseworker has typed goes through the same rules as the letter that is sent, and is
//! marked as a draft. No number is taken, nothing is journaled or kept.

use chrono::NaiveDate;

use super::{
    super::{
        model::{Purpose, Ruling},
        signing,
        store::{Case, Decision},
    },
    carry_out::renewed,
    check_conditions,
    decide::check_end,
    dossier::{Dossier, dossier},
    hearing::Notice,
    letters,
};
use crate::{
    app::App,
    document::{Block, Document},
    failure::Failure,
    identity::{Caller, Sight},
    letter::{
        actions::{cite, envelope, head},
        model::{Head, PermitFacts},
        rules::{self, Pending},
        store::post,
    },
    party::{self, model::Party},
    permit::{
        self,
        actions::amend::{days_with, wrong_days},
        kind,
        model::Permit,
    },
    values::{
        calendar::oslo_date,
        ids::{CaseId, PermitId},
        language::Language,
        letter_text::LetterText,
        validity::Validity,
    },
};

/// What stands where a number or a call sign is given with the decision.
const NOT_YET: &str = "…";

/// The decision of a case as a letter to its applicant.
///
/// # Errors
/// 403 for a caseworker who is party or may not handle the kind; 404.
pub async fn decision(
    app: &App,
    caller: &Caller,
    id: CaseId,
    ruling: &Ruling,
) -> Result<Document, Failure> {
    let known = dossier(app, caller, id).await?;
    decision_of(app, &known, ruling, &caller.subject).await
}

/// The decision of a case as the letters that would tell of it: to the applicant, and to who accepted to receive the permit.
///
/// # Errors
/// As [`decision`]; 409 when the case cannot be decided so; 422 for what a decision of it cannot say.
pub async fn decisions(
    app: &App,
    caller: &Caller,
    id: CaseId,
    ruling: &Ruling,
) -> Result<Vec<Document>, Failure> {
    let known = dossier(app, caller, id).await?;
    let case = &known.case;
    case.status.after(ruling.step)?;
    check_conditions(kind::any(case.kind), &ruling.conditions)?;
    check_end(case.purpose, ruling)?;
    let mut letters = vec![decision_of(app, &known, ruling, &caller.subject).await?];
    if let Some(receiver) = case.new_holder() {
        let receiver = party::store::get(app.db().read(), receiver).await?;
        letters.push(decision_to(app, &known, &receiver, (ruling, &caller.subject)).await?);
    }
    Ok(letters)
}

/// The same of a case that is open already, decided by somebody.
///
/// # Errors
/// When the database does not answer.
pub async fn decision_of(
    app: &App,
    known: &Dossier,
    ruling: &Ruling,
    by: &str,
) -> Result<Document, Failure> {
    decision_to(app, known, &known.applicant, (ruling, by)).await
}

async fn decision_to(
    app: &App,
    known: &Dossier,
    party: &Party,
    (ruling, by): (&Ruling, &str),
) -> Result<Document, Failure> {
    let case = &known.case;
    let now = app.clock().now();
    let any = kind::any(case.kind);
    let decided = Decision {
        outcome: signing::rules::outcome(ruling.step).unwrap_or_default().to_owned(),
        grounds: ruling.grounds.clone(),
        conditions: ruling.conditions.clone(),
        legal_basis: any.legal_basis(oslo_date(now)).to_owned(),
        decided_by: by.to_owned(),
        decided_at: now,
    };
    let permit = permit_facts(app, known, ruling).await?;
    let (made, language) = (known.decision_type, case.language_of(party));
    let (facts, _) = letters::decision_facts(case, permit, made, &decided, language)?;
    let head = heading_to(app, case, party, language);
    Ok(marked(rules::decision(&head, &facts), app))
}

/// A question to the applicant as a letter.
///
/// # Errors
/// 403 for a caseworker who is party or may not handle the kind; 404.
pub async fn question(
    app: &App,
    caller: &Caller,
    id: CaseId,
    (text, due_on): (&str, NaiveDate),
) -> Result<Document, Failure> {
    let known = dossier(app, caller, id).await?;
    let permit = about(app, &known.case).await?;
    let pending = letters::pending(&known.case, permit.as_ref(), &caller.subject);
    let by_post = post::goes_by_post(&known.case.channel);
    let head = heading(app, &known);
    let letter = rules::information_request(&head, &pending, text, (due_on, by_post));
    Ok(marked(letter, app))
}

/// The notice that the holder of a permit would be given of what is considered. It has no case yet, and so no number.
///
/// # Errors
/// 403 for a caseworker who is party or may not decide the kind; 404; 409 when the state of the permit forbids it.
pub async fn notice(
    app: &App,
    caller: &Caller,
    id: PermitId,
    notice: &Notice,
) -> Result<Document, Failure> {
    let connection = app.db().read();
    let permit = permit::store::find(connection, Sight::All, id).await?;
    caller.needs_kind(permit.kind)?;
    party::actions::refuse_own(app, caller, permit.holder).await?;
    permit.status.after(notice.step())?;
    let holder = party::store::get(connection, permit.holder).await?;
    let (now, language) = (app.clock().now(), holder.details.language);
    let any = kind::any(permit.kind);
    let head = Head {
        kind_title: any.title(language).to_owned(),
        ..head(app, now, envelope(&holder), language, NOT_YET.to_owned())
    };
    let facts = letters::facts_of(&permit);
    let pending = Pending {
        matter: letters::matter_of(notice.purpose, true),
        applied_on: oslo_date(now),
        permit: Some(&facts),
        author: letters::author(&caller.subject),
    };
    let basis = cite(any.legal_basis(oslo_date(now)), language);
    let said = (notice.text.as_str(), notice.due_on);
    Ok(marked(rules::advance_notice(&head, &pending, &basis, said), app))
}

/// The reasons for a decision as the letter that would give them.
///
/// # Errors
/// When the database does not answer.
pub async fn reasons_of(
    app: &App,
    known: &Dossier,
    decided: &Decision,
    said: (&str, &str),
) -> Result<Document, Failure> {
    let permit = about(app, &known.case).await?;
    let of = (permit, known.decision_type);
    let (facts, _) = letters::reasons_facts(&known.case, of, decided, said)?;
    let decided_on = oslo_date(decided.decided_at);
    Ok(marked(rules::reasons(&heading(app, known), &facts, decided_on), app))
}

/// The head of a letter to the applicant, without a number of its own.
pub(crate) fn heading(app: &App, known: &Dossier) -> Head {
    heading_to(app, &known.case, &known.applicant, known.case.language)
}

/// The head of a letter to a party to a case in their language, without a number of its own.
pub(crate) fn heading_to(app: &App, case: &Case, party: &Party, language: Language) -> Head {
    Head {
        kind_title: kind::any(case.kind).title(language).to_owned(),
        ..head(app, app.clock().now(), envelope(party), language, number_of(case))
    }
}

/// What stands in place of the number of a letter in a case that has none yet.
pub(crate) fn number_of(case: &Case) -> String {
    format!("{}-{NOT_YET}", case.display_number())
}

/// Marks a letter as a draft.
pub(crate) fn marked(mut letter: Document, app: &App) -> Document {
    let today = oslo_date(app.clock().now());
    let mark = LetterText::DraftMark.on(today, letter.language);
    letter.blocks.insert(0, Block::Note(mark.to_owned()));
    letter
}

async fn about(app: &App, case: &Case) -> Result<Option<PermitFacts>, Failure> {
    let Some(id) = case.permit else { return Ok(None) };
    let permit = permit::store::find(app.db().read(), Sight::All, id).await?;
    Ok(Some(letters::facts_of(&permit)))
}

/// The permit of the letter: the one the case is about, or what is known already of the one it would come to.
async fn permit_facts(
    app: &App,
    known: &Dossier,
    ruling: &Ruling,
) -> Result<Option<PermitFacts>, Failure> {
    let case = &known.case;
    if let Some(id) = case.permit {
        let permit = permit::store::find(app.db().read(), Sight::All, id).await?;
        let mut facts = letters::facts_of(&permit);
        if case.purpose == Purpose::Renewal && ruling.step.grants() {
            facts.valid_until = renewed(kind::any(permit.kind), &permit, case)?.until();
        }
        if ruling.step.grants()
            && let Some(days) = amended_days(app, known, &permit)?
        {
            (facts.valid_from, facts.valid_until) = (days.from(), days.until());
        }
        facts.valid_until = ruling.valid_until.or(facts.valid_until);
        return Ok(Some(facts));
    }
    if case.purpose != Purpose::New || !ruling.step.grants() {
        return Ok(None);
    }
    let any = kind::any(case.kind);
    let parsed = any.parse(&known.application, known.applicant.is_person())?;
    let validity = any.validity(&parsed.details, oslo_date(app.clock().now()));
    let sign = parsed.call_sign.map(|sign| sign.to_string());
    let has_sign = any.series(&parsed.details).is_some();
    Ok(Some(PermitFacts {
        number: format!("{}-{NOT_YET}", any.number_prefix()),
        call_sign: sign.or_else(|| has_sign.then(|| NOT_YET.to_owned())),
        valid_from: validity.from(),
        valid_until: ruling.valid_until.or(validity.until()),
    }))
}

/// The days a permit will hold once the open amendment of it is granted, where they are others than before.
fn amended_days(app: &App, known: &Dossier, permit: &Permit) -> Result<Option<Validity>, Failure> {
    let case = &known.case;
    // what the authority considers is no application
    if case.purpose != Purpose::Amendment || case.is_of_authority() || !case.status.is_open() {
        return Ok(None);
    }
    let any = kind::any(case.kind);
    let parsed = any.parse(&known.application, known.applicant.is_person())?;
    let details = any.amended(&permit.details, &parsed.details)?;
    days_with(permit, &details, oslo_date(app.clock().now())).map_err(|reason| wrong_days(&reason))
}
