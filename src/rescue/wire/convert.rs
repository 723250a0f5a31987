//! Between JSON and what the actions take and give.

use serde::Serialize;

use super::{
    Absence, Alert, AlertForm, AlertOutcome, AlertText, Answer, AnswerSource, BeaconMatch, Below,
    ChangePage, ChangedPermit, CodedPosition, Decoded, DecodedBeacon, DigestChild, DigestNode,
    DigestPermit, EarlierAlert, Ended, EndedPermit, ExtractForm, Fact, Failure, FieldErrors,
    Foreign, ForeignKey, FormerHolder, FormerIdentifier, FoundKey, Given, GivenRecord, HeldAlert,
    Item, Key, Location, LookUpAnswer, MOST_CODES, Match, MatchKind, MatchedBy, NoMatchReason,
    Node, NodeContent, Note, Origin, OtherRegister, PastAlert, PermitId, RecordedAlert,
    ReferenceForm, RegisterElsewhere, Remark, RescueAlerts, RescueChange, RescueChanges,
    RescueDigest, RescuePermit, RescuePermits, SignedDigest, State, Summary, WithheldPermit,
    country_name, rules, scan,
};
use crate::{
    disclosure::Disclosed, permit::wire::PermitRecord, rescue::extract::ReceiverPublicKey,
    seal::chain::Link, values::Flaw as _,
};

const NO_CODE: &str = "There is no readable beacon code in the text, and no labelled call sign, MMSI, aircraft address or registration. Look up what you have by itself.";
const WHO: &str = "Give 1 to 64 printable characters; `pending` while there is no reference yet.";

