//! What letters say: facts in, a document out. The parts the law asks for are decided here; their wording
//! stands in `letter_texts.tsv`. Pure.

pub mod appeal;
pub mod invoice;
pub mod supervision;

use chrono::NaiveDate;

use super::model::{
    AppealEffect, AppealFacts, AppealRight, AppealWay, Author, DecisionFacts, Head, ListedDocument,
    Matter, PermitFacts, Way,
};
use crate::{
    document::{Block, Document, date_for_people},
    values::{decision_timer::TimeLimitChange, letter_text::LetterText as Text},
};

/// A letter on its way.
struct Sheet<'a> {
    head: &'a Head,
    blocks: Vec<Block>,
}

impl Sheet<'_> {
    fn text(&self, text: Text, words: &[(&str, &str)]) -> String {
        let own = [("authority", self.head.authority.name.as_str())];
        let words: Vec<(&str, &str)> = words.iter().copied().chain(own).collect();
        text.fill(self.head.day, self.head.language, &words)
    }

    fn say(&mut self, text: Text, words: &[(&str, &str)]) {
        let text = self.text(text, words);
        self.blocks.push(Block::Paragraph(begun(&text)));
    }

    fn heading(&mut self, text: Text) {
        self.blocks.push(Block::Heading(self.text(text, &[])));
    }

    /// Words of somebody, each empty line a new paragraph.
    fn quote(&mut self, words: &str) {
        let parts = words.split("\n\n").map(str::trim).filter(|part| !part.is_empty());
        self.blocks.extend(parts.map(|part| Block::Paragraph(part.to_owned())));
    }

    fn day(&self, day: NaiveDate) -> String {
        date_for_people(day, self.head.language)
    }

    fn permit(&mut self, permit: &PermitFacts) {
        let mut facts = vec![(self.text(Text::LabelPermit, &[]), permit.number.clone())];
        if let Some(sign) = &permit.call_sign {
            facts.push((self.text(Text::LabelCallSign, &[]), sign.clone()));
        }
        facts.push((self.text(Text::LabelValidFrom, &[]), self.day(permit.valid_from)));
        let last = permit.valid_until.and_then(|until| until.pred_opt());
        let last =
            last.map_or_else(|| self.text(Text::UntilFurtherNotice, &[]), |last| self.day(last));
        facts.push((self.text(Text::LabelValidUntil, &[]), last));
        self.blocks.push(Block::Facts(facts));
    }

    fn conditions(&mut self, conditions: &[String]) {
        if !conditions.is_empty() {
            self.heading(Text::HeadingConditions);
            self.blocks.push(Block::List(conditions.to_vec()));
        }
    }

    fn grounds(&mut self, grounds: &str) {
        if !grounds.trim().is_empty() {
            self.heading(Text::HeadingGrounds);
            self.quote(grounds);
        }
    }

    /// The whole guidance on an appeal (forvaltningsloven § 27).
    fn appeal(&mut self, right: &AppealRight) {
        let words = [("body", right.body.as_str()), ("basis", right.basis.as_str())];
        self.heading(Text::HeadingAppeal);
        self.say(Text::AppealRight, &words);
        self.say(Text::AppealHow, &words);
        self.say(Text::AppealLate, &words);
        if right.body_suspends {
            self.say(Text::AppealSuspensionBody, &words);
        } else {
            self.say(Text::AppealSuspension, &words);
        }
        self.say(Text::AppealDocuments, &words);
    }

    fn written_by(&mut self, author: &Author, rules: Text, person: Text) {
        match author {
            Author::Rules => self.say(rules, &[]),
            Author::Caseworker(name) => self.say(person, &[("who", name)]),
        }
    }

    fn finish(self, subject: Text) -> Document {
        let title = self.text(subject, &[("kind", &self.head.kind_title)]);
        self.finish_as(title)
    }

    fn finish_as(self, title: String) -> Document {
        let head = self.head;
        let references = vec![
            (self.text(Text::LabelOurReference, &[]), head.number.clone()),
            (self.text(Text::LabelDate, &[]), self.day(head.day)),
        ];
        Document {
            language: head.language,
            number: head.number.clone(),
            title,
            authority: head.authority.clone(),
            references,
            recipient: head.recipient.clone(),
            blocks: self.blocks,
            verification: None,
            created_at: head.sent_at,
        }
    }
}

const fn sheet(head: &Head) -> Sheet<'_> {
    Sheet { head, blocks: Vec::new() }
}

