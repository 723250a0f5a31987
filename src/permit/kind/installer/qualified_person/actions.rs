//! Assessing a person, looking one up, and what the persons named in an application come to.

use serde_json::{Value, json};

use super::store::{self, Key, QualifiedPerson};
use crate::{
    app::App,
    database::{Connection, Tx},
    disclosure::{
        self, Circumstances, Disclosed, disclose,
        policy::{HolderType, Kind, Recipient},
    },
    failure::{Failure, Problem},
    identity::Caller,
    keys::KeyRing,
    permit::{
        kind::{
            Reason,
            installer::{
                model::{
                    InstallerDetails, NamedPerson, Naming, Particulars, PersonReference, Standing,
                },
                rules,
            },
        },
        model::Permit,
    },
    values::{calendar::oslo_date, ids::fresh, national_id::NationalId},
};

/// An assessment as the caseworker makes it.
#[derive(Clone)]
pub struct Assessing {
    /// What it is made on.
    pub particulars: Particulars,
    /// National id of the person, where it is known; kept as a keyed hash only.
    pub national_id: Option<NationalId>,
    /// The person is not the one of the same name and birth date who was assessed without national id.
    pub is_another: bool,
    /// How it ends.
    pub standing: Standing,
    /// Why.
    pub grounds: String,
}

/// Records an assessment and gives the person a reference. A person who was refused may be assessed
/// again with new documents and keeps the reference.
///
/// # Errors
/// 403 for a caseworker's own assessment, 409 for a person who has been found qualified before, 422
/// when the practice shown is not enough.
pub async fn assess(
    app: &App,
    caller: &Caller,
    assessing: &Assessing,
) -> Result<QualifiedPerson, Failure> {
    caller.needs_kind(Kind::Installer)?;
    if assessing.national_id.is_some() && caller.national_id == assessing.national_id {
        return Err(Failure::new(
            Problem::Disqualified,
            "Nobody assesses themselves; somebody else must (forvaltningsloven § 6).",
        ));
    }
    let keys = app.keys();
    let keys = &keys;
    app.db()
        .write(|tx| async move {
            let now = tx.now();
            let particulars = &assessing.particulars;
            if assessing.standing == Standing::Assessed {
                rules::competent(particulars, oslo_date(now))
                    .map_err(|reason| {
                        Failure::told(Problem::ConditionsNotMet, |language| reason.text(language))
                    })?;
            }
            let known = known_as(&tx, keys, assessing).await?;
            // a national id that becomes known is new: it is noted with the assessment
            let identifies = assessing.national_id.is_some()
                && assessing.standing == Standing::Assessed
                && known.iter().all(|person| !person.is_identified);
            if !identifies && known.iter().any(|person| person.standing == Standing::Assessed) {
                return Err(Failure::new(
                    Problem::IllegalTransition,
                    "The competence of this person has been assessed; it is done once. Look the person up and use the reference. If this is another person of the same name and birth date, give the national id and isAnother.",
                ));
            }
            let known = known.into_iter().next();
            let bits = u64::from_be_bytes(crate::keys::random());
            let person = QualifiedPerson {
                id: known.as_ref().map_or_else(|| fresh(now), |known| known.id),
                reference: match &known {
                    Some(known) => known.reference.clone(),
                    None => PersonReference::of_bits(bits),
                },
                particulars: particulars.clone(),
                standing: assessing.standing,
                grounds: assessing.grounds.clone(),
                assessed_by: caller.subject.clone(),
                assessed_at: now,
                is_identified: assessing.national_id.is_some()
                    || known.as_ref().is_some_and(|known| known.is_identified),
                version: known.as_ref().map_or(1, |known| known.version + 1),
            };
            let national_id = assessing.national_id.as_ref();
            match known {
                Some(_) => store::update(&tx, keys, &person, national_id).await?,
                None => store::insert(&tx, keys, &person, national_id).await?,
            }
            Ok(person)
        })
        .await
}

/// The persons an assessment may be of: who has the national id, or else who has the particulars. One
/// who was assessed without a national id is the same person when it becomes known.
async fn known_as(
    tx: &Tx,
    keys: &KeyRing,
    assessing: &Assessing,
) -> Result<Vec<QualifiedPerson>, Failure> {
    let particulars = &assessing.particulars;
    let by_particulars = Key::Particulars(particulars.name.clone(), particulars.birth_date);
    let Some(id) = assessing.national_id else {
        return store::find(&**tx, keys, &by_particulars).await;
    };
    let mut known = store::find(&**tx, keys, &Key::NationalId(id)).await?;
    if known.is_empty() && !assessing.is_another {
        known = store::find(&**tx, keys, &by_particulars).await?;
        known.retain(|person| !person.is_identified);
    }
    Ok(known)
}

