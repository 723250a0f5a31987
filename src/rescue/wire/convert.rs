//! Between JSON and what the actions take and give.

use serde::Serialize;

use super::{
    Absence, Alert, AlertForm, AlertOutcome, AlertText, Answer, BeaconMatch, ChangePage,
    ChangedPermit, CodedPosition, Decoded, DecodedBeacon, EarlierAlert, Ended, EndedPermit, Fact,
    Failure, FieldErrors, Foreign, ForeignKey, FormerHolder, Found, Key, Location, LookUpAnswer,
    MOST_CODES, Match, MatchKind, MatchedBy, NoMatchReason, Note, OtherRegister, PermitId,
    PermitRecord, PermitVersion, RecordedAlert, RegisterElsewhere, Remark, RescueChange,
    RescueChanges, RescueDigest, SignedDigest, country_name, find_codes, rules,
};
use crate::disclosure::Disclosed;

const WHO: &str = "Give 1 to 64 printable characters; `pending` while there is no reference yet.";

impl AlertText {
    /// The codes in the text and the incident reference.
    ///
    /// # Errors
    /// Everything that is wrong, 422.
    pub fn parse(&self) -> Result<(Vec<Found>, String), Failure> {
        let mut errors = FieldErrors::new();
        let incident = incident(&self.incident_reference, &mut errors);
        let mut codes = Vec::new();
        if self.text.len() > 16_384 {
            errors.add("/text", "length", "Send at most 16384 bytes: the part with the code.");
        } else {
            codes = find_codes(&self.text);
            codes.truncate(MOST_CODES);
            if codes.is_empty() {
                errors.add(
                    "/text",
                    "no-code",
                    "There is no readable beacon code in the text. Look up the code, call sign or MMSI itself.",
                );
            }
        }
        errors.finish(incident.map(|incident| (codes, incident)))
    }
}

fn incident(text: &str, errors: &mut FieldErrors) -> Option<String> {
    let incident = rules::read_name_of(text);
    if incident.is_none() {
        errors.add("/incidentReference", "text", WHO);
    }
    incident
}

impl AlertForm {
    /// Key, incident reference and permit.
    ///
    /// # Errors
    /// Everything that is wrong, 422.
    pub fn parse(&self) -> Result<(Key, String, Option<PermitId>), Failure> {
        let mut errors = FieldErrors::new();
        let key = errors.take("/key", rules::read_key(&self.key));
        let incident = incident(&self.incident_reference, &mut errors);
        let permit =
            errors.take_optional("/permitId", self.permit_id.as_deref().map(PermitId::parse));
        errors.finish(key.zip(incident).map(|(key, incident)| (key, incident, permit)))
    }
}

impl AlertOutcome {
    /// As in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Self::False => "false",
            Self::Real => "real",
            Self::Test => "test",
        }
    }
}

impl LookUpAnswer {
    /// The answer of a look-up.
    ///
    /// # Errors
    /// When a record does not have the documented shape, which is a fault of ours.
    pub fn of(answer: Answer) -> Result<Self, Failure> {
        let is_match = answer.absence.is_none() && answer.ended.is_none();
        let (mut foreign, mut other_register) = (None, None);
        let reason = match answer.absence {
            _ if is_match => None,
            None => Some(NoMatchReason::Ended),
            Some(Absence::Unknown) => Some(NoMatchReason::Unknown),
            Some(Absence::Foreign(whose)) => {
                foreign = Some(ForeignKey::of(whose));
                Some(NoMatchReason::Foreign)
            }
            Some(Absence::OtherRegister(register)) => {
                other_register = Some(RegisterElsewhere::of(register));
                Some(NoMatchReason::OtherRegister)
            }
        };
        Ok(Self {
            key: answer.key.canonical(),
            decoded: answer.key.decoded().map(DecodedBeacon::of),
            matches: answer.matches.into_iter().map(BeaconMatch::of).collect::<Result<_, _>>()?,
            reason,
            hint: answer.hint.map(str::to_owned),
            ended: answer.ended.map(EndedPermit::of),
            foreign,
            other_register,
            earlier_alerts: (!is_match).then(|| alerts(&answer.earlier_alerts)),
            answered_at: answer.answered_at,
            data_age: (answer.answered_at - answer.read_at).num_seconds(),
        })
    }
}

impl BeaconMatch {
    fn of(found: Match) -> Result<Self, Failure> {
        Ok(Self {
            matched: found.kind.into(),
            live: found.live,
            permit_id: found.permit_id.to_string(),
            version: found.version,
            record: record(found.disclosed)?,
            differences: found.differences.into_iter().map(Note::of).collect(),
            earlier_alerts: alerts(&found.earlier_alerts),
            restricted: found.restricted,
            incomplete: found.incomplete,
        })
    }
}

fn record(disclosed: Disclosed) -> Result<PermitRecord, Failure> {
    disclosed.into().map_err(Failure::internal)
}

