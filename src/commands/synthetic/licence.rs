//! Made-up amateur licences and the texts of cases.
//!
//! It must not choose a call sign of an open series: those are given by the allocator.

use super::beacon::test_call_sign;
use super::draw::Subject;
use super::{Synthetic, phrases};
use crate::permit::kind::amateur::model::LicenceClass;
use crate::values::call_sign::CallSign;
use crate::values::call_sign_series::SeriesKind;

/// A made-up amateur licence of a person, with what the person lets the public call-sign list show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SyntheticAmateurLicence {
    /// Of the test series for amateurs; differs for every number below [`super::DISTINCT`].
    pub call_sign: CallSign,
    /// Class of the licence; one in five is limited.
    pub class: LicenceClass,
    /// Consent to show the name.
    pub shows_name: bool,
    /// Consent to show street and postal code.
    pub shows_address: bool,
    /// Consent to show the post town.
    pub shows_post_town: bool,
}

/// What is written in a made-up case about a beacon, in the applicant's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SyntheticCase {
    /// What the applicant adds to the application; for some.
    pub remark: Option<&'static str>,
    /// What a caseworker asks the applicant.
    pub question: &'static str,
    /// What the applicant answers to it.
    pub answer: &'static str,
    /// A caseworker's note for colleagues.
    pub note: &'static str,
    /// The reasons of a decision that goes against the applicant.
    pub refusal: &'static str,
}

impl Synthetic {
    /// The amateur licence of person `i`. Of twenty holders nine show all, four name and post town, two the name, one the post
    /// town only, and four nothing.
    pub fn amateur_licence(self, i: u64) -> SyntheticAmateurLicence {
        let mut draw = self.draw(Subject::Licence, i);
        let (shows_name, shows_address, shows_post_town) = match draw.below(20) {
            0..9 => (true, true, true),
            9..13 => (true, false, true),
            13..15 => (true, false, false),
            15 => (false, false, true),
            _ => (false, false, false),
        };
        SyntheticAmateurLicence {
            call_sign: test_call_sign(SeriesKind::TestAmateur, i),
            class: if draw.one_in(5) { LicenceClass::Limited } else { LicenceClass::Full },
            shows_name,
            shows_address,
            shows_post_town,
        }
    }

    /// The texts of case `i`, in the language of person `i`.
    pub fn case_text(self, i: u64) -> SyntheticCase {
        let mut draw = self.draw(Subject::Case, i);
        let language = self.language(i);
        let (question, answer) = draw.pick(&phrases::QUESTIONS);
        SyntheticCase {
            remark: draw.one_in(3).then(|| phrases::said(draw.pick(&phrases::REMARKS), language)),
            question: phrases::said(question, language),
            answer: phrases::said(answer, language),
            note: phrases::said(draw.pick(&phrases::CASE_NOTES), language),
            refusal: phrases::said(draw.pick(&phrases::REFUSALS), language),
        }
    }
}