/// The persons a key fits, as a caseworker may have them; each is logged.
///
/// # Errors
/// When the database does not answer or does not take the log entries.
pub async fn look_up(app: &App, caller: &Caller, key: &Key) -> Result<Vec<Disclosed>, Failure> {
    let keys = app.keys();
    let keys = &keys;
    app.db()
        .write(|tx| async move {
            let found = store::find(&*tx, keys, key).await?;
            let given: Vec<Disclosed> = found.iter().filter_map(for_caseworker).collect();
            for one in &given {
                let entry = disclosure::store::Entry {
                    recipient: one.recipient().as_str().to_owned(),
                    purpose: one.purpose().to_owned(),
                    fields: one.field_names(),
                    officer: Some(caller.subject.clone()),
                    ..Default::default()
                };
                disclosure::store::insert(&tx, entry).await?;
            }
            Ok(given)
        })
        .await
}

/// A person as a caseworker may have them.
pub fn for_caseworker(person: &QualifiedPerson) -> Option<Disclosed> {
    let circumstances = Circumstances {
        kind: Kind::Installer,
        holder: HolderType::Organisation,
        ended: false,
        consented: &[],
        protected: false,
        restricted: false,
        stopped: false,
    };
    disclose(&record(person), Recipient::Caseworker, &circumstances)
}

fn record(person: &QualifiedPerson) -> Value {
    let particulars = &person.particulars;
    let mut section = json!({
        "reference": person.reference.to_string(),
        "name": particulars.name,
        "birthDate": particulars.birth_date,
        "education": {
            "qualification": particulars.qualification.code(),
            "description": particulars.education,
        },
        "workHistory": {
            "months": particulars.practice_months,
            "description": particulars.work_history,
        },
        "assessment": {
            "outcome": person.standing.code(),
            "grounds": person.grounds,
            "assessedBy": person.assessed_by,
            "assessedAt": person.assessed_at,
        },
    });
    if let Some(email) = &particulars.email {
        section["email"] = json!(email);
    }
    json!({ "qualifiedPerson": section })
}

/// Persons named by a reference that nobody has, or whose competence was refused.
///
/// # Errors
/// When the database does not answer.
pub async fn findings(
    connection: &impl Connection,
    details: &Value,
) -> Result<Vec<Reason>, Failure> {
    let details = read(details)?;
    let mut reasons = Vec::new();
    for person in &details.persons {
        let Naming::Reference(reference) = &person.naming else { continue };
        match store::standing(connection, reference).await? {
            Some(Standing::Assessed) => {}
            Some(Standing::Refused) => reasons.push(Reason::new("person-refused")),
            None => reasons.push(Reason::new("person-unknown")),
        }
    }
    Ok(reasons)
}

/// Names every person by reference, which each must have by an assessment, and gives the types of
/// today to an authorisation that has none to keep.
///
/// # Errors
/// 422 when a person has not been assessed, or cannot be told from another.
pub async fn settle(app: &App, tx: &Tx, details: Value) -> Result<Value, Failure> {
    let mut details = read(&details)?;
    for person in &mut details.persons {
        settle_person(app, tx, person).await?;
    }
    if details.types.is_empty() {
        details.types = rules::types_on(oslo_date(tx.now()));
    }
    serde_json::to_value(details).map_err(Failure::internal)
}

async fn settle_person(app: &App, tx: &Tx, person: &mut NamedPerson) -> Result<(), Failure> {
    let key = match &person.naming {
        Naming::Reference(reference) => Key::Reference(reference.clone()),
        Naming::Particulars(particulars) => {
            Key::Particulars(particulars.name.clone(), particulars.birth_date)
        }
    };
    let found = store::find(&**tx, &app.keys(), &key).await?;
    let mut assessed = found.iter().filter(|one| one.standing == Standing::Assessed);
    let (Some(one), None) = (assessed.next(), assessed.next()) else {
        return Err(Failure::new(
            Problem::ConditionsNotMet,
            "Every qualified person must have been assessed, and must be told from others by the reference where two have the same name and birth date. Record the assessment first.",
        ));
    };
    person.naming = Naming::Reference(one.reference.clone());
    Ok(())
}

/// A permit must not hold the particulars of a person.
///
/// # Errors
/// 422 when it would.
pub fn refuse_particulars(permit: &Permit) -> Result<(), Failure> {
    match rules::references(&read(&permit.details)?) {
        Some(_) => Ok(()),
        None => Err(Failure::new(
            Problem::ConditionsNotMet,
            "Name every qualified person by the reference of the assessment.",
        )),
    }
}

fn read(details: &Value) -> Result<InstallerDetails, Failure> {
    serde_json::from_value(details.clone()).map_err(Failure::internal)
}
