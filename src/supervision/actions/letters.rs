//! The letters of supervision: facts gathered, text by `letter/rules/supervision.rs`, sent in the step's transaction.

use chrono::NaiveDate;

use super::NewOrder;
use crate::{
    app::App,
    case::actions::letters::right_of,
    database::Tx,
    disclosure::legal_basis,
    failure::{Failure, Problem},
    identity::Caller,
    keys::DataKey,
    letter::{
        self,
        actions::Outgoing,
        model::{Author, LetterKind},
        rules::supervision::{self as rules, Ending, FineFacts, OrderFacts, Supervised},
    },
    party::{self, model::Party},
    supervision::model::{Case, Deed, FineTerms, FineWay},
    values::{
        appeal_body::{AppealBody, DecisionType, appeal_body},
        calendar::oslo_date,
        decision_basis::decision_basis,
        ids::{LetterId, PartyId},
        language::Language,
    },
};

/// Advance notice; this and the next as in `decision_bases.tsv`.
const NOTICE_BASIS: &str = "supervision-notice";
/// Duty to give information and to make good.
const ORDER_BASIS: &str = "supervision-order";
/// Coercive fines.
const FINE_BASIS: &str = "coercive-fine";

/// A respondent who is written to.
pub(super) struct To<'a> {
    /// The app.
    pub app: &'a App,
    /// The transaction of the step.
    pub tx: &'a Tx,
    /// The case.
    pub case: &'a Case,
    /// Who is written to.
    pub party: PartyId,
    /// Who writes.
    pub caller: &'a Caller,
}

fn cite(code: &str, language: Language) -> String {
    legal_basis::find(code).map_or_else(|| code.to_owned(), |basis| basis.cite(language))
}

/// What a decision is called in letters about an appeal against it.
pub(super) const fn name_of(deed: &Deed, language: Language) -> &'static str {
    match (deed, language) {
        (Deed::CoerciveFine { .. }, Language::English) => "Coercive fine",
        (Deed::CoerciveFine { .. }, _) => "Tvangsmulkt",
        (_, Language::English) => "Order",
        _ => "Pålegg",
    }
}

/// Who decides appeals against decisions of a day.
pub(super) fn body_on(day: NaiveDate) -> Result<&'static AppealBody, Failure> {
    appeal_body(DecisionType::ElectronicCommunications, day).ok_or_else(|| {
        Failure::new(Problem::ConditionsNotMet, "No body decides appeals against this that day.")
    })
}

impl To<'_> {
    pub(super) async fn addressee(&self) -> Result<(Party, DataKey), Failure> {
        let key = party::store::data_key(&**self.tx, &self.app.keys(), self.party).await?;
        Ok((party::store::get(&**self.tx, self.party).await?, key))
    }

    pub(super) fn letter<'b>(
        &'b self,
        (addressee, key): (&'b Party, &'b DataKey),
        (kind, kind_title, title): (LetterKind, &'b str, &'b str),
        appeal: Option<&'static AppealBody>,
    ) -> Outgoing<'b> {
        Outgoing {
            kind,
            case: self.case.id,
            case_number: self.case.display_number(),
            addressee,
            key,
            language: self.case.language,
            kind_title,
            title,
            actor: &self.caller.subject,
            appeal,
        }
    }

    fn author(&self) -> Author {
        Author::Caseworker(self.caller.subject.clone())
    }

    fn basis(&self, decision: &str) -> String {
        cite(decision_basis(decision, oslo_date(self.tx.now())), self.case.language)
    }
}

/// Tells what is considered.
pub(super) async fn notice(
    to: &To<'_>,
    text: &str,
    due_on: NaiveDate,
) -> Result<LetterId, Failure> {
    let (addressee, key) = to.addressee().await?;
    let number = to.case.display_number();
    let facts = Supervised { case: &number, basis: to.basis(NOTICE_BASIS), author: to.author() };
    let what = (LetterKind::AdvanceNotice, "", "Advance notice");
    let out = to.letter((&addressee, &key), what, None);
    letter::actions::send(to.app, to.tx, out, |head| {
        rules::advance_notice(head, &facts, text, due_on)
    })
    .await
}

/// Tells of an order.
pub(super) async fn order(to: &To<'_>, new: &NewOrder) -> Result<LetterId, Failure> {
    let (addressee, key) = to.addressee().await?;
    let number = to.case.display_number();
    let body = body_on(oslo_date(to.tx.now()))?;
    let facts = Supervised { case: &number, basis: to.basis(ORDER_BASIS), author: to.author() };
    let order = OrderFacts {
        text: &new.text,
        grounds: &new.grounds,
        without_notice: new.without_notice.as_deref(),
        due_on: new.due_on,
        fine_basis: to.basis(FINE_BASIS),
        appeal: right_of(body, to.case.language),
    };
    let out = to.letter((&addressee, &key), (LetterKind::Order, "", "Order"), Some(body));
    letter::actions::send(to.app, to.tx, out, |head| rules::order(head, &facts, &order)).await
}

/// Tells of a coercive fine.
pub(super) async fn fine(
    to: &To<'_>,
    terms: &FineTerms,
    grounds: &str,
    ordered_on: NaiveDate,
) -> Result<LetterId, Failure> {
    let (addressee, key) = to.addressee().await?;
    let number = to.case.display_number();
    let body = body_on(oslo_date(to.tx.now()))?;
    let facts = Supervised { case: &number, basis: to.basis(FINE_BASIS), author: to.author() };
    let fine = FineFacts {
        ordered_on,
        is_running: terms.way == FineWay::Running,
        amount: terms.amount,
        from: terms.from,
        maximum: terms.maximum,
        grounds,
        appeal: right_of(body, to.case.language),
    };
    let what = (LetterKind::CoerciveFine, "", "Coercive fine");
    let out = to.letter((&addressee, &key), what, Some(body));
    letter::actions::send(to.app, to.tx, out, |head| rules::coercive_fine(head, &facts, &fine))
        .await
}

/// Tells that the case is closed.
pub(super) async fn closed(
    to: &To<'_>,
    ending: Ending,
    text: &str,
    accrued: i64,
) -> Result<LetterId, Failure> {
    let (addressee, key) = to.addressee().await?;
    let number = to.case.display_number();
    let facts = Supervised { case: &number, basis: String::new(), author: to.author() };
    let what = (LetterKind::SupervisionClosed, "", "Supervision case closed");
    let out = to.letter((&addressee, &key), what, None);
    letter::actions::send(to.app, to.tx, out, |head| {
        rules::closed(head, &facts, ending, text, accrued)
    })
    .await
}