/// A sentence begins with a capital letter, also where a body's name does not.
pub(crate) fn begun(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The title of a kind in the middle of a sentence: a word in capitals stays.
fn in_sentence(title: &str) -> String {
    let mut letters = title.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if second.is_lowercase() => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => title.to_owned(),
    }
}

/// How an application is named in the language of the letter.
fn about(sheet: &Sheet<'_>, matter: &Matter, permit: Option<&PermitFacts>) -> String {
    let kind = in_sentence(&sheet.head.kind_title);
    let number = permit.map_or("", |permit| &permit.number);
    let text = matter.about().unwrap_or(Text::AboutAmendment);
    sheet.text(text, &[("kind", &kind), ("permit", number)])
}

/// A decision (forvaltningsloven §§ 23 to 27). A favourable one without grounds or conditions is short.
pub fn decision(head: &Head, facts: &DecisionFacts) -> Document {
    let mut sheet = sheet(head);
    let number = facts.permit.as_ref().map_or("", |permit| &permit.number).to_owned();
    let applied = sheet.day(facts.applied_on);
    let named = about(&sheet, &facts.matter, facts.permit.as_ref());
    let words = [("about", named.as_str()), ("day", &applied), ("permit", &number)];
    let (subject, opening) = texts_of(&facts.matter, facts.way);
    sheet.say(opening, &words);
    let is_granted = matches!(facts.way, Way::Granted | Way::PartlyGranted);
    if let Some(permit) = facts.permit.as_ref().filter(|_| is_granted) {
        sheet.permit(permit);
    }
    sheet.conditions(&facts.conditions);
    let is_favourable = facts.way == Way::Granted
        && matches!(
            facts.matter,
            Matter::New | Matter::Amendment | Matter::Renewal | Matter::Transfer
        );
    let is_short = is_favourable && facts.conditions.is_empty() && facts.grounds.trim().is_empty();
    sheet.grounds(&facts.grounds);
    if is_short {
        sheet.say(Text::Certificate, &[]);
        sheet.say(Text::Rules, &[("basis", &facts.legal_basis)]);
    } else {
        if is_favourable && facts.grounds.trim().is_empty() {
            sheet.say(Text::ReasonsOnDemand, &[]);
        }
        sheet.heading(Text::HeadingRules);
        sheet.say(Text::Rules, &[("basis", &facts.legal_basis)]);
    }
    match &facts.appeal {
        Ok(right) if is_short => {
            sheet.say(Text::AppealShort, &[("body", &right.body), ("basis", &right.basis)]);
        }
        Ok(right) => sheet.appeal(right),
        Err(basis) => sheet.say(Text::NoAppeal, &[("basis", basis)]),
    }
    sheet.written_by(&facts.author, Text::DecidedAutomatically, Text::DecidedBy);
    sheet.finish(subject)
}

/// Subject and opening of a decision.
const fn texts_of(matter: &Matter, way: Way) -> (Text, Text) {
    match (matter, way) {
        (Matter::Amended, _) => (Text::SubjectAmended, Text::OpeningAmended),
        (Matter::Suspended, _) => (Text::SubjectSuspended, Text::OpeningSuspended),
        (Matter::Reinstated, _) => (Text::SubjectReinstated, Text::OpeningReinstated),
        (Matter::Revoked, _) => (Text::SubjectRevoked, Text::OpeningRevoked),
        (_, Way::Granted) => (Text::SubjectGranted, Text::OpeningGranted),
        (_, Way::PartlyGranted) => (Text::SubjectPartlyGranted, Text::OpeningPartlyGranted),
        (_, Way::Refused) => (Text::SubjectRefused, Text::OpeningRefused),
        (_, Way::Dismissed) => (Text::SubjectDismissed, Text::OpeningDismissed),
    }
}

/// An application that is not decided yet, in a letter.
pub struct Pending<'a> {
    /// What the case is about.
    pub matter: Matter,
    /// Day the application came in.
    pub applied_on: NaiveDate,
    /// The permit it is about.
    pub permit: Option<&'a PermitFacts>,
    /// Who writes.
    pub author: Author,
}

/// The applicant is asked for something, with the last day for the answer, and whether it is by post that they answer.
pub fn information_request(
    head: &Head,
    pending: &Pending<'_>,
    question: &str,
    by: (NaiveDate, bool),
) -> Document {
    let texts = (Text::SubjectInformationRequest, Text::OpeningInformationRequest);
    asked(head, pending, question, by, texts)
}

/// The applicant has another last day for the answer to what was asked.
pub fn another_answer_day(
    head: &Head,
    pending: &Pending<'_>,
    question: &str,
    by: (NaiveDate, bool),
) -> Document {
    let texts = (Text::SubjectAnotherAnswerDay, Text::OpeningAnotherAnswerDay);
    asked(head, pending, question, by, texts)
}

