//! Operations on ranges of the published list that no permit holds.

use poem_openapi::{OpenApi, param::Query};

use super::{
    super::search::{kind_of, one},
    actions,
    model::RangeChange,
    store::{self, MOST},
    wire::{NumberRangeChangeForm, NumberRangeChangeView, NumberRangeChanges},
};
use crate::{
    app::App,
    failure::{Failure, FieldErrors},
    http::{Tag, body::Body, responses::Answer},
    identity::Caller,
};

/// Operations on ranges of the published list.
pub struct NumberListApi {
    /// The app.
    pub app: App,
}

fn view(changes: impl IntoIterator<Item = RangeChange>) -> Answer<NumberRangeChanges> {
    let items = changes.into_iter().map(NumberRangeChangeView::of).collect();
    Answer::new(NumberRangeChanges { items })
}

#[OpenApi]
impl NumberListApi {
    /// Return, withdraw or transfer numbers that only the published list says are assigned.
    ///
    /// Numbers of a permit are changed with the permit. A provider that applies for the numbers listed
    /// for it gets them into a permit instead. Answers the statements of the list that ended.
    #[oai(
        path = "/v1/number-range-changes",
        method = "post",
        operation_id = "changeListedNumberRange",
        tag = "Tag::Permits"
    )]
    async fn change(
        &self,
        caller: Caller,
        body: Body<NumberRangeChangeForm>,
    ) -> Result<Answer<NumberRangeChanges>, Failure> {
        let mut errors = FieldErrors::new();
        let step = body.0.meaning(&mut errors);
        let step = errors.finish(step)?;
        let at = actions::change(&self.app, &caller, &step).await?;
        let connection = self.app.db().read();
        let changes = store::changes_of(connection, step.kind, &step.resource, MOST).await?;
        Ok(view(changes.into_iter().filter(|change| change.at == at)))
    }

    /// List what became of the published statements about a number, newest first.
    #[oai(
        path = "/v1/number-range-changes",
        method = "get",
        operation_id = "listNumberRangeChanges",
        tag = "Tag::Permits"
    )]
    async fn list(
        &self,
        _caller: Caller,
        /// A number, code or name.
        number: Query<String>,
        /// Type of the resource; telephone numbers are known by their digits.
        #[oai(name = "type")]
        kind: Query<Option<String>>,
    ) -> Result<Answer<NumberRangeChanges>, Failure> {
        let (kind, resource) = one(&number.0, kind_of(kind.0.as_deref())?)?;
        let connection = self.app.db().read();
        Ok(view(store::changes_of(connection, kind, &resource, MOST).await?))
    }
}
