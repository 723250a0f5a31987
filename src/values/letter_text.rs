//! The fixed texts of letters, dated rows of `src/data/letter_texts.tsv`: what a letter of a day says holds by the law of
//! that day. Purely a table; which texts a letter has is decided in `letter/rules.rs`.

use std::{collections::HashMap, sync::LazyLock};

use chrono::NaiveDate;

use super::{
    language::Language,
    table::{Table, code_enum},
};

code_enum! {
    /// A text of a letter, by what it is for.
    LetterText {
        SubjectGranted = "subject-granted",
        SubjectPartlyGranted = "subject-partly-granted",
        SubjectRefused = "subject-refused",
        SubjectDismissed = "subject-dismissed",
        SubjectAmended = "subject-amended",
        SubjectSuspended = "subject-suspended",
        SubjectReinstated = "subject-reinstated",
        SubjectRevoked = "subject-revoked",
        SubjectInformationRequest = "subject-information-request",
        SubjectProvisionalAnswer = "subject-provisional-answer",
        SubjectAppealForwarded = "subject-appeal-forwarded",
        SubjectAppealInadmissible = "subject-appeal-inadmissible",
        SubjectAppealReversed = "subject-appeal-reversed",
        SubjectAppealUpheld = "subject-appeal-upheld",
        SubjectAppealChanged = "subject-appeal-changed",
        SubjectAppealAnnulled = "subject-appeal-annulled",
        AboutNew = "about-new",
        AboutAmendment = "about-amendment",
        AboutRenewal = "about-renewal",
        AboutTransfer = "about-transfer",
        OpeningGranted = "opening-granted",
        OpeningPartlyGranted = "opening-partly-granted",
        OpeningRefused = "opening-refused",
        OpeningDismissed = "opening-dismissed",
        OpeningAmended = "opening-amended",
        OpeningSuspended = "opening-suspended",
        OpeningReinstated = "opening-reinstated",
        OpeningRevoked = "opening-revoked",
        OpeningInformationRequest = "opening-information-request",
        OpeningProvisionalAnswer = "opening-provisional-answer",
        OpeningAppeal = "opening-appeal",
        AppealForwarded = "appeal-forwarded",
        AppealForwardedNext = "appeal-forwarded-next",
        AppealInadmissible = "appeal-inadmissible",
        AppealReversed = "appeal-reversed",
        AppealReopened = "appeal-reopened",
        AppealUpheld = "appeal-upheld",
        AppealChanged = "appeal-changed",
        AppealAnnulled = "appeal-annulled",
        AppealAnnulledAgain = "appeal-annulled-again",
        EffectGranted = "effect-granted",
        EffectRestored = "effect-restored",
        EffectConditions = "effect-conditions",
        EffectTakenBack = "effect-taken-back",
        EffectEnded = "effect-ended",
        EffectPrevented = "effect-prevented",
        EffectNotTakenBack = "effect-not-taken-back",
        FinalDecision = "final-decision",
        BodyDecided = "body-decided",
        WhatWeNeed = "what-we-need",
        AnswerBy = "answer-by",
        AnswerByPost = "answer-by-post",
        AnswerOtherwise = "answer-otherwise",
        ProvisionalDue = "provisional-due",
        ProvisionalWhy = "provisional-why",
        DocumentsSent = "documents-sent",
        ColumnNumber = "column-number",
        ColumnTitle = "column-title",
        ColumnDay = "column-day",
        HeadingGrounds = "heading-grounds",
        HeadingStatement = "heading-statement",
        DraftMark = "draft-mark",
        SubjectAnotherAnswerDay = "subject-another-answer-day",
        OpeningAnotherAnswerDay = "opening-another-answer-day",
        SubjectQuestionWithdrawn = "subject-question-withdrawn",
        OpeningQuestionWithdrawn = "opening-question-withdrawn",
        SubjectLeftOutOfDraw = "subject-left-out-of-draw",
        OpeningLeftOutOfDraw = "opening-left-out-of-draw",
        SubjectNewTimeLimit = "subject-new-time-limit",
        OpeningNewTimeLimit = "opening-new-time-limit",
        TimeLimitExtended = "time-limit-extended",
        TimeLimitLimited = "time-limit-limited",
        TimeLimitCoordination = "time-limit-coordination",
        TimeLimitReplyExpected = "time-limit-reply-expected",
        TimeLimitReplied = "time-limit-replied",
        SubjectReasons = "subject-reasons",
        OpeningReasons = "opening-reasons",
        AppealAnew = "appeal-anew",
        SubjectAppealToBody = "subject-appeal-to-body",
        OpeningAppealToBody = "opening-appeal-to-body",
        AppealCameInTime = "appeal-came-in-time",
        AppealCameLate = "appeal-came-late",
        HeadingAppealSaid = "heading-appeal-said",
        HeadingDeferralAsked = "heading-deferral-asked",
        DeferralPleaseDecide = "deferral-please-decide",
        HeadingEnclosures = "heading-enclosures",
        AppealToBodyAnswer = "appeal-to-body-answer",
        SubjectDeferralGranted = "subject-deferral-granted",
        SubjectDeferralRefused = "subject-deferral-refused",
        DeferralGranted = "deferral-granted",
        DeferralRefused = "deferral-refused",
        DeferralPayment = "deferral-payment",
        HeadingRules = "heading-rules",
        Rules = "rules",
        HeadingConditions = "heading-conditions",
        HeadingAppeal = "heading-appeal",
        AppealRight = "appeal-right",
        AppealHow = "appeal-how",
        AppealLate = "appeal-late",
        AppealSuspension = "appeal-suspension",
        AppealSuspensionBody = "appeal-suspension-body",
        AppealDocuments = "appeal-documents",
        AppealShort = "appeal-short",
        NoAppeal = "no-appeal",
        ReasonsOnDemand = "reasons-on-demand",
        DecidedBy = "decided-by",
        DecidedAutomatically = "decided-automatically",
        WrittenBy = "written-by",
        WrittenAutomatically = "written-automatically",
        Certificate = "certificate",
        LabelCase = "label-case",
        LabelOurReference = "label-our-reference",
        LabelDate = "label-date",
        LabelPermit = "label-permit",
        LabelCallSign = "label-call-sign",
        LabelValidFrom = "label-valid-from",
        LabelValidUntil = "label-valid-until",
        UntilFurtherNotice = "until-further-notice",
        NoticeFirst = "notice-first",
        NoticeSecond = "notice-second",
        SubjectAdvanceNotice = "subject-advance-notice",
        SubjectOrder = "subject-order",
        SubjectCoerciveFine = "subject-coercive-fine",
        SubjectSupervisionClosed = "subject-supervision-closed",
        OpeningAdvanceNotice = "opening-advance-notice",
        HeadingConsidered = "heading-considered",
        NoticeAnswerBy = "notice-answer-by",
        OpeningOrder = "opening-order",
        OrderDue = "order-due",
        OrderOtherwise = "order-otherwise",
        WithoutNotice = "without-notice",
        OpeningCoerciveFine = "opening-coercive-fine",
        FineRunning = "fine-running",
        FineOneOff = "fine-one-off",
        FineMaximum = "fine-maximum",
        FineStops = "fine-stops",
        OpeningSupervisionClosed = "opening-supervision-closed",
        ClosedCorrected = "closed-corrected",
        ClosedNoBreach = "closed-no-breach",
        ClosedDiscontinued = "closed-discontinued",
        ClosedAccrued = "closed-accrued",
        SubjectInvoice = "subject-invoice",
        SubjectCreditNote = "subject-credit-note",
        SubjectPaymentReminder = "subject-payment-reminder",
        OpeningInvoice = "opening-invoice",
        OpeningCreditNote = "opening-credit-note",
        OpeningPaymentReminder = "opening-payment-reminder",
        HeadingPayment = "heading-payment",
        HeadingLines = "heading-lines",
        LabelInvoiceNumber = "label-invoice-number",
        LabelCreditNoteNumber = "label-credit-note-number",
        LabelDue = "label-due",
        LabelToPay = "label-to-pay",
        LabelAccount = "label-account",
        LabelIban = "label-iban",
        LabelKid = "label-kid",
        LabelCredited = "label-credited",
        LabelInvoiceAmount = "label-invoice-amount",
        LabelPaidBefore = "label-paid-before",
        LabelPaidBack = "label-paid-back",
        ColumnPermit = "column-permit",
        ColumnCharged = "column-charged",
        ColumnYear = "column-year",
        ColumnQuantity = "column-quantity",
        ColumnAmount = "column-amount",
        InvoiceKid = "invoice-kid",
        InvoiceRules = "invoice-rules",
        InvoiceLate = "invoice-late",
        InvoiceAppeal = "invoice-appeal",
        HeadingConfirm = "heading-confirm",
        InvoiceConfirm = "invoice-confirm",
        ReminderNext = "reminder-next",
        OpeningFineInvoice = "opening-fine-invoice",
        ColumnCase = "column-case",
        FineInvoiceRules = "fine-invoice-rules",
        FineInvoiceLate = "fine-invoice-late",
        FineReminderNext = "fine-reminder-next",
        SubjectReceipt = "subject-receipt",
        OpeningReceipt = "opening-receipt",
        ReceiptDue = "receipt-due",
        ReceiptMore = "receipt-more",
        SubjectAppealReceipt = "subject-appeal-receipt",
        OpeningAppealReceipt = "opening-appeal-receipt",
        AppealReceiptLate = "appeal-receipt-late",
        AppealReceiptDue = "appeal-receipt-due",
        AppealReceiptNext = "appeal-receipt-next",
        AppealReceiptMore = "appeal-receipt-more",
        SubjectAppealNotice = "subject-appeal-notice",
        OpeningAppealNotice = "opening-appeal-notice",
        AppealNoticeDraw = "appeal-notice-draw",
        AppealNoticeComment = "appeal-notice-comment",
        AppealNoticeDocuments = "appeal-notice-documents",
        AppealNoticeNext = "appeal-notice-next",
        SubjectIntended = "subject-intended",
        OpeningIntendedSuspension = "opening-intended-suspension",
        OpeningIntendedRevocation = "opening-intended-revocation",
        OpeningIntendedAmendment = "opening-intended-amendment",
        NoNoticeNotPracticable = "no-notice-not-practicable",
        NoNoticeAddressUnknown = "no-notice-address-unknown",
        NoNoticeUnnecessary = "no-notice-unnecessary",
        SubjectCaseClosed = "subject-case-closed",
        OpeningClosedSuspension = "opening-closed-suspension",
        OpeningClosedRevocation = "opening-closed-revocation",
        OpeningClosedAmendment = "opening-closed-amendment",
        ClosedStands = "closed-stands",
        ClosedGivenUp = "closed-given-up",
        ClosedRevoked = "closed-revoked",
        ClosedRanOut = "closed-ran-out",
        ClosedHandedOver = "closed-handed-over",
        ClosedEnded = "closed-ended",
    }
}