fn asked(
    head: &Head,
    pending: &Pending<'_>,
    question: &str,
    (due_on, by_post): (NaiveDate, bool),
    (subject, opening): (Text, Text),
) -> Document {
    let mut sheet = sheet(head);
    let named = about(&sheet, &pending.matter, pending.permit);
    let applied = sheet.day(pending.applied_on);
    sheet.say(opening, &[("about", &named), ("day", &applied)]);
    sheet.heading(Text::WhatWeNeed);
    sheet.quote(question);
    let due = sheet.day(due_on);
    let how = if by_post { Text::AnswerByPost } else { Text::AnswerBy };
    sheet.say(how, &[("day", &due)]);
    sheet.say(Text::AnswerOtherwise, &[]);
    sheet.written_by(&pending.author, Text::WrittenAutomatically, Text::WrittenBy);
    sheet.finish(subject)
}

/// No answer is needed to what was asked, and by when the case is decided now.
pub fn question_withdrawn(head: &Head, pending: &Pending<'_>, due_on: NaiveDate) -> Document {
    let mut sheet = sheet(head);
    let named = about(&sheet, &pending.matter, pending.permit);
    let (applied, due) = (sheet.day(pending.applied_on), sheet.day(due_on));
    sheet.say(Text::OpeningQuestionWithdrawn, &[("about", &named), ("day", &applied)]);
    sheet.say(Text::ProvisionalDue, &[("due", &due)]);
    sheet.written_by(&pending.author, Text::WrittenAutomatically, Text::WrittenBy);
    sheet.finish(Text::SubjectQuestionWithdrawn)
}

/// The applicant was left out of a draw for a call sign: why, and by when the case is decided.
pub fn left_out_of_draw(
    head: &Head,
    pending: &Pending<'_>,
    sign: &str,
    (why, due_on): (&str, NaiveDate),
) -> Document {
    let mut sheet = sheet(head);
    let named = about(&sheet, &pending.matter, pending.permit);
    let (applied, due) = (sheet.day(pending.applied_on), sheet.day(due_on));
    sheet.say(Text::OpeningLeftOutOfDraw, &[("about", &named), ("day", &applied), ("sign", sign)]);
    sheet.grounds(why);
    sheet.say(Text::ProvisionalDue, &[("due", &due)]);
    sheet.written_by(&pending.author, Text::WrittenAutomatically, Text::WrittenBy);
    sheet.finish(Text::SubjectLeftOutOfDraw)
}

/// What the authority considers to do to a permit of its own motion, on which the holder may comment until a day
/// (forvaltningsloven § 16).
pub fn advance_notice(
    head: &Head,
    pending: &Pending<'_>,
    basis: &str,
    (text, due_on): (&str, NaiveDate),
) -> Document {
    let mut sheet = sheet(head);
    let number = pending.permit.map_or("", |permit| permit.number.as_str());
    let opening = match pending.matter {
        Matter::Suspended => Text::OpeningIntendedSuspension,
        Matter::Revoked => Text::OpeningIntendedRevocation,
        _ => Text::OpeningIntendedAmendment,
    };
    sheet.say(opening, &[("permit", number), ("basis", basis)]);
    sheet.heading(Text::HeadingConsidered);
    sheet.quote(text);
    let due = sheet.day(due_on);
    sheet.say(Text::NoticeAnswerBy, &[("day", &due)]);
    sheet.written_by(&pending.author, Text::WrittenAutomatically, Text::WrittenBy);
    sheet.finish(Text::SubjectIntended)
}

/// Why nothing comes of what the holder was given notice of.
#[derive(Debug, Clone, Copy)]
pub enum Closing<'a> {
    /// The authority does not go on with it, for this reason.
    NotPursued(&'a str),
    /// The permit was given up.
    GivenUp,
    /// The permit was revoked.
    Revoked,
    /// The permit ran out.
    RanOut,
    /// The permit was handed over.
    HandedOver,
    /// The permit ended with another one, or another one took its place.
    Ended,
}

