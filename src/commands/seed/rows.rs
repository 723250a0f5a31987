//! The rows of made-up holders, as the actions would have left them. Pure: time and numbers are given.

use std::sync::Arc;

use anrop_entity::{
    call_sign, case, consent, fee_assessment, party, permit, permit_contact, permit_identifier,
    permit_version, person_key, programming_order, public_row, transmitter_site,
};
use chrono::{DateTime, Datelike as _, Days, Months, TimeDelta, Utc};
use sea_orm::ActiveValue::Set;
use serde_json::Value;

use super::stations;
use crate::{
    assignment::{self, SignStatus, store::SignRow},
    case::queue::model::Place,
    commands::synthetic::{Synthetic, SyntheticContact, SyntheticPerson},
    consent::store::NewConsent,
    delivery::event::EventKind,
    failure::Failure,
    fee,
    keys::{DataKey, KeyRing},
    party::model::{ContactDetails, Identity, Party},
    permit::{
        actions::{identifiers_of, verification_code},
        contact::EmergencyContact,
        kind::{
            self,
            amateur::{model::AmateurDetails, wire::ListedField},
            plb::{
                model::{PlbDetails, Programming},
                rules::accepted_protocols,
            },
        },
        lifecycle::Status,
        model::Permit,
        record,
    },
    programming,
    register::{CALL_SIGNS, projection},
    values::{
        beacon_id::NORWAY,
        calendar::oslo_date,
        call_sign::CallSign,
        call_sign_series::{SeriesKind, series},
        ids::{PartyId, PermitId, ProgrammingOrderId},
        national_id::NationalId,
        validity::Validity,
    },
};

/// Number of the first made-up organisation that holds transmitter permits.
const FIRST_ORGANISATION: u64 = 1_000_000;

/// What a holder holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An amateur licence.
    Amateur,
    /// A live beacon permit.
    Beacon,
    /// A beacon permit that was surrendered.
    Ended,
    /// A transmitter permit of an organisation.
    Transmitter,
}

/// One permit to be made, with a holder of its own.
#[derive(Debug, Clone, Copy)]
pub struct Holding {
    /// What.
    pub kind: Kind,
    /// Place of its call sign in the test series; of a transmitter permit, the number of its holder.
    pub place: u64,
    /// Serial of the permit number.
    pub number: i64,
    /// Which it is of this run.
    pub index: usize,
}

impl Holding {
    /// Which synthetic person holds it: even numbers have licences, odd ones beacons.
    fn person(self) -> u64 {
        self.place * 2 + u64::from(self.kind != Kind::Amateur)
    }
}

/// Rows of one transaction.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    /// Holders.
    pub parties: Vec<party::ActiveModel>,
    /// Their data keys.
    pub keys: Vec<person_key::ActiveModel>,
    /// Permits.
    pub permits: Vec<permit::ActiveModel>,
    /// Every version of them.
    pub versions: Vec<permit_version::ActiveModel>,
    /// Identifiers.
    pub identifiers: Vec<permit_identifier::ActiveModel>,
    /// Emergency contacts.
    pub contacts: Vec<permit_contact::ActiveModel>,
    /// Programming orders.
    pub orders: Vec<programming_order::ActiveModel>,
    /// That this year's fees are settled.
    pub assessments: Vec<fee_assessment::ActiveModel>,
    /// Call signs.
    pub signs: Vec<call_sign::ActiveModel>,
    /// Where transmitters send.
    pub sites: Vec<transmitter_site::ActiveModel>,
    /// Consents.
    pub consents: Vec<consent::ActiveModel>,
    /// The public register.
    pub public: Vec<public_row::ActiveModel>,
}

/// Rows of made-up cases of one transaction, and where the queue counts them.
#[derive(Debug, Clone, Default)]
pub struct CaseRows {
    /// Applicants.
    pub parties: Vec<party::ActiveModel>,
    /// Their data keys.
    pub keys: Vec<person_key::ActiveModel>,
    /// Cases.
    pub cases: Vec<case::ActiveModel>,
    /// Where they are counted.
    pub places: Vec<Place>,
}

/// Makes rows.
pub struct Maker {
    /// Where people and beacons come from.
    pub synthetic: Synthetic,
    /// Seals what is sealed.
    pub keys: Arc<KeyRing>,
    /// When the first was issued.
    pub begin: DateTime<Utc>,
    /// From one to the next.
    pub step: TimeDelta,
    /// Now.
    pub now: DateTime<Utc>,
}

