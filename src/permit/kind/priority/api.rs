//! The providers' operation.

use poem_openapi::{OpenApi, param::Path};

use super::{actions, wire::PriorityApproval};
use crate::{
    app::App,
    failure::Failure,
    http::{Tag, responses::Answer},
    identity::Caller,
    register::search::organisation_number,
};

/// Operations for providers of mobile services.
pub struct PriorityApprovalApi {
    /// The app.
    pub app: App,
}

#[OpenApi]
impl PriorityApprovalApi {
    /// Look up whether a business is approved for priority.
    ///
    /// For how many subscriptions, and no persons. An answer for every well-formed organisation
    /// number; each one that tells of an approval is logged. Ask when a subscription is made and at
    /// least once a year.
    #[oai(
        path = "/v1/priority-approvals/:organisationNumber",
        method = "get",
        operation_id = "getPriorityApproval",
        tag = "Tag::Permits"
    )]
    async fn get(
        &self,
        caller: Caller,
        /// Organisation number, nine digits.
        #[oai(name = "organisationNumber")]
        organisation_number_text: Path<String>,
    ) -> Result<Answer<PriorityApproval>, Failure> {
        let number = organisation_number(&organisation_number_text.0)?;
        let given = actions::look_up(&self.app, &caller, number).await?;
        let given = given.as_ref();
        let subscriptions = given.and_then(|given| given["priority"]["subscriptions"].as_u64());
        let approved = given.is_some_and(|given| given["priority"]["approved"] == true);
        Ok(Answer::new(PriorityApproval {
            organisation_number: number.to_string(),
            approved,
            subscriptions: subscriptions.and_then(|count| count.try_into().ok()),
            valid_until: given
                .and_then(|given| given["permit"]["validUntil"].as_str())
                .and_then(|day| day.parse().ok()),
            answered_at: self.app.clock().now(),
        }))
    }
}
