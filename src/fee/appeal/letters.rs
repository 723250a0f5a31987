//! The letters about appeals against fees: facts gathered for `letter/rules.rs`, sent in the transaction of the step.

use super::actions::Ruling;
use crate::{
    app::App,
    appeal::{
        actions::{
            deferral::{self, By, Deferral, TITLE},
            forwarding::{self, Forwarding},
        },
        model::{Appeal, AppealStatus},
    },
    case::actions::letters::right_of,
    database::Tx,
    failure::Failure,
    fee::invoice::model::Invoice,
    identity::Caller,
    keys::DataKey,
    letter::{
        actions::{Outgoing, send},
        model::{AppealEffect, AppealFacts, AppealWay, Author, DeferralFacts, LetterKind},
        rules::{self, appeal as appeal_rules},
    },
    party::model::Party,
    values::{
        appeal_body::AppealBody, calendar::oslo_date, ids::CaseId, language::Language,
        letter_text::LetterText,
    },
};

/// A holder who is written to about an appeal against their invoice.
pub(super) struct Writing<'a> {
    /// The app.
    pub app: &'a App,
    /// The transaction of the step.
    pub tx: &'a Tx,
    /// Who writes.
    pub caller: &'a Caller,
    /// The invoice.
    pub invoice: &'a Invoice,
    /// The case it is journaled in, and its number.
    pub case: (CaseId, &'a str),
    /// Who is written to, and their data key.
    pub holder: (&'a Party, &'a DataKey),
}

impl Writing<'_> {
    fn language(&self) -> Language {
        self.holder.0.details.language
    }

    /// What the decision is called.
    fn about(&self, language: Language) -> String {
        let number = self.invoice.number.to_string();
        let today = oslo_date(self.tx.now());
        LetterText::SubjectInvoice.fill(today, language, &[("number", &number)])
    }

    fn letter<'b>(
        &'b self,
        kind: LetterKind,
        (title, about): (&'b str, &'b str),
        appeal: Option<&'static AppealBody>,
    ) -> Outgoing<'b> {
        let (addressee, key) = self.holder;
        Outgoing {
            kind,
            case: self.case.0,
            case_number: self.case.1.to_owned(),
            addressee,
            key,
            language: self.language(),
            kind_title: about,
            title,
            actor: &self.caller.subject,
            appeal,
        }
    }

    fn facts(&self, appeal: &Appeal, ruling: &Ruling, body: &AppealBody) -> AppealFacts {
        let way = match appeal.status {
            AppealStatus::Inadmissible => AppealWay::Inadmissible,
            AppealStatus::Reversed => AppealWay::Reversed,
            AppealStatus::Changed => AppealWay::Changed,
            AppealStatus::Annulled => AppealWay::Annulled,
            AppealStatus::Received | AppealStatus::Forwarded | AppealStatus::Upheld => {
                AppealWay::Upheld
            }
        };
        let is_ours = matches!(way, AppealWay::Inadmissible | AppealWay::Reversed);
        AppealFacts {
            way,
            effect: AppealEffect::None,
            received_on: oslo_date(appeal.received_at),
            decided_on: oslo_date(appeal.decision_at),
            body: body.name(self.language()).to_owned(),
            body_decision: appeal.body_decision.clone(),
            permit: None,
            grounds: ruling.grounds.clone(),
            conditions: Vec::new(),
            appeal: is_ours.then(|| right_of(body, self.language())),
            author: Author::Caseworker(self.caller.subject.clone()),
        }
    }

    /// Sends an appeal to the appeal body with these documents, and tells the holder.
    pub(super) async fn forward(
        &self,
        appeal: &Appeal,
        ruling: &Ruling,
        body: &'static AppealBody,
        enclosed: &[i32],
    ) -> Result<(), Failure> {
        let (holder, key) = self.holder;
        let language = self.language();
        let enclosed = Some(enclosed);
        let documents = forwarding::documents_of(&**self.tx, self.case, language, enclosed).await?;
        let about = |language| self.about(language);
        let forwarding = Forwarding {
            app: self.app,
            tx: self.tx,
            appeal,
            body,
            case: self.case,
            key,
            appellant: holder,
            language,
            about: &about,
            statement: &ruling.grounds,
            actor: &self.caller.subject,
        };
        forwarding::send(&forwarding, enclosed).await?;
        let facts = AppealFacts { appeal: None, ..self.facts(appeal, ruling, body) };
        let about = self.about(language);
        let out = self.letter(LetterKind::AppealForwarded, ("Appeal forwarded", &about), None);
        send(self.app, self.tx, out, |head| rules::appeal_forwarded(head, &facts, &documents))
            .await
            .map(|_| ())
    }

    /// Tells the holder how the appeal went. What the authority decides itself can be appealed against.
    pub(super) async fn decided(
        &self,
        appeal: &Appeal,
        ruling: &Ruling,
        body: &'static AppealBody,
    ) -> Result<(), Failure> {
        if appeal.status.is_of_the_body() {
            forwarding::answered(self.tx, self.case.0, appeal, body, &self.caller.subject).await?;
        }
        let facts = self.facts(appeal, ruling, body);
        let title = match facts.way {
            AppealWay::Inadmissible => "Appeal dismissed",
            AppealWay::Reversed => "Decision reversed after appeal",
            _ => "Decision of the appeal body",
        };
        let about = self.about(self.language());
        let against = facts.appeal.is_some().then_some(body);
        let out = self.letter(LetterKind::AppealDecision, (title, &about), against);
        send(self.app, self.tx, out, |head| rules::appeal_decided(head, &facts)).await.map(|_| ())
    }

    /// Tells the holder whether the payment waits.
    pub(super) async fn deferred(
        &self,
        appeal: &Appeal,
        what: &Deferral,
        by: &By,
    ) -> Result<(), Failure> {
        let name = by.name(self.app, self.language());
        let facts =
            DeferralFacts { is_payment: true, ..deferral::facts(appeal, what, name, self.caller) };
        let about = self.about(self.language());
        let out = self.letter(LetterKind::AppealDeferral, (TITLE, &about), None);
        send(self.app, self.tx, out, |head| appeal_rules::deferral(head, &facts)).await.map(|_| ())
    }
}
