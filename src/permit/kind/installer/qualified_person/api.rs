//! Caseworkers' operations on qualified persons. Keys stand in the body, never in an address.

use poem_openapi::OpenApi;

use super::{
    actions,
    wire::{PersonAssessmentForm, QualifiedPersonList, QualifiedPersonSearch},
};
use crate::{
    app::App,
    disclosure::Disclosed,
    failure::{Failure, FieldErrors},
    http::{
        Tag,
        body::Body,
        responses::{Answer, Created},
    },
    identity::Caller,
    permit::kind::installer::wire::QualifiedPersonFacts,
};

/// Operations on qualified persons.
pub struct QualifiedPersonApi {
    /// The app.
    pub app: App,
}

#[OpenApi]
impl QualifiedPersonApi {
    /// Record the assessment of a person's competence.
    ///
    /// Once for each person. The reference in the answer is for the person, who gives it to the
    /// businesses that are to name them. A person who was refused may be assessed again.
    #[oai(
        path = "/v1/qualified-persons",
        method = "post",
        operation_id = "assessQualifiedPerson",
        tag = "Tag::Cases"
    )]
    async fn assess(
        &self,
        caller: Caller,
        body: Body<PersonAssessmentForm>,
    ) -> Result<Created<QualifiedPersonFacts>, Failure> {
        let mut errors = FieldErrors::new();
        let assessing = body.0.parse(self.app.national_id_rule(), &mut errors);
        let assessing = errors.finish(assessing)?;
        let person = actions::assess(&self.app, &caller, &assessing).await?;
        let facts = actions::for_caseworker(&person).map(facts_of).transpose()?;
        Ok(Created::new(facts.unwrap_or_default()).version(person.version))
    }

    /// Look up a qualified person.
    ///
    /// By reference, national id, or name and birth date. Each person shown is logged.
    #[oai(
        path = "/v1/qualified-person-searches",
        method = "post",
        operation_id = "searchQualifiedPersons",
        tag = "Tag::Cases"
    )]
    async fn search(
        &self,
        caller: Caller,
        body: Body<QualifiedPersonSearch>,
    ) -> Result<Answer<QualifiedPersonList>, Failure> {
        let mut errors = FieldErrors::new();
        let key = body.0.parse(&mut errors);
        let key = errors.finish(key)?;
        let found = actions::look_up(&self.app, &caller, &key).await?;
        let items = found.into_iter().map(facts_of).collect::<Result<Vec<_>, _>>()?;
        let total = items.len() as u64;
        Ok(Answer::new(QualifiedPersonList { items, total }))
    }
}

fn facts_of(given: Disclosed) -> Result<QualifiedPersonFacts, Failure> {
    let person = given.record()["qualifiedPerson"].clone();
    serde_json::from_value(person).map_err(Failure::internal)
}