/// Nothing comes of what the holder was given notice of: the case ends without a decision.
pub fn case_closed(head: &Head, pending: &Pending<'_>, why: Closing<'_>) -> Document {
    let mut sheet = sheet(head);
    let number = pending.permit.map_or("", |permit| permit.number.as_str());
    let noticed = sheet.day(pending.applied_on);
    let opening = match pending.matter {
        Matter::Suspended => Text::OpeningClosedSuspension,
        Matter::Revoked => Text::OpeningClosedRevocation,
        _ => Text::OpeningClosedAmendment,
    };
    sheet.say(opening, &[("permit", number), ("day", &noticed)]);
    match why {
        Closing::NotPursued(reason) => {
            sheet.say(Text::ClosedStands, &[]);
            sheet.grounds(reason);
        }
        Closing::GivenUp => sheet.say(Text::ClosedGivenUp, &[]),
        Closing::Revoked => sheet.say(Text::ClosedRevoked, &[]),
        Closing::RanOut => sheet.say(Text::ClosedRanOut, &[]),
        Closing::HandedOver => sheet.say(Text::ClosedHandedOver, &[]),
        Closing::Ended => sheet.say(Text::ClosedEnded, &[]),
    }
    sheet.written_by(&pending.author, Text::WrittenAutomatically, Text::WrittenBy);
    sheet.finish(Text::SubjectCaseClosed)
}

/// The application will not be decided within a month (forvaltningsloven § 11a).
pub fn provisional_answer(head: &Head, pending: &Pending<'_>, due_on: NaiveDate) -> Document {
    let mut sheet = sheet(head);
    let named = about(&sheet, &pending.matter, pending.permit);
    let (applied, due) = (sheet.day(pending.applied_on), sheet.day(due_on));
    sheet.say(Text::OpeningProvisionalAnswer, &[("about", &named), ("day", &applied)]);
    sheet.say(Text::ProvisionalWhy, &[]);
    sheet.say(Text::ProvisionalDue, &[("due", &due)]);
    sheet.written_by(&pending.author, Text::WrittenAutomatically, Text::WrittenBy);
    sheet.finish(Text::SubjectProvisionalAnswer)
}

/// Another time limit for a decision.
pub struct NewTimeLimit<'a> {
    /// How it was changed.
    pub change: TimeLimitChange,
    /// The provision it rests on, as it is cited.
    pub basis: String,
    /// Why, in the caseworker's words.
    pub reason: &'a str,
    /// By when the case is decided now, or the reply of other countries is expected.
    pub due_on: NaiveDate,
}

/// The application is decided by another day than was said.
pub fn new_time_limit(head: &Head, pending: &Pending<'_>, limit: &NewTimeLimit<'_>) -> Document {
    let mut sheet = sheet(head);
    let named = about(&sheet, &pending.matter, pending.permit);
    let (applied, due) = (sheet.day(pending.applied_on), sheet.day(limit.due_on));
    sheet.say(Text::OpeningNewTimeLimit, &[("about", &named), ("day", &applied)]);
    let (what, when) = match limit.change {
        TimeLimitChange::Extension => (Text::TimeLimitExtended, Text::ProvisionalDue),
        TimeLimitChange::LimitedNumber => (Text::TimeLimitLimited, Text::ProvisionalDue),
        TimeLimitChange::CoordinationSent => {
            (Text::TimeLimitCoordination, Text::TimeLimitReplyExpected)
        }
        TimeLimitChange::CoordinationReply => (Text::TimeLimitReplied, Text::ProvisionalDue),
    };
    sheet.say(what, &[("basis", &limit.basis)]);
    sheet.say(when, &[("due", &due)]);
    sheet.grounds(limit.reason);
    sheet.written_by(&pending.author, Text::WrittenAutomatically, Text::WrittenBy);
    sheet.finish(Text::SubjectNewTimeLimit)
}

/// The reasons for a decision that had none (forvaltningsloven §§ 24 and 25), made on that day.
pub fn reasons(head: &Head, facts: &DecisionFacts, decided_on: NaiveDate) -> Document {
    let mut sheet = sheet(head);
    let named = about(&sheet, &facts.matter, facts.permit.as_ref());
    let decided = sheet.day(decided_on);
    sheet.say(Text::OpeningReasons, &[("about", &named), ("decided", &decided)]);
    if let Some(permit) = &facts.permit {
        sheet.permit(permit);
    }
    sheet.grounds(&facts.grounds);
    sheet.heading(Text::HeadingRules);
    sheet.say(Text::Rules, &[("basis", &facts.legal_basis)]);
    match &facts.appeal {
        Ok(right) => {
            sheet.appeal(right);
            sheet.say(Text::AppealAnew, &[]);
        }
        Err(basis) => sheet.say(Text::NoAppeal, &[("basis", basis)]),
    }
    sheet.written_by(&facts.author, Text::WrittenAutomatically, Text::WrittenBy);
    sheet.finish(Text::SubjectReasons)
}