struct Wording {
    texts: [&'static str; 3],
    from: NaiveDate,
    until: Option<NaiveDate>,
}

static WORDINGS: LazyLock<HashMap<LetterText, Vec<Wording>>> = LazyLock::new(|| {
    let mut wordings: HashMap<LetterText, Vec<Wording>> = HashMap::new();
    for row in Table::new(include_str!("../data/letter_texts.tsv")).rows() {
        let key = row.value("key").expect("the table holds a key");
        wordings.entry(key).or_default().push(Wording {
            texts: [row.text("nb"), row.text("nn"), row.text("en")],
            from: row.value("valid_from").expect("the table holds a first day"),
            until: row.value("valid_until"),
        });
    }
    wordings
});

impl LetterText {
    /// The text as it stands in the table on a day, with its words in braces; empty before the first.
    pub fn on(self, day: NaiveDate, language: Language) -> &'static str {
        let holds = |wording: &&Wording| {
            wording.from <= day && wording.until.is_none_or(|until| day < until)
        };
        let Some(wording) = WORDINGS.get(&self).and_then(|all| all.iter().find(holds)) else {
            return "";
        };
        let [bokmal, nynorsk, english] = wording.texts;
        match language {
            Language::Bokmal => bokmal,
            Language::Nynorsk => nynorsk,
            Language::English => english,
        }
    }

