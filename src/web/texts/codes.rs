//! Names of codes that pages show, in words. A code that is not named here is shown as it is, so that a
//! new one is never left out; a test goes through those of the registry.

use super::Words;

impl Words {
    /// Status of a permit.
    pub fn permit_status(self, code: &str) -> String {
        match code {
            "active" => self.choose("Gjelder", "Gjeld", "In force"),
            "suspended" => self.choose("Midlertidig stanset", "Mellombels stansa", "Suspended"),
            "awaitingProgramming" => self.choose(
                "Venter på programmering",
                "Ventar på programmering",
                "Awaiting programming",
            ),
            "expired" => self.choose("Utløpt", "Gått ut", "Expired"),
            "revoked" => self.choose("Tilbakekalt", "Tilbakekalla", "Revoked"),
            "surrendered" => self.choose("Sagt opp", "Sagt opp", "Surrendered"),
            "transferred" => self.choose("Overdratt", "Overdrege", "Transferred"),
            other => return other.to_owned(),
        }
        .to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{permit::lifecycle::Status, values::language::Language};

    #[test]
    fn every_status_of_a_permit_has_words() {
        for words in Language::ALL.map(Words) {
            for status in Status::ALL {
                assert_ne!(words.permit_status(status.code()), status.code());
            }
        }
    }
}
