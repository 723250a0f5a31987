//! Names of codes that pages show, in words. A code that is not named here is shown as it is, so that a
//! new one is never left out; a test goes through those of the registry.

use super::Words;
use crate::register::states;

impl Words {
    /// Status of a permit.
    pub fn permit_status(self, code: &str) -> String {
        self.named(states::of_permit(code), code)
    }

    /// Status of a call sign.
    pub fn sign_status(self, code: &str) -> String {
        self.named(states::of_sign(code), code)
    }

    /// Status of a number range that the registry has.
    pub fn range_status(self, code: &str) -> &'static str {
        states::of_range(code).map_or("", |[nb, nn, en]| self.choose(nb, nn, en))
    }

    /// Status of a number range as it was given.
    pub fn range_status_of(self, code: &str) -> String {
        self.named(states::of_range(code), code)
    }

    fn named(self, name: Option<states::Name>, code: &str) -> String {
        name.map_or(code, |[nb, nn, en]| self.choose(nb, nn, en)).to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        numbering::model::RangeStatus, permit::lifecycle::Status, values::language::Language,
    };

    #[test]
    fn every_status_has_words() {
        for words in Language::ALL.map(Words) {
            for status in RangeStatus::SHOWN {
                assert!(!words.range_status(status.code()).is_empty());
            }
            for status in Status::ALL {
                assert_ne!(words.permit_status(status.code()), status.code());
            }
        }
    }
}
