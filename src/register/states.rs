//! Names of the states that the public register shows, in bokmål, nynorsk and English: pages and the Atom
//! feed say the same. It decides nothing about states.

/// A name in bokmål, nynorsk and English, in the order of
/// [`Language::ALL`](crate::values::language::Language::ALL).
pub type Name = [&'static str; 3];

/// State of a call sign, by its code.
pub fn of_sign(code: &str) -> Option<Name> {
    Some(match code {
        "inUse" => ["I bruk", "I bruk", "In use"],
        "reserved" => ["Holdt av", "Halde av", "Reserved"],
        "quarantined" => ["Hviler", "Kviler", "Resting"],
        "blocked" => ["Sperret", "Sperra", "Blocked"],
        "free" => ["Ledig", "Ledig", "Free"],
        "neverIssued" => ["Deles ikke ut", "Blir ikkje delt ut", "Not given out"],
        "unknown" => ["Ukjent", "Ukjend", "Unknown"],
        _ => return None,
    })
}

/// State of a permit, by its code.
pub fn of_permit(code: &str) -> Option<Name> {
    Some(match code {
        "active" => ["Gjelder", "Gjeld", "In force"],
        "suspended" => ["Midlertidig stanset", "Mellombels stansa", "Suspended"],
        "awaitingProgramming" => {
            ["Venter på programmering", "Ventar på programmering", "Awaiting programming"]
        }
        "expired" => ["Utløpt", "Gått ut", "Expired"],
        "revoked" => ["Tilbakekalt", "Tilbakekalla", "Revoked"],
        "surrendered" => ["Sagt opp", "Sagt opp", "Surrendered"],
        "transferred" => ["Overdratt", "Overdrege", "Transferred"],
        _ => return None,
    })
}

/// State of a number range, by its code.
pub fn of_range(code: &str) -> Option<Name> {
    Some(match code {
        "assigned" => ["tildelt", "tildelt", "assigned"],
        "blocked" => ["blokkert", "blokkert", "blocked"],
        "free" => ["ledig", "ledig", "free"],
        _ => return None,
    })
}
