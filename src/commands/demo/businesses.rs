//! Installers, suppliers and businesses with priority of the made-up year, and the persons whose
//! competence an installer rests on.

use serde_json::{Value, json};

use super::{
    affairs::{
        Affair, Course,
        Course::{Asked, Assigned, Dismissed, Filed, Granted, Refused},
        Holder, Sequel,
        Sequel::{Amended, Holds, Reinstated, Revoked, Surrendered, Suspended},
    },
    applications,
    people::{BUSINESS, synthetic},
};
use crate::{
    app::App,
    failure::{Failure, FieldErrors},
    identity::Caller,
    permit::kind::{
        Kind,
        installer::{
            model::Standing,
            qualified_person::actions::{self, Assessing},
            wire::{InstallerApplication, NamedPersonForm, ParticularsForm, QualificationName},
        },
        priority::wire::PriorityApplication,
        supplier::wire::{SupplierApplication, TradeRoleName},
    },
};

/// Numbers of the first organisations of each kind.
const INSTALLERS: u64 = 3_500;
const SUPPLIERS: u64 = 3_600;
const PRIORITY: u64 = 3_700;
/// Number of the first qualified person.
const FIRST_PERSON: u64 = 1_400;
const MOST_PRACTICE: u32 = 120;

/// Every affair of the three kinds.
pub fn affairs() -> Vec<Affair> {
    [installers(), suppliers(), priority()].concat()
}

fn affair(kind: Kind, i: u64, application: Value, course: Course) -> Affair {
    Affair::new(kind, Holder::Organisation(i), application, course)
}

/// Person number `n` of those who are qualified, employed full time.
fn qualified(n: u64) -> NamedPersonForm {
    let person = synthetic().person(FIRST_PERSON + n);
    let months = 12 + u32::try_from(n * 17).unwrap_or_default() % MOST_PRACTICE;
    let particulars = ParticularsForm {
        name: person.name.as_str().to_owned(),
        birth_date: person.birth_date,
        qualification: match n % 4 {
            0 => QualificationName::Equivalent,
            3 => QualificationName::EeaRecognition,
            _ => QualificationName::VocationalCollege,
        },
        education: format!("Fagskole elektro, fordypning ekom, {}", 2008 + n % 12),
        practice_months: months,
        work_history: "Montering og måling av fiber og spredenett".to_owned(),
        email: Some(person.email.as_str().to_owned()),
    };
    NamedPersonForm { reference: None, particulars: Some(particulars), full_time: true }
}

fn installer(i: u64, persons: &[u64]) -> Value {
    json!(InstallerApplication {
        applicant: applications::organisation(i),
        contact_person: Some(applications::contact_person(i)),
        qualified_persons: persons.iter().map(|n| qualified(*n)).collect(),
        types_held: None,
    })
}

fn installers() -> Vec<Affair> {
    let org = |n: u64| INSTALLERS + n;
    let of = |i, persons: &[u64], course| affair(Kind::Installer, i, installer(i, persons), course);
    let second = installer(org(1), &[3, 4]);
    vec![
        of(BUSINESS, &[0, 1], Granted(Holds)),
        of(org(0), &[2], Granted(Holds)),
        of(org(1), &[3], Granted(Amended(second))),
        of(org(2), &[5], Granted(Suspended)),
        of(org(3), &[6], Granted(Revoked)),
        of(org(4), &[7], Granted(Surrendered)),
        of(org(5), &[8], Granted(Reinstated)),
        of(org(6), &[9, 10, 11], Granted(Holds)),
        of(org(7), &[12], Refused),
        // nobody has assessed these persons yet
        of(org(8), &[13], Filed),
        of(org(9), &[14], Asked),
    ]
}

