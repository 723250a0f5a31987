//! The answers about one text, put together: a code that fails takes no other's answer from who asked.

use poem_openapi::Object;

use super::{Answer, Failure, Key, LookUpAnswer, LookUpAnswers};
use crate::failure::Problem;

/// A code of a text that could not be looked up now.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct UnansweredCode {
    /// The code or other key, in its canonical form. Look it up by itself.
    pub key: String,
    /// Code of the problem, as in answers that fail.
    pub problem: String,
}

/// Answers as they come.
#[derive(Debug, Default)]
pub struct Gathering {
    answers: Vec<LookUpAnswer>,
    unanswered: Vec<UnansweredCode>,
    cause: Option<Failure>,
}

impl Gathering {
    /// Nothing answers any more: the other codes are not waited for.
    pub fn is_away(&self) -> bool {
        self.cause.as_ref().is_some_and(|cause| cause.problem() == Problem::Unavailable)
    }

    /// Takes what came of a code.
    pub fn take(&mut self, key: Key, outcome: Result<Answer, Failure>) {
        match outcome.and_then(LookUpAnswer::of) {
            Ok(answer) => self.answers.push(answer),
            Err(failure) => {
                tracing::error!(%failure, "a code of a text has no answer");
                let problem = failure.problem().code().to_owned();
                self.unanswered.push(UnansweredCode { key: key.canonical(), problem });
                self.cause = Some(failure);
            }
        }
    }

    /// Takes a code that is not waited for.
    pub fn leave(&mut self, key: Key) {
        let problem = Problem::Unavailable.code().to_owned();
        self.unanswered.push(UnansweredCode { key: key.canonical(), problem });
    }

    /// All of it.
    ///
    /// # Errors
    /// The last failure, when there is no answer at all.
    pub fn finish(self, left_out: u64) -> Result<LookUpAnswers, Failure> {
        match self.cause {
            Some(failure) if self.answers.is_empty() => Err(failure),
            _ => Ok(LookUpAnswers { answers: self.answers, unanswered: self.unanswered, left_out }),
        }
    }
}