/// An application has come in on paper or by telephone: when, its number, and by when it is decided.
pub fn receipt(head: &Head, case: &str, received_on: NaiveDate, due_on: NaiveDate) -> Document {
    let mut sheet = sheet(head);
    let (received, due) = (sheet.day(received_on), sheet.day(due_on));
    sheet.say(Text::OpeningReceipt, &[("case", case), ("day", &received)]);
    sheet.say(Text::ReceiptDue, &[("day", &due)]);
    sheet.say(Text::ReceiptMore, &[]);
    sheet.say(Text::WrittenAutomatically, &[]);
    sheet.finish(Text::SubjectReceipt)
}

/// An appeal goes on to the appeal body, with the documents (forvaltningsloven § 33).
pub fn appeal_forwarded(
    head: &Head,
    facts: &AppealFacts,
    documents: &[ListedDocument],
) -> Document {
    let mut sheet = sheet(head);
    open_appeal(&mut sheet, facts);
    sheet.say(Text::AppealForwarded, &[("body", &facts.body)]);
    if !facts.grounds.trim().is_empty() {
        sheet.heading(Text::HeadingStatement);
        sheet.quote(&facts.grounds);
    }
    sheet.say(Text::AppealForwardedNext, &[("body", &facts.body)]);
    sheet.heading(Text::DocumentsSent);
    sheet.documents(documents);
    sheet.written_by(&facts.author, Text::WrittenAutomatically, Text::WrittenBy);
    sheet.finish(Text::SubjectAppealForwarded)
}

fn open_appeal(sheet: &mut Sheet<'_>, facts: &AppealFacts) {
    let (received, decided) = (sheet.day(facts.received_on), sheet.day(facts.decided_on));
    sheet.say(Text::OpeningAppeal, &[("day", &received), ("decided", &decided)]);
}

/// An appeal is dismissed or decided, by the authority or the appeal body.
pub fn appeal_decided(head: &Head, facts: &AppealFacts) -> Document {
    let mut sheet = sheet(head);
    open_appeal(&mut sheet, facts);
    let (subject, outcome) = match facts.way {
        AppealWay::Inadmissible => (Text::SubjectAppealInadmissible, Text::AppealInadmissible),
        AppealWay::Reversed if facts.effect == AppealEffect::TakenUp => {
            (Text::SubjectAppealReversed, Text::AppealReopened)
        }
        AppealWay::Reversed => (Text::SubjectAppealReversed, Text::AppealReversed),
        AppealWay::Upheld => (Text::SubjectAppealUpheld, Text::AppealUpheld),
        AppealWay::Changed => (Text::SubjectAppealChanged, Text::AppealChanged),
        AppealWay::Annulled => (Text::SubjectAppealAnnulled, Text::AppealAnnulled),
    };
    sheet.say(outcome, &[("body", &facts.body)]);
    if let Some((day, reference)) = &facts.body_decision {
        let day = sheet.day(*day);
        sheet.say(Text::BodyDecided, &[("day", &day), ("reference", reference)]);
    }
    if facts.effect == AppealEffect::TakenUp && facts.way != AppealWay::Reversed {
        sheet.say(Text::AppealAnnulledAgain, &[]);
    }
    let number = facts.permit.as_ref().map_or("", |permit| &permit.number).to_owned();
    let effect = match facts.effect {
        AppealEffect::Granted => Some(Text::EffectGranted),
        AppealEffect::Restored => Some(Text::EffectRestored),
        AppealEffect::Conditions => Some(Text::EffectConditions),
        AppealEffect::TakenBack => Some(Text::EffectTakenBack),
        AppealEffect::Ended => Some(Text::EffectEnded),
        AppealEffect::Prevented => Some(Text::EffectPrevented),
        AppealEffect::NotTakenBack => Some(Text::EffectNotTakenBack),
        AppealEffect::None | AppealEffect::TakenUp => None,
    };
    if let Some(effect) = effect {
        sheet.say(effect, &[("permit", &number)]);
        let is_over = matches!(facts.effect, AppealEffect::Ended | AppealEffect::Prevented);
        if let Some(permit) = facts.permit.as_ref().filter(|_| !is_over) {
            sheet.permit(permit);
        }
    }
    sheet.conditions(&facts.conditions);
    sheet.grounds(&facts.grounds);
    match &facts.appeal {
        Some(right) => sheet.appeal(right),
        None if facts.effect == AppealEffect::TakenUp => {}
        None => sheet.say(Text::FinalDecision, &[]),
    }
    sheet.written_by(&facts.author, Text::WrittenAutomatically, Text::WrittenBy);
    sheet.finish(subject)
}