impl AlertText {
    /// What the text is about, how much more there is in it than is looked up, and the incident reference.
    ///
    /// # Errors
    /// Everything that is wrong, 422.
    pub fn parse(&self) -> Result<(Vec<FoundKey>, u64, String), Failure> {
        let mut errors = FieldErrors::new();
        let incident = incident(&self.incident_reference, &mut errors);
        let mut found = Vec::new();
        let mut left_out = 0;
        if self.text.len() > 16_384 {
            errors.add("/text", "length", "Send at most 16384 bytes: the part with the code.");
        } else {
            let read = scan(&self.text);
            found = read.found;
            left_out = found.len().saturating_sub(MOST_CODES) as u64;
            found.truncate(MOST_CODES);
            if found.is_empty() {
                match read.refused.first() {
                    Some(flaw) => errors.add("/text", flaw.code(), flaw.to_string()),
                    None => errors.add("/text", "no-code", NO_CODE),
                }
            }
        }
        errors.finish(incident.map(|incident| (found, left_out, incident)))
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
            look_up_id: answer.id.to_string(),
            source: answer.origin.into(),
            data_as_of: answer.read_at,
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
            data_age: (answer.answered_at - answer.read_at).num_seconds().max(0),
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

impl From<Origin> for AnswerSource {
    fn from(origin: Origin) -> Self {
        match origin {
            Origin::Registry => Self::Registry,
            Origin::Standby => Self::Standby,
            Origin::Copy => Self::Copy,
            Origin::Extract => Self::Extract,
        }
    }
}

fn record(disclosed: Disclosed) -> Result<PermitRecord, Failure> {
    disclosed.into().map_err(Failure::internal)
}

fn alerts(alerts: &[HeldAlert]) -> Vec<EarlierAlert> {
    let one = |alert: &HeldAlert| EarlierAlert {
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
            homing: code_of(&decoded.homer),
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
    pub fn of(page: ChangePage) -> Self {
        let items = page.items.into_iter().map(RescueChange::of).collect();
        let text = |link: Link| link.to_string();
        Self {
            items,
            next: page.next,
            head: page.head,
            after_link: page.after_link.map(text),
            next_link: page.next_link.map(text),
        }
    }
}

impl RescueChange {
    fn of(changed: ChangedPermit) -> Self {
        let change = changed.change;
        Self {
            sequence: change.sequence,
            event: change.event,
            permit_id: change.permit.to_string(),
            version: change.version,
            kind: change.kind.as_str().to_owned(),
            at: change.at,
            superseded: changed.superseded,
            restricted: changed.restricted,
            record: changed.disclosed.map(|disclosed| GivenRecord(disclosed.record().clone())),
            recorded_at: changed.recorded_at,
            former_identifiers: FormerIdentifier::all(changed.former),
        }
    }
}

impl RescueDigest {
    /// A signed digest.
    pub fn of(digest: SignedDigest) -> Self {
        let statement = digest.statement;
        Self {
            count: statement.count,
            root: hex::encode(statement.root),
            nodes: digest.nodes.into_iter().map(DigestNode::of).collect(),
            head: statement.head,
            at: statement.at,
            statement: statement.text(),
            key_id: statement.key_id,
            public_key: digest.public_key,
            signature: digest.signature,
            checkpoint: digest.checkpoint,
        }
    }
}

impl DigestNode {
    fn of(content: NodeContent) -> Self {
        let (mut children, mut permits) = (None, None);
        match content.below {
            Below::Children(below) => {
                children = Some(below.into_iter().map(DigestChild::of).collect());
            }
            Below::Permits(items) => {
                permits = Some(items.into_iter().map(DigestPermit::of).collect());
            }
        }
        let Summary { count, hash } = content.summary;
        let (node, hash) = (content.node.to_string(), hex::encode(hash));
        Self { node, count, hash, children, permits }
    }
}

impl DigestChild {
    fn of((node, summary): (Node, Summary)) -> Self {
        let hash = hex::encode(summary.hash);
        Self { node: node.to_string(), count: summary.count, hash }
    }
}

impl DigestPermit {
    fn of(item: Item) -> Self {
        let hash = hex::encode(item.hash);
        Self { permit_id: item.permit.to_string(), version: item.version, hash }
    }
}

impl RescuePermits {
    /// Permits as they are given today.
    pub fn of(states: Vec<State>) -> Self {
        let withheld = states.iter().filter_map(WithheldPermit::of).collect();
        Self { items: states.into_iter().filter_map(RescuePermit::of).collect(), withheld }
    }
}

impl RescuePermit {
    fn of(state: State) -> Option<Self> {
        let Given::Record(disclosed) = state.given else { return None };
        Some(Self {
            permit_id: state.newest.permit.to_string(),
            version: state.newest.version,
            kind: state.newest.kind.as_str().to_owned(),
            restricted: state.restricted,
            recorded_at: state.recorded_at,
            record: GivenRecord(disclosed.record().clone()),
            former_identifiers: FormerIdentifier::all(state.former),
        })
    }
}

impl WithheldPermit {
    fn of(state: &State) -> Option<Self> {
        let Given::Nothing = state.given else { return None };
        let permit_id = state.newest.permit.to_string();
        Some(Self { permit_id, version: state.newest.version })
    }
}

impl RescueAlerts {
    /// Alerts as a copy keeps them.
    pub fn of(alerts: Vec<HeldAlert>) -> Self {
        let one = |alert: HeldAlert| PastAlert {
            id: alert.id.to_string(),
            key: alert.key,
            permit_id: alert.permit.map(|id| id.to_string()),
            incident_reference: alert.incident_reference,
            outcome: alert.outcome,
            at: alert.at,
        };
        Self { items: alerts.into_iter().map(one).collect() }
    }
}

impl ReferenceForm {
    /// The incident reference.
    ///
    /// # Errors
    /// 422 when it is none, or still `pending`.
    pub fn parse(&self) -> Result<String, Failure> {
        let mut errors = FieldErrors::new();
        let reference = incident(&self.incident_reference, &mut errors)
            .filter(|reference| !reference.eq_ignore_ascii_case(rules::PENDING));
        if reference.is_none() && errors.is_empty() {
            errors.add("/incidentReference", "pending", "Send it when there is a reference.");
        }
        errors.finish(reference)
    }
}

impl ExtractForm {
    /// The receiver's key.
    ///
    /// # Errors
    /// 422 when it is none.
    pub fn parse(&self) -> Result<ReceiverPublicKey, Failure> {
        let mut errors = FieldErrors::new();
        let key = ReceiverPublicKey::parse(&self.receiver_key).ok();
        if key.is_none() {
            errors.add("/receiverKey", "receiver-key", "Send what `anrop receiver --init` prints.");
        }
        if self.after.is_some_and(|after| after < 0) {
            errors.add("/after", "range", "Give 0 or more.");
        }
        errors.finish(key)
    }
}