/// A permit with all that its versions are made from.
struct Draft {
    permit: Permit,
    party: Party,
    national_id: NationalId,
    contacts: Vec<EmergencyContact>,
    key: DataKey,
    row: SignRow,
}

impl Maker {
    /// The rows of these holdings.
    ///
    /// # Errors
    /// When a value cannot be written as JSON.
    pub fn make(&self, holdings: Vec<Holding>) -> Result<Rows, Failure> {
        let mut rows = Rows::default();
        for holding in holdings {
            match holding.kind {
                Kind::Amateur => self.amateur(holding, &mut rows)?,
                Kind::Beacon | Kind::Ended => self.beacon(holding, &mut rows)?,
                Kind::Transmitter => self.transmitter(holding, &mut rows)?,
            }
        }
        Ok(rows)
    }

    fn amateur(&self, holding: Holding, rows: &mut Rows) -> Result<(), Failure> {
        let licence = self.synthetic.amateur_licence(holding.person());
        let details = json(&AmateurDetails::of_person(licence.class))?;
        let draft = self.draft(holding, SeriesKind::TestAmateur, details, Status::Active, rows)?;
        self.version(&draft, EventKind::Issued, "registry", rows)?;
        let fields: Vec<String> = [
            (licence.shows_name, ListedField::Name),
            (licence.shows_address, ListedField::Address),
            (licence.shows_post_town, ListedField::PostTown),
        ]
        .into_iter()
        .filter(|(is_shown, _)| *is_shown)
        .map(|(_, field)| field.policy_name().to_owned())
        .collect();
        if !fields.is_empty() {
            let consent = NewConsent {
                party: draft.party.id,
                sign: draft.row.sign,
                fields: &fields,
                language: draft.party.details.language,
                channel: "portal",
                actor: "applicant",
            };
            rows.consents.push(crate::consent::store::to_row(&consent, draft.permit.issued_at));
        }
        finish(&draft, &fields, rows)
    }

    fn beacon(&self, holding: Holding, rows: &mut Rows) -> Result<(), Failure> {
        let at = self.issued_at(holding);
        let mut details = self.beacon_details(holding, at);
        let mut draft = self.draft(
            holding,
            SeriesKind::TestPlb,
            json(&details)?,
            Status::AwaitingProgramming,
            rows,
        )?;
        rows.contacts.extend(crate::permit::store::contact_rows(
            &self.keys,
            draft.permit.id,
            &draft.contacts,
        )?);
        self.version(&draft, EventKind::Issued, "saksbehandler-1", rows)?;
        let id = details.programming.as_ref().map(|ordered| ordered.order);
        let id = id.ok_or_else(|| Failure::internal("a beacon without an order"))?;
        let mut order = programming::store::new_row(id, draft.permit.id, at);
        if holding.kind == Kind::Ended {
            order.status = Set("cancelled".to_owned());
            self.surrender(&mut draft, rows)?;
        } else if !holding.place.is_multiple_of(20) {
            let reported = (at + TimeDelta::days(9)).min(self.now);
            let beacon = self.synthetic.beacon(holding.person());
            details.beacon_id = Some(beacon.code);
            details.protocol = Some(beacon.protocol);
            if let Some(programming) = &mut details.programming {
                programming.reported_at = Some(reported);
            }
            draft.permit.details = json(&details)?;
            draft.permit.status = Status::Active;
            self.next(&mut draft, reported, EventKind::Amended, "programmer", rows)?;
            order.status = Set("programmed".to_owned());
            order.reported_code = Set(Some(beacon.code.as_str().to_owned()));
            order.reported_protocol = Set(Some(beacon.protocol.to_string()));
            order.reported_by = Set(Some("programmer".to_owned()));
            order.reported_at = Set(Some(reported));
            order.version = Set(2);
            order.changed_at = Set(reported);
            if holding.place % 100 == 51 {
                draft.permit.status = Status::Suspended;
                let later = reported + TimeDelta::days(1);
                self.next(&mut draft, later, EventKind::Suspended, "saksbehandler-2", rows)?;
            }
        }
        rows.orders.push(order);
        finish(&draft, &[], rows)
    }

