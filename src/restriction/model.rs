//! Why processing is restricted, and what is done about it. Pure.

/// A ground of GDPR Article 18(1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// (a): the person contests that the data are accurate, until that has been looked into.
    AccuracyContested,
    /// (b): the processing is unlawful and the person does not want the data erased.
    Unlawful,
    /// (c): the data are needed no more, but the person needs them for a legal claim.
    LegalClaim,
    /// (d): the person has objected, until it is known whose interest weighs more.
    Objection,
}

impl Ground {
    /// Every ground, in the order of the article.
    pub const ALL: [Ground; 4] =
        [Ground::AccuracyContested, Ground::Unlawful, Ground::LegalClaim, Ground::Objection];

    /// As in JSON and in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Ground::AccuracyContested => "accuracyContested",
            Ground::Unlawful => "unlawful",
            Ground::LegalClaim => "legalClaim",
            Ground::Objection => "objection",
        }
    }

    /// Reads [`code`](Self::code).
    pub fn from_code(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ground| ground.code() == text)
    }
}

/// What a caseworker decides about rescue centres.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RescueDecision {
    /// Rescue centres get nothing of the person any more.
    Stop,
    /// They go on getting it: vital interests.
    Keep,
}

impl RescueDecision {
    /// As in JSON.
    pub const fn code(self) -> &'static str {
        match self {
            RescueDecision::Stop => "stop",
            RescueDecision::Keep => "keep",
        }
    }

    /// Reads [`code`](Self::code).
    pub fn from_code(text: &str) -> Option<Self> {
        [RescueDecision::Stop, RescueDecision::Keep]
            .into_iter()
            .find(|decision| decision.code() == text)
    }
}

/// One step of a restriction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// It was imposed.
    Restricted(Ground),
    /// It was decided about rescue centres.
    Decided(RescueDecision),
    /// It was lifted.
    Lifted,
}

impl Step {
    /// As in JSON and in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Step::Restricted(_) => "restricted",
            Step::Decided(RescueDecision::Stop) => "rescueStopped",
            Step::Decided(RescueDecision::Keep) => "rescueKept",
            Step::Lifted => "lifted",
        }
    }

    /// The ground it rests on, where it has one.
    pub const fn ground(self) -> Option<Ground> {
        match self {
            Step::Restricted(ground) => Some(ground),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_read_back() {
        for ground in Ground::ALL {
            assert_eq!(Ground::from_code(ground.code()), Some(ground));
        }
        for decision in [RescueDecision::Stop, RescueDecision::Keep] {
            assert_eq!(RescueDecision::from_code(decision.code()), Some(decision));
        }
        assert_eq!(Ground::from_code("Objection"), None);
        assert_eq!(RescueDecision::from_code(""), None);
    }
}
