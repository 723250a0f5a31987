//! What other parties say to an appeal, in JSON. It must not decide whether they may: that is of `actions/comment.rs`.

use chrono::{DateTime, NaiveDate, Utc};
use poem_openapi::Object;
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::{
    appeal::model::Comment,
    case::{
        model::{Channel, LONGEST_ANSWER},
        wire::desk::FilingChannel,
    },
    failure::{Failure, FieldErrors},
    permit::kind::shared::needed_text,
};

/// What is said to the appeal of another party (forvaltningsloven § 33), or to an advance notice (§ 16).
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AppealCommentForm {
    /// In their words, at most 10,000 characters.
    #[validate(length(min = 1))]
    pub text: String,
}

impl AppealCommentForm {
    /// What it says.
    ///
    /// # Errors
    /// 422 with everything that is wrong.
    pub fn parse(&self) -> Result<String, Failure> {
        let mut errors = FieldErrors::new();
        errors.merge_sizes(self.validate());
        let text = needed_text(&self.text, LONGEST_ANSWER, "/text", &mut errors);
        errors.finish(text)
    }
}

/// What another party says to an appeal on paper or by telephone.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RegisteredCommentForm {
    /// In their words.
    #[validate(length(min = 1, max = 10_000))]
    pub text: String,
    /// How it came in; on paper when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<FilingChannel>,
    /// Day it came in; today when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_on: Option<NaiveDate>,
}

impl RegisteredCommentForm {
    /// How it came in.
    pub fn channel(&self) -> Channel {
        self.channel.map_or(Channel::Paper, Channel::from)
    }

    /// What it says.
    ///
    /// # Errors
    /// 422 with everything that is wrong.
    pub fn parse(&self) -> Result<String, Failure> {
        AppealCommentForm { text: self.text.clone() }.parse()
    }
}

/// A comment has come in.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct AppealCommentReceipt {
    /// When.
    pub received_at: DateTime<Utc>,
}

/// Another party that was told of an appeal, and what they say to it.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct AppealCommentView {
    /// Who was told.
    pub party_id: String,
    /// Their name.
    pub party_name: Option<String>,
    /// The letter that told them.
    pub letter_id: String,
    /// By when they are asked to comment.
    pub due_on: NaiveDate,
    /// What they say; absent while they have not.
    pub text: Option<String>,
    /// When it came in.
    pub received_at: Option<DateTime<Utc>>,
    /// `paper` or `telephone`, where it was registered for them.
    pub channel: Option<String>,
}

impl AppealCommentView {
    /// The view of one; its name is not known here.
    pub(super) fn of(comment: Comment) -> Self {
        let channel = comment.said.as_ref().and_then(|said| said.channel);
        let said = comment.said.map(|said| (said.text, said.received_at));
        let (text, received_at) = said.unzip();
        Self {
            party_id: comment.party.to_string(),
            party_name: None,
            letter_id: comment.letter.to_string(),
            due_on: comment.due_on,
            text,
            received_at,
            channel: channel.map(|channel| channel.code().to_owned()),
        }
    }
}