    /// The text with its words filled in. What is filled in is not looked through again.
    pub fn fill(self, day: NaiveDate, language: Language, words: &[(&str, &str)]) -> String {
        let mut rest = self.on(day, language);
        let mut out = String::with_capacity(rest.len() + 64);
        while let Some((before, after)) = rest.split_once('{') {
            let Some((name, after)) = after.split_once('}') else { break };
            out.push_str(before);
            let word = words.iter().find(|(own, _)| *own == name);
            out.push_str(word.map_or("", |(_, value)| value));
            rest = after;
        }
        out.push_str(rest);
        out
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn words_of(text: &str) -> BTreeSet<&str> {
        text.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(n, _)| n).collect()
    }

    #[test]
    fn every_text_is_there_in_every_language_with_the_same_words() {
        let today = "2026-11-22".parse().unwrap();
        for text in LetterText::ALL {
            let bokmal = text.on(today, Language::Bokmal);
            for language in Language::ALL {
                let own = text.on(today, language);
                assert!(!own.is_empty(), "{text:?} in {language:?}");
                assert_eq!(words_of(own), words_of(bokmal), "{text:?} in {language:?}");
                assert_eq!(own.matches('{').count(), own.matches('}').count());
            }
        }
    }

    #[test]
    fn on_each_day_of_years_there_is_one_wording() {
        let start: NaiveDate = "2024-01-01".parse().unwrap();
        for day in start.iter_days().step_by(13).take(200) {
            for text in LetterText::ALL {
                let holding = WORDINGS[text]
                    .iter()
                    .filter(|one| one.from <= day && one.until.is_none_or(|until| day < until));
                assert_eq!(holding.count(), 1, "{text:?} on {day}");
            }
        }
    }

    #[test]
    fn what_is_filled_in_is_not_read_as_a_text() {
        let day = "2026-11-22".parse().unwrap();
        let filled = LetterText::DecidedBy.fill(
            day,
            Language::English,
            &[("who", "{authority}"), ("authority", "the authority")],
        );
        assert_eq!(filled, "Decided by {authority}, the authority.");
    }
}