fn alerts(alerts: &[Alert]) -> Vec<EarlierAlert> {
    let one = |alert: &Alert| EarlierAlert {
        at: alert.at,
        outcome: alert.outcome.clone(),
        incident_reference: alert.incident_reference.clone(),
    };
    alerts.iter().map(one).collect()
}

impl From<MatchKind> for MatchedBy {
    fn from(kind: MatchKind) -> Self {
        match kind {
            MatchKind::Exact => Self::Exact,
            MatchKind::Canonicalised => Self::Canonicalised,
            MatchKind::SgbPrefix => Self::SgbPrefix,
            MatchKind::CallSign => Self::CallSign,
            MatchKind::Mmsi => Self::Mmsi,
            MatchKind::Aircraft => Self::Aircraft,
        }
    }
}

impl Note {
    fn of(remark: Remark) -> Self {
        Self { code: remark.code.to_owned(), detail: remark.detail }
    }
}

impl DecodedBeacon {
    fn of(decoded: &Decoded) -> Self {
        let fact = |(label, value): (&str, String)| Fact { label: label.to_owned(), value };
        let position = match decoded.location {
            Location::Position(place) => Some(CodedPosition {
                latitude: place.latitude,
                longitude: place.longitude,
                resolution: place.resolution,
            }),
            _ => None,
        };
        let warnings = decoded.warnings.iter().map(|warning| Note {
            code: code_of(&warning).unwrap_or_default(),
            detail: warning.to_string(),
        });
        Self {
            beacon_id: decoded.beacon_id.to_string(),
            form: code_of(&decoded.form),
            generation: code_of(&decoded.generation),
            country: i32::from(decoded.country),
            country_name: country_name(decoded.country).map(str::to_owned),
            protocol: code_of(&decoded.protocol),
            class: code_of(&decoded.class),
            type_approval: decoded.tac.map(i64::from),
            serial: decoded.serial.map(i64::from),
            position,
            canonicalised: decoded.canonicalised,
            warnings: warnings.collect(),
            facts: decoded.explain().into_iter().map(fact).collect(),
        }
    }
}

/// The stable text of a value of a closed list.
fn code_of(value: &impl Serialize) -> Option<String> {
    serde_json::to_value(value).ok()?.as_str().map(str::to_owned)
}

impl EndedPermit {
    fn of(ended: Ended) -> Self {
        let holder = ended.last_holder;
        Self {
            permit_id: ended.permit_id.to_string(),
            number: ended.number,
            status: ended.status.to_owned(),
            at: ended.at,
            why: ended.why,
            last_holder: FormerHolder { name: holder.name, telephone: holder.telephone },
        }
    }
}

impl ForeignKey {
    fn of(foreign: Foreign) -> Self {
        Self {
            country: foreign.country.map(str::to_owned),
            mid: foreign.mid.map(i32::from),
            ask: foreign.ask(),
        }
    }
}

impl RegisterElsewhere {
    fn of(register: OtherRegister) -> Self {
        Self { register: register.register.to_owned(), telephone: register.telephone.to_owned() }
    }
}

impl RecordedAlert {
    /// A recorded alert.
    pub fn of(alert: Alert) -> Self {
        Self {
            id: alert.id.to_string(),
            key: alert.key,
            permit_id: alert.permit_id.map(|id| id.to_string()),
            incident_reference: alert.incident_reference,
            outcome: alert.outcome,
            at: alert.at,
        }
    }
}

impl RescueChanges {
    /// A page of changes.
    ///
    /// # Errors
    /// When a record does not have the documented shape, which is a fault of ours.
    pub fn of(page: ChangePage) -> Result<Self, Failure> {
        let items = page.items.into_iter().map(RescueChange::of).collect::<Result<_, _>>()?;
        Ok(Self { items, next: page.next, head: page.head })
    }
}

impl RescueChange {
    fn of(changed: ChangedPermit) -> Result<Self, Failure> {
        let change = changed.change;
        Ok(Self {
            sequence: change.sequence,
            event: change.event,
            permit_id: change.permit.to_string(),
            version: change.version,
            kind: change.kind.as_str().to_owned(),
            at: change.at,
            superseded: changed.superseded,
            record: changed.disclosed.map(record).transpose()?,
        })
    }
}

impl RescueDigest {
    /// A signed digest.
    pub fn of(digest: SignedDigest) -> Self {
        let pair = |(permit, version): (uuid::Uuid, i32)| PermitVersion {
            permit_id: permit.to_string(),
            version,
        };
        Self {
            count: digest.tree.count,
            root: digest.tree.root,
            buckets: digest.tree.buckets,
            permits: digest.bucket.map(|pairs| pairs.into_iter().map(pair).collect()),
            head: digest.head,
            at: digest.at,
            statement: digest.statement,
            key_id: digest.key_id,
            public_key: digest.public_key,
            signature: digest.signature,
        }
    }
}
