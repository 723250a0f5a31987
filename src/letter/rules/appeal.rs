//! What letters about appeals say that are no decision in them: the receipt of one that came on paper, what other parties are
//! told of one, what goes to the appeal body (forvaltningsloven § 33), and what was decided about the decision waiting (§ 42). Pure.

use super::{Sheet, Text, begun, sheet};
use crate::{
    document::{Block, Document},
    letter::model::{
        AppealNoticeFacts, AppealReceiptFacts, DeferralFacts, ForwardedFacts, Head, ListedDocument,
    },
};

impl Sheet<'_> {
    /// Documents of a case, as a table.
    pub(super) fn documents(&mut self, documents: &[ListedDocument]) {
        let columns = [Text::ColumnNumber, Text::ColumnTitle, Text::ColumnDay];
        let columns = columns.map(|column| self.text(column, &[])).to_vec();
        let rows = documents
            .iter()
            .map(|one| vec![one.number.clone(), one.title.clone(), self.day(one.day)])
            .collect();
        self.blocks.push(Block::Table { columns, rows });
    }
}

/// To whoever appealed on paper or by telephone: it has come in, and what happens with it (forvaltningsloven §§ 11 and 33).
pub fn receipt(head: &Head, facts: &AppealReceiptFacts) -> Document {
    let mut sheet = sheet(head);
    let (received, decided) = (sheet.day(facts.received_on), sheet.day(facts.decided_on));
    let words = [("day", received.as_str()), ("decided", &decided), ("case", &facts.case)];
    sheet.say(Text::OpeningAppealReceipt, &words);
    if !facts.in_time {
        sheet.say(Text::AppealReceiptLate, &[]);
    }
    let due = sheet.day(facts.due_on);
    sheet.say(Text::AppealReceiptDue, &[("due", &due)]);
    if let Some(body) = &facts.body {
        sheet.say(Text::AppealReceiptNext, &[("body", body)]);
    }
    sheet.say(Text::AppealReceiptMore, &[]);
    sheet.written_by(&facts.author, Text::WrittenAutomatically, Text::WrittenBy);
    sheet.finish(Text::SubjectAppealReceipt)
}

/// To another party to the case: somebody has appealed, and until when the addressee may comment (forvaltningsloven § 33).
pub fn notice(head: &Head, facts: &AppealNoticeFacts) -> Document {
    let mut sheet = sheet(head);
    let (received, decided) = (sheet.day(facts.received_on), sheet.day(facts.decided_on));
    let words = [
        ("who", facts.appellant.as_str()),
        ("day", &received),
        ("decided", &decided),
        ("case", &facts.case),
    ];
    sheet.say(Text::OpeningAppealNotice, &words);
    if facts.was_drawn_among {
        sheet.say(Text::AppealNoticeDraw, &[]);
    }
    let due = sheet.day(facts.due_on);
    sheet.say(Text::AppealNoticeComment, &[("due", &due)]);
    sheet.say(Text::AppealNoticeDocuments, &[]);
    if let Some(body) = &facts.body {
        sheet.say(Text::AppealNoticeNext, &[("body", body)]);
    }
    sheet.written_by(&facts.author, Text::WrittenAutomatically, Text::WrittenBy);
    sheet.finish(Text::SubjectAppealNotice)
}

/// To the appeal body: the appeal, what the authority says to it, and the list of what is enclosed.
pub fn to_body(head: &Head, facts: &ForwardedFacts, documents: &[ListedDocument]) -> Document {
    let mut sheet = sheet(head);
    let (received, decided) = (sheet.day(facts.received_on), sheet.day(facts.decided_on));
    let body = begun(&facts.body.body);
    sheet.say(
        Text::OpeningAppealToBody,
        &[
            ("who", &facts.appellant),
            ("day", &received),
            ("decided", &decided),
            ("case", &facts.case),
            ("body", &body),
            ("basis", &facts.body.basis),
        ],
    );
    match &facts.late_reason {
        Some(reason) => sheet.say(Text::AppealCameLate, &[("reason", reason)]),
        None => sheet.say(Text::AppealCameInTime, &[]),
    }
    sheet.heading(Text::HeadingAppealSaid);
    sheet.quote(&facts.text);
    if let Some(why) = &facts.deferral {
        sheet.heading(Text::HeadingDeferralAsked);
        sheet.quote(why);
        sheet.say(Text::DeferralPleaseDecide, &[("body", &facts.body.body)]);
    }
    sheet.heading(Text::HeadingStatement);
    sheet.quote(&facts.statement);
    sheet.heading(Text::HeadingEnclosures);
    sheet.documents(documents);
    sheet.say(Text::AppealToBodyAnswer, &[]);
    sheet.written_by(&facts.author, Text::WrittenAutomatically, Text::WrittenBy);
    sheet.finish(Text::SubjectAppealToBody)
}

/// To the party: whether the decision waits until the appeal is decided.
pub fn deferral(head: &Head, facts: &DeferralFacts) -> Document {
    let mut sheet = sheet(head);
    let (received, decided) = (sheet.day(facts.received_on), sheet.day(facts.decided_on));
    sheet.say(Text::OpeningAppeal, &[("day", &received), ("decided", &decided)]);
    let (subject, outcome) = if facts.is_granted {
        (Text::SubjectDeferralGranted, Text::DeferralGranted)
    } else {
        (Text::SubjectDeferralRefused, Text::DeferralRefused)
    };
    sheet.say(outcome, &[("body", &facts.by)]);
    if let Some((day, reference)) = &facts.body_decision {
        let day = sheet.day(*day);
        sheet.say(Text::BodyDecided, &[("day", &day), ("reference", reference)]);
    }
    if let Some(permit) = &facts.permit {
        sheet.say(Text::EffectRestored, &[("permit", &permit.number)]);
    }
    if facts.is_granted && facts.is_payment {
        sheet.say(Text::DeferralPayment, &[]);
    }
    sheet.grounds(&facts.grounds);
    sheet.written_by(&facts.author, Text::WrittenAutomatically, Text::WrittenBy);
    sheet.finish(subject)
}