    fn transmitter(&self, holding: Holding, rows: &mut Rows) -> Result<(), Failure> {
        let at = self.issued_at(holding);
        let organisation = self.synthetic.organisation(FIRST_ORGANISATION + holding.place);
        let party = Party {
            id: PartyId::new(at),
            identity: Identity::Organisation { number: organisation.number },
            details: ContactDetails {
                name: organisation.name.as_str().to_owned(),
                address: organisation.address,
                phone: organisation.phone,
                email: organisation.email,
                language: organisation.language,
            },
            protected: false,
            restricted: false,
            rescue_stopped: false,
            version: 1,
            changed_at: at,
        };
        let (row, key_row, key) = crate::party::store::new_rows(&self.keys, &party, None, at)?;
        rows.parties.push(row);
        rows.keys.push(key_row);
        let permit = permit_of(
            holding.number,
            kind::Kind::Transmitter,
            party.id,
            stations::details(holding.place)?,
            at,
        )?;
        let record = record::of(&permit, &party, None, &[]);
        rows.versions.push(crate::permit::store::version_row(
            &key,
            &permit,
            &record,
            EventKind::Issued.code(),
            "saksbehandler-1",
            at,
        )?);
        rows.sites.extend(kind::transmitter::store::rows(&permit, at)?);
        let year = oslo_date(self.now).year();
        rows.assessments.push(fee::store::assessed_row(permit.id, year, self.now));
        if let Some((list, key)) = projection::place(&permit, &party) {
            let record = projection::public_record(&permit, &party, &[]);
            rows.public.push(public_row::ActiveModel {
                key: Set(key),
                list: Set(list.name().to_owned()),
                body: Set(record),
                revision: Set(1),
                changed_at: Set(at),
            });
        }
        rows.permits.push(crate::permit::store::to_row(&permit));
        Ok(())
    }

    fn surrender(&self, draft: &mut Draft, rows: &mut Rows) -> Result<(), Failure> {
        // within the year, so that the call sign still rests
        let days = u64::from(draft.permit.validity.from().ordinal()) % 300;
        let at = (self.now - Days::new(days)).max(draft.permit.issued_at);
        draft.permit.status = Status::Surrendered;
        draft.permit.ended = Some((at, "sold".to_owned()));
        draft.row.status = SignStatus::Quarantined;
        draft.row.until = Some(oslo_date(at) + Months::new(12));
        draft.row.version = 2;
        self.next(draft, at, EventKind::Surrendered, "holder", rows)
    }

    fn next(
        &self,
        draft: &mut Draft,
        at: DateTime<Utc>,
        event: EventKind,
        actor: &str,
        rows: &mut Rows,
    ) -> Result<(), Failure> {
        draft.permit.version += 1;
        draft.permit.changed_at = at.min(self.now);
        self.version(draft, event, actor, rows)
    }

    fn version(
        &self,
        draft: &Draft,
        event: EventKind,
        actor: &str,
        rows: &mut Rows,
    ) -> Result<(), Failure> {
        let Draft { permit, party, national_id, contacts, key, .. } = draft;
        let record = record::of(permit, party, Some(national_id), contacts);
        let at = permit.changed_at;
        rows.versions.push(crate::permit::store::version_row(
            key,
            permit,
            &record,
            event.code(),
            actor,
            at,
        )?);
        Ok(())
    }

    fn issued_at(&self, holding: Holding) -> DateTime<Utc> {
        self.begin + self.step * i32::try_from(holding.index).unwrap_or(i32::MAX)
    }

    fn draft(
        &self,
        holding: Holding,
        series_kind: SeriesKind,
        details: Value,
        status: Status,
        rows: &mut Rows,
    ) -> Result<Draft, Failure> {
        let at = self.issued_at(holding);
        let sign = sign(series_kind, holding.place)?;
        let person = self.synthetic.person(holding.person());
        let national_id = person.national_id;
        let party = party_of(person, at);
        let (row, key_row, key) =
            crate::party::store::new_rows(&self.keys, &party, Some(&national_id), at)?;
        rows.parties.push(row);
        rows.keys.push(key_row);
        let permit_kind =
            if holding.kind == Kind::Amateur { kind::Kind::Amateur } else { kind::Kind::Plb };
        let permit = Permit {
            status,
            call_sign: Some(sign),
            confirmed_at: Some(at),
            ..permit_of(holding.number, permit_kind, party.id, details, at)?
        };
        let contacts = match holding.kind {
            Kind::Amateur | Kind::Transmitter => Vec::new(),
            Kind::Beacon | Kind::Ended => (0..=holding.place % 3)
                .map(|n| contact_of(self.synthetic.contact(holding.person(), n)))
                .collect(),
        };
        let row = SignRow {
            sign,
            series: series_kind.code().to_owned(),
            status: SignStatus::InUse,
            permit: Some(permit.id.0),
            reserved_for: None,
            until: None,
            reason: None,
            version: 1,
        };
        let year = oslo_date(self.now).year();
        rows.assessments.push(fee::store::assessed_row(permit.id, year, self.now));
        Ok(Draft { permit, party, national_id, contacts, key, row })
    }

