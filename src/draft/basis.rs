//! What an application for an amendment begins with: the application that would leave the permit as it is. It is
//! found among those that made the permit what it is, and brought up to date with what has been changed since
//! without one. Reads only.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use crate::{
    app::App,
    case::{
        model::Purpose,
        store::{self as cases, Case},
    },
    failure::Failure,
    identity::Sight,
    party::{
        self,
        model::{Identity, Party},
        wire::Contactable,
    },
    permit::{self, contact::EmergencyContact, kind, model::Permit},
    values::{calendar::oslo_date, ids::PermitId},
};

/// Holders that are looked back over.
const FARTHEST: usize = 8;

/// An application that a permit can be amended from.
#[derive(Debug, Clone)]
pub struct Basis {
    /// The application.
    pub application: Value,
    /// Sent as it is, it would change nothing. Otherwise the permit says something that no application of its
    /// holder's said, and everything must be filled in as it shall stand.
    pub is_exact: bool,
}

/// The basis of a permit for its holder.
///
/// # Errors
/// When the database does not answer.
pub async fn of_permit(app: &App, permit: &Permit) -> Result<Basis, Failure> {
    let connection = app.db().read();
    let holder = party::store::get(connection, permit.holder).await?;
    let contacts = permit::store::contacts(connection, &app.keys(), permit.id).await?;
    let current = Current { permit, holder, contacts };
    let mut nearest = None;
    let mut about = permit.id;
    for _ in 0..FARTHEST {
        for case in cases::that_made(connection, about).await? {
            let Some(application) = application_of(app, &case).await? else { continue };
            let is_own = case.applicant == permit.holder;
            let application = current.told(application)?;
            if is_own {
                if current.leaves(&application, case.submitted_at)? {
                    return Ok(Basis { application, is_exact: true });
                }
                nearest.get_or_insert(application);
            } else if let Some(application) = current.handed_over(&application)? {
                let is_exact = current.leaves(&application, case.submitted_at)?;
                return Ok(Basis { application, is_exact });
            }
        }
        match before(app, about).await? {
            Some(old) => about = old,
            None => break,
        }
    }
    let application = match nearest {
        Some(nearest) => nearest,
        None => current.told(json!({}))?,
    };
    Ok(Basis { application, is_exact: false })
}

/// The permit that was handed over as this one.
async fn before(app: &App, permit: PermitId) -> Result<Option<PermitId>, Failure> {
    let connection = app.db().read();
    let known = permit::store::find(connection, Sight::All, permit).await?;
    let Some(case) = known.case else { return Ok(None) };
    let case = cases::find(connection, Sight::All, case).await?;
    Ok(case.permit.filter(|old| case.purpose == Purpose::Transfer && *old != permit))
}

/// The application of a case; of the authority's own amendments the one it set, if any. None where the applicant's
/// data are destroyed.
async fn application_of(app: &App, case: &Case) -> Result<Option<Value>, Failure> {
    let Ok(key) = party::store::data_key(app.db().read(), &app.keys(), case.applicant).await else {
        return Ok(None);
    };
    let mut application = case.application(&key)?;
    if case.is_of_authority() {
        application = application["application"].take();
    }
    Ok(Some(application).filter(Value::is_object))
}

/// A permit with what is known of its holder and contacts today.
struct Current<'a> {
    permit: &'a Permit,
    holder: Party,
    contacts: Vec<EmergencyContact>,
}

impl Current<'_> {
    /// An application with today's applicant and contacts in it, whoever filed it, and without what the authority
    /// alone fills in, which an amendment keeps, and what was asked for once.
    fn told(&self, mut application: Value) -> Result<Value, Failure> {
        let Value::Object(members) = &mut application else { return Ok(json!({})) };
        members.insert("applicant".to_owned(), known_of(&self.holder)?);
        let any = kind::any(self.permit.kind);
        for member in any.authority_only().into_iter().chain(any.asked_once()) {
            members.remove(member);
        }
        if members.remove("emergencyContacts").is_some() || !self.contacts.is_empty() {
            let contacts = contacts_of(&self.contacts);
            members.insert("emergencyContacts".to_owned(), contacts);
        }
        Ok(application)
    }

    /// An application of an earlier holder without what was about that holder's own people and whatever else the
    /// permit says nothing of, if the permit came of it. What a kind needs of every holder may be missing then.
    fn handed_over(&self, application: &Value) -> Result<Option<Value>, Failure> {
        let any = kind::any(self.permit.kind);
        let is_handed = |application: &Value| -> Result<Option<bool>, Failure> {
            let Some(details) = self.amended(application)? else { return Ok(None) };
            any.handed_over(&details).map(|details| Some(details == self.permit.details))
        };
        if is_handed(application)? != Some(true) {
            return Ok(None);
        }
        let Some(mut kept) = application.as_object().cloned() else { return Ok(None) };
        let names: Vec<String> = kept.keys().filter(|name| *name != "applicant").cloned().collect();
        for name in names {
            let mut less = kept.clone();
            less.remove(&name);
            let is_about_people = name.to_lowercase().contains("contact");
            let goes = is_handed(&Value::Object(less.clone()))?.unwrap_or(is_about_people);
            if goes {
                kept = less;
            }
        }
        Ok(Some(Value::Object(kept)))
    }

    /// The details of the permit amended by an application; none where that cannot be filed.
    fn amended(&self, application: &Value) -> Result<Option<Value>, Failure> {
        let any = kind::any(self.permit.kind);
        match any.read(application, self.holder.is_person(), "") {
            Ok(parsed) => any.amended(&self.permit.details, &parsed.details).map(Some),
            Err(_) => Ok(None),
        }
    }

    /// Whether an application that was filed then leaves the permit as it is.
    fn leaves(&self, application: &Value, filed_at: DateTime<Utc>) -> Result<bool, Failure> {
        let Some(details) = self.amended(application)? else { return Ok(false) };
        let applied = kind::any(self.permit.kind).applied(details.clone(), oslo_date(filed_at));
        Ok(details == self.permit.details || applied == self.permit.details)
    }
}

/// A party as the part of an application that every kind has.
///
/// # Errors
/// When it cannot be written.
pub fn known_of(party: &Party) -> Result<Value, Failure> {
    let mut known =
        serde_json::to_value(Contactable::of(&party.details)).map_err(Failure::internal)?;
    if let Identity::Person { birth_date: Some(day) } = party.identity {
        known["birthDate"] = json!(day);
    }
    if party.details.address.place().is_some()
        && let Some(address) = known["address"].as_object_mut()
    {
        // the post town of a Norwegian postal code is not asked for
        address.remove("town");
        address.remove("country");
    }
    Ok(known)
}

/// Emergency contacts as an application has them.
pub fn contacts_of(contacts: &[EmergencyContact]) -> Value {
    let one = |contact: &EmergencyContact| {
        let mut members = Map::new();
        let mut put = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                members.insert(name.to_owned(), json!(value));
            }
        };
        put("name", Some(contact.name.clone()));
        put("phone", Some(contact.phone.dial()));
        put("alternativePhone", contact.alternative_phone.as_ref().map(|phone| phone.dial()));
        put("language", contact.language.map(|language| language.code().to_owned()));
        put("relation", contact.relation.clone());
        put("availability", contact.availability.clone());
        Value::Object(members)
    };
    contacts.iter().map(one).collect()
}