/// Assesses the persons an installer names before the case is decided, those of `amended` who are new
/// included. An open case leaves it to whoever tries the demo.
///
/// # Errors
/// When the action refuses.
pub async fn assess(
    app: &App,
    caseworker: &Caller,
    affair: &Affair,
    amended: Option<&Value>,
) -> Result<(), Failure> {
    let (standing, grounds) = match affair.course {
        Course::Granted(_) => (Standing::Assessed, "Utdanning og praksis er dokumentert."),
        Course::Refused => (Standing::Refused, "Utdanningen er ikke dokumentert."),
        _ => return Ok(()),
    };
    let before = amended.map_or_else(Vec::new, |_| persons(&affair.application));
    for person in persons(amended.unwrap_or(&affair.application)) {
        let is_same = |known: &ParticularsForm| {
            known.name == person.name && known.birth_date == person.birth_date
        };
        if before.iter().any(is_same) {
            continue;
        }
        let mut errors = FieldErrors::new();
        let particulars = person.parse("", &mut errors);
        let assessing = Assessing {
            is_another: false,
            particulars: errors.finish(particulars)?,
            national_id: None,
            standing,
            grounds: grounds.to_owned(),
        };
        actions::assess(app, caseworker, &assessing).await?;
    }
    Ok(())
}

fn persons(application: &Value) -> Vec<ParticularsForm> {
    let application: Option<InstallerApplication> =
        serde_json::from_value(application.clone()).ok();
    let named = application.map_or_else(Vec::new, |application| application.qualified_persons);
    named.into_iter().filter_map(|person| person.particulars).collect()
}

fn supplier(i: u64, roles: &[TradeRoleName], categories: &[&str]) -> Value {
    json!(SupplierApplication {
        applicant: applications::organisation(i),
        contact_person: applications::contact_person(i),
        roles: roles.to_vec(),
        categories: categories.iter().map(|code| (*code).to_owned()).collect(),
    })
}

/// A first registration is granted at once, a second one is for a caseworker.
fn suppliers() -> Vec<Affair> {
    use TradeRoleName::{RadioDealer, Supplier};
    const RADIO: &str = "radioEquipment";
    const NETWORK: &str = "networkEquipment";
    const TERMINAL: &str = "terminalEquipment";
    let org = |n: u64| SUPPLIERS + n;
    let of = |i, roles: &[TradeRoleName], categories: &[&str], course| {
        affair(Kind::Supplier, i, supplier(i, roles, categories), course)
    };
    let more = supplier(org(1), &[Supplier], &[TERMINAL, NETWORK]);
    vec![
        of(BUSINESS, &[Supplier, RadioDealer], &[RADIO, NETWORK], Granted(Holds)),
        of(org(0), &[RadioDealer], &[RADIO], Granted(Holds)),
        of(org(1), &[Supplier], &[TERMINAL], Granted(Amended(more))),
        of(org(2), &[Supplier, RadioDealer], &[RADIO, TERMINAL], Granted(Holds)),
        of(org(3), &[RadioDealer], &[RADIO], Granted(Surrendered)),
        of(org(4), &[Supplier], &[NETWORK], Granted(Revoked)),
        of(org(5), &[Supplier], &[RADIO], Granted(Suspended)),
        of(org(2), &[Supplier], &[NETWORK], Dismissed),
        of(org(0), &[Supplier, RadioDealer], &[RADIO], Filed),
    ]
}

fn approval(i: u64, business_type: &str, subscriptions: u32) -> Value {
    json!(PriorityApplication {
        applicant: applications::organisation(i),
        contact_person: applications::contact_person(i),
        business_type: business_type.to_owned(),
        subscriptions,
        declared: true,
    })
}

fn priority() -> Vec<Affair> {
    let org = |n: u64| PRIORITY + n;
    let of = |i, business_type: &str, subscriptions, sequel: Sequel| {
        affair(Kind::Priority, i, approval(i, business_type, subscriptions), Granted(sequel))
    };
    let waits = |i, business_type: &str, subscriptions, course| {
        affair(Kind::Priority, i, approval(i, business_type, subscriptions), course)
    };
    vec![
        of(BUSINESS, "electronicCommunications", 60, Holds),
        of(org(0), "health", 25, Holds),
        of(org(1), "municipality", 20, Amended(approval(org(1), "municipality", 35))),
        of(org(2), "powerSupply", 80, Holds),
        of(org(3), "rescueOrganisation", 12, Suspended),
        of(org(4), "transport", 40, Surrendered),
        of(org(5), "other", 5, Revoked),
        of(org(6), "emergencyServices", 700, Holds),
        waits(org(7), "other", 90, Refused),
        waits(org(8), "municipality", 90, Filed),
        waits(org(9), "other", 8, Assigned),
    ]
}