    fn beacon_details(&self, holding: Holding, at: DateTime<Utc>) -> PlbDetails {
        let beacon = self.synthetic.beacon(holding.person());
        PlbDetails {
            manufacturer: beacon.manufacturer.to_owned(),
            model: beacon.model.to_owned(),
            serial: Some(beacon.serial),
            type_approval: Some(beacon.type_approval),
            beacon_id: None,
            protocol: None,
            colour: Some(beacon.colour.to_owned()),
            battery_expiry: Some(beacon.battery_expiry),
            usage: beacon.usage.to_owned(),
            craft: beacon.craft,
            persons: Some(beacon.persons),
            notes: beacon.notes.map(str::to_owned),
            condition: None,
            programming: Some(Programming {
                order: ProgrammingOrderId::new(at),
                countries: NORWAY.to_vec(),
                protocols: accepted_protocols(oslo_date(at)),
                ordered_at: at,
                reported_at: None,
            }),
        }
    }
}

/// A permit in its first version, active and until further notice.
fn permit_of(
    number: i64,
    kind: kind::Kind,
    holder: PartyId,
    details: Value,
    at: DateTime<Utc>,
) -> Result<Permit, Failure> {
    Ok(Permit {
        id: PermitId::new(at),
        kind,
        number: format!("{}-{number:06}", kind::any(kind).number_prefix()),
        holder,
        case: None,
        status: Status::Active,
        details,
        call_sign: None,
        version: 1,
        conditions: Vec::new(),
        validity: Validity::new(oslo_date(at), None).map_err(Failure::internal)?,
        verification_code: verification_code(),
        issued_at: at,
        ended: None,
        confirmed_at: None,
        changed_at: at,
    })
}

/// Permit, identifiers, call sign and public row, as the last version has them.
fn finish(draft: &Draft, consented: &[String], rows: &mut Rows) -> Result<(), Failure> {
    let Draft { permit, party, row, .. } = draft;
    for identifier in identifiers_of(permit) {
        let mut identifier =
            crate::permit::store::identifier_row(permit.id, &identifier, permit.issued_at);
        identifier.live = Set(permit.status.is_live());
        rows.identifiers.push(identifier);
    }
    let shown = match row.status {
        SignStatus::InUse => projection::of_permit(row, permit, party, consented),
        _ => projection::without_holder(row),
    };
    rows.public.push(public_row::ActiveModel {
        key: Set(format!("{CALL_SIGNS}/{}", row.sign)),
        list: Set(CALL_SIGNS.to_owned()),
        body: Set(Some(json(&shown)?)),
        revision: Set(1),
        changed_at: Set(permit.changed_at),
    });
    rows.signs.push(assignment::store::to_row(row, permit.changed_at));
    rows.permits.push(crate::permit::store::to_row(permit));
    Ok(())
}

fn json(value: &impl serde::Serialize) -> Result<Value, Failure> {
    serde_json::to_value(value).map_err(Failure::internal)
}

fn sign(kind: SeriesKind, place: u64) -> Result<CallSign, Failure> {
    let sign = series(kind).order().and_then(|order| order.nth(place));
    sign.ok_or_else(|| Failure::internal("a test series is too short"))
}

/// A made-up person as a party.
pub fn party_of(person: SyntheticPerson, at: DateTime<Utc>) -> Party {
    Party {
        id: PartyId::new(at),
        identity: Identity::Person { birth_date: Some(person.birth_date) },
        details: ContactDetails {
            name: person.name.as_str().to_owned(),
            address: person.address,
            phone: person.phone,
            email: person.email,
            language: person.language,
        },
        protected: false,
        restricted: false,
        rescue_stopped: false,
        version: 1,
        changed_at: at,
    }
}

fn contact_of(contact: SyntheticContact) -> EmergencyContact {
    EmergencyContact {
        name: contact.name.as_str().to_owned(),
        phone: contact.phone,
        alternative_phone: contact.alternative_phone,
        language: Some(contact.language),
        relation: Some(contact.relation.to_owned()),
        availability: contact.availability.map(str::to_owned),
        confirmed_at: None,
    }
}
