//! The look-up of approvals by providers. What it answers is cut by the policy and logged as a
//! disclosure; of an organisation without an approval nothing is disclosed, and nothing is logged.

use serde_json::Value;

use crate::{
    app::App,
    disclosure::{
        self, Circumstances, disclose,
        policy::{HolderType, Kind, Recipient},
    },
    failure::Failure,
    identity::Caller,
    party,
    permit::{self, lifecycle::Status, record},
    values::{calendar::oslo_date, organisation_number::OrganisationNumber},
};

/// What a provider may have of the approval an organisation has now, if it has one.
///
/// # Errors
/// When the database does not answer or does not take the log entry.
pub async fn look_up(
    app: &App,
    caller: &Caller,
    number: OrganisationNumber,
) -> Result<Option<Value>, Failure> {
    app.db()
        .write(|tx| async move {
            let Some(party) = party::store::find_organisation(&*tx, number).await? else {
                return Ok(None);
            };
            let today = oslo_date(tx.now());
            let approval =
                permit::store::live_of_holder(&*tx, party.id).await?.into_iter().find(|permit| {
                    permit.kind == Kind::Priority
                        && permit.status == Status::Active
                        && permit.validity.contains(today)
                });
            let Some(permit) = approval else { return Ok(None) };
            let circumstances = Circumstances {
                kind: permit.kind,
                holder: HolderType::Organisation,
                ended: false,
                consented: &[],
                protected: party.protected,
                restricted: party.restricted,
                stopped: party.rescue_stopped,
            };
            let record = record::of(&permit, &party, None, &[]);
            let Some(given) = disclose(&record, Recipient::Provider, &circumstances) else {
                return Ok(None);
            };
            let entry = disclosure::store::Entry {
                recipient: given.recipient().as_str().to_owned(),
                purpose: given.purpose().to_owned(),
                party: Some(party.id),
                permit: Some(permit.id),
                fields: given.field_names(),
                version: Some(permit.version),
                officer: Some(caller.subject.clone()),
                ..Default::default()
            };
            disclosure::store::insert(&tx, entry).await?;
            Ok(Some(given.record().clone()))
        })
        .await
}
