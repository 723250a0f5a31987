//! A kind behind one pointer, for everything generic: what is stored as JSON is read back, asked of the kind, and written
//! again. It must not hold rules: those are the kind's own.

use std::marker::PhantomData;

use chrono::NaiveDate;
use serde_json::{Map, Value};

use super::{
    Assessment, DutyDays, Facts, FeeItem, Holders, Kind, LabelledFacts, Parsed, PermitKind,
    PoolBlock, Reason, SharesPool, beacon::ConditionReport,
};
use crate::{
    failure::{Failure, FieldErrors},
    permit::model::Identifier,
    values::{
        appeal_body::DecisionType, call_sign_series::SeriesKind, deadline::Timer,
        decision_basis::decision_basis, decision_timer::decision_timer, language::Language,
        permit_duty, validity::Validity,
    },
};

/// A kind behind one pointer: the same operations on JSON.
pub trait AnyKind: Send + Sync {
    /// See [`PermitKind::KIND`].
    fn kind(&self) -> Kind;
    /// See [`PermitKind::NUMBER_PREFIX`].
    fn number_prefix(&self) -> &'static str;
    /// Code in `legal_basis.tsv` of the provision that decisions of `day` rest on (`data/decision_bases.tsv`).
    fn legal_basis(&self, day: NaiveDate) -> &'static str {
        decision_basis(self.kind().as_str(), day)
    }
    /// Decision time of cases that begin on `day` (`data/decision_timers.tsv`).
    fn timer(&self, day: NaiveDate) -> Timer {
        decision_timer(self.kind().as_str(), day)
    }
    /// See [`PermitKind::HOLDERS`].
    fn holders(&self) -> Holders;
    /// See [`PermitKind::TRANSFERABLE`].
    fn transferable(&self) -> bool;
    /// See [`PermitKind::FOR_EQUIPMENT`].
    fn for_equipment(&self) -> bool;
    /// Whether a permit may be given up for a reason with this code.
    fn may_be_given_up_for(&self, reason: &str) -> bool {
        self.for_equipment() || reason == "noLongerUsed"
    }
    /// See [`PermitKind::PROGRAMMED`].
    fn programmed(&self) -> bool;
    /// See [`PermitKind::title`].
    fn title(&self, language: Language) -> &'static str;
    /// A stored application, parsed again.
    fn parse(&self, application: &Value, is_person: bool) -> Result<Parsed<Value>, Failure>;
    /// An application from outside: its shape is checked as a body's, below `pointer`.
    fn read(&self, value: &Value, is_person: bool, pointer: &str)
    -> Result<Parsed<Value>, Failure>;
    /// See [`PermitKind::admit`].
    fn admit(&self, details: &Value, facts: &Facts) -> Result<(), Reason>;
    /// See [`PermitKind::assess`].
    fn assess(&self, details: &Value, facts: &Facts) -> Assessment;
    /// See [`PermitKind::needs_examination`].
    fn needs_examination(&self, details: &Value) -> bool;
    /// See [`PermitKind::applied`].
    fn applied(&self, details: Value, day: NaiveDate) -> Value;
    /// Whether stored details read back: those of another version of the program may not.
    fn reads_back(&self, details: &Value) -> bool;
    /// See [`PermitKind::LINKED`].
    fn linked(&self) -> bool;
    /// See [`PermitKind::rests_on`].
    fn rests_on(&self, details: &Value, other: &Value) -> bool;
    /// See [`PermitKind::replaces`].
    fn replaces(&self, new: &Value, held: &Value) -> bool;
    /// See [`PermitKind::identifiers`].
    fn identifiers(&self, details: &Value) -> Vec<Identifier>;
    /// See [`PermitKind::record`].
    fn record(&self, details: &Value) -> Map<String, Value>;
    /// See [`PermitKind::certificate`].
    fn certificate(&self, details: &Value, language: Language) -> LabelledFacts;
    /// See [`PermitKind::situations`].
    fn situations(&self, details: &Value, issued: NaiveDate) -> Vec<&'static str>;
    /// The duties of its certificate (`data/permit_duties.tsv`).
    fn duties(&self, details: &Value, language: Language, days: DutyDays) -> Vec<&'static str> {
        let situations = self.situations(details, days.issued);
        permit_duty::duties(self.kind().as_str(), &situations, days, language)
    }
    /// See [`PermitKind::dated_conditions`].
    fn dated_conditions(
        &self,
        details: &Value,
        language: Language,
        issued: NaiveDate,
    ) -> Vec<String>;
    /// See [`PermitKind::decision`].
    fn decision(&self, details: &Value) -> DecisionType;
    /// See [`PermitKind::with_condition`].
    fn with_condition(&self, details: &Value, report: Option<ConditionReport>) -> Option<Value>;
    /// See [`PermitKind::series`].
    fn series(&self, details: &Value) -> Option<SeriesKind>;
    /// See [`PermitKind::validity`].
    fn validity(&self, details: &Value, today: NaiveDate) -> Validity;
    /// See [`PermitKind::renewed_until`].
    fn renewed_until(
        &self,
        details: &Value,
        validity: Validity,
        today: NaiveDate,
    ) -> Result<NaiveDate, Reason>;
    /// See [`PermitKind::over`].
    ///
    /// # Errors
    /// When the details do not read back.
    fn over(&self, details: &Value, days: Validity) -> Result<Value, Failure>;
    /// See [`PermitKind::amended`].
    ///
    /// # Errors
    /// When one of the two does not read back.
    fn amended(&self, before: &Value, asked: &Value) -> Result<Value, Failure>;
    /// See [`PermitKind::may_hand_over`].
    fn may_hand_over(&self, details: &Value, to_person: bool) -> Result<(), Reason>;
    /// See [`PermitKind::handed_over`].
    ///
    /// # Errors
    /// When the details do not read back.
    fn handed_over(&self, details: &Value) -> Result<Value, Failure>;
    /// See [`PermitKind::condition`].
    fn condition(&self, text: &str, language: Language) -> Result<String, Reason>;
    /// See [`PermitKind::fees`].
    fn fees(&self, details: &Value) -> Vec<FeeItem>;
    /// See [`PermitKind::SHARES_POOL`].
    fn shares_pool(&self) -> SharesPool;
    /// See [`PermitKind::NO_FEE`].
    fn no_fee(&self) -> Option<&'static str>;
    /// See [`PermitKind::AUTHORITY_ONLY`].
    fn authority_only(&self) -> Option<&'static str>;
    /// See [`PermitKind::ASKED_ONCE`].
    fn asked_once(&self) -> Option<&'static str>;
    /// See [`PermitKind::pool`].
    fn pool(&self, details: &Value) -> Vec<PoolBlock>;
    /// See [`PermitKind::example`].
    fn example(&self) -> Value;
}

/// Carries a [`PermitKind`] as a value.
pub(super) struct Of<K>(pub(super) PhantomData<K>);

impl<K: PermitKind> Of<K> {
    /// Details that were stored by this kind read back; if they do not, nothing is known of them.
    fn with<T: Default>(details: &Value, ask: impl FnOnce(&K::Details) -> T) -> T {
        match serde_json::from_value::<K::Details>(details.clone()) {
            Ok(details) => ask(&details),
            Err(error) => {
                tracing::error!(
                    kind = K::KIND.as_str(),
                    line = error.line(),
                    "stored details do not read back"
                );
                T::default()
            }
        }
    }
}

impl<K: PermitKind> AnyKind for Of<K> {
    fn kind(&self) -> Kind {
        K::KIND
    }

    fn number_prefix(&self) -> &'static str {
        K::NUMBER_PREFIX
    }

    fn holders(&self) -> Holders {
        K::HOLDERS
    }

    fn transferable(&self) -> bool {
        K::TRANSFERABLE
    }

    fn for_equipment(&self) -> bool {
        K::FOR_EQUIPMENT
    }

    fn programmed(&self) -> bool {
        K::PROGRAMMED
    }

    fn title(&self, language: Language) -> &'static str {
        K::title(language)
    }

    fn parse(&self, application: &Value, is_person: bool) -> Result<Parsed<Value>, Failure> {
        let application = serde_json::from_value::<K::Application>(application.clone())
            .map_err(Failure::internal)?;
        let mut errors = FieldErrors::new();
        let parsed = K::parse(&application, is_person, &mut errors);
        let parsed = errors.finish(parsed)?;
        Ok(Parsed {
            applicant: parsed.applicant,
            contacts: parsed.contacts,
            call_sign: parsed.call_sign,
            wishes: parsed.wishes,
            consent: parsed.consent,
            details: serde_json::to_value(parsed.details).map_err(Failure::internal)?,
        })
    }

    fn read(
        &self,
        value: &Value,
        is_person: bool,
        pointer: &str,
    ) -> Result<Parsed<Value>, Failure> {
        let text = value.to_string();
        crate::http::body::parse::<K::Application>(text.as_bytes())
            .and_then(|_| self.parse(value, is_person))
            .map_err(|failure| failure.below(pointer))
    }

    fn admit(&self, details: &Value, facts: &Facts) -> Result<(), Reason> {
        K::HOLDERS.admit(facts.applicant_is_person)?;
        match serde_json::from_value::<K::Details>(details.clone()) {
            Ok(details) => K::admit(&details, facts),
            Err(_) => Err(Reason::new("unreadable")),
        }
    }

    fn assess(&self, details: &Value, facts: &Facts) -> Assessment {
        match serde_json::from_value::<K::Details>(details.clone()) {
            Ok(details) => K::assess(&details, facts),
            Err(_) => Assessment::NeedsCaseworker(vec![Reason::new("unreadable")]),
        }
    }

    fn needs_examination(&self, details: &Value) -> bool {
        Self::with(details, K::needs_examination)
    }

    fn applied(&self, details: Value, day: NaiveDate) -> Value {
        let dated = |read: &K::Details| serde_json::to_value(K::applied(read.clone(), day)).ok();
        Self::with(&details, dated).unwrap_or(details)
    }

    fn reads_back(&self, details: &Value) -> bool {
        serde_json::from_value::<K::Details>(details.clone()).is_ok()
    }

    fn linked(&self) -> bool {
        K::LINKED
    }

    fn rests_on(&self, details: &Value, other: &Value) -> bool {
        Self::with(details, |details| Self::with(other, |other| K::rests_on(details, other)))
    }

    fn replaces(&self, new: &Value, held: &Value) -> bool {
        Self::with(new, |new| Self::with(held, |held| K::replaces(new, held)))
    }

    fn identifiers(&self, details: &Value) -> Vec<Identifier> {
        Self::with(details, K::identifiers)
    }

    fn record(&self, details: &Value) -> Map<String, Value> {
        Self::with(details, K::record)
    }

    fn situations(&self, details: &Value, issued: NaiveDate) -> Vec<&'static str> {
        Self::with(details, |details| K::situations(details, issued))
    }

    fn certificate(&self, details: &Value, language: Language) -> LabelledFacts {
        Self::with(details, |details| K::certificate(details, language))
    }

    fn dated_conditions(
        &self,
        details: &Value,
        language: Language,
        issued: NaiveDate,
    ) -> Vec<String> {
        Self::with(details, |details| K::dated_conditions(details, language, issued))
    }

    fn decision(&self, details: &Value) -> DecisionType {
        serde_json::from_value(details.clone())
            .map_or(DecisionType::ElectronicCommunications, |details| K::decision(&details))
    }

    fn with_condition(&self, details: &Value, report: Option<ConditionReport>) -> Option<Value> {
        Self::with(details, |details| {
            serde_json::to_value(K::with_condition(details.clone(), report)?).ok()
        })
    }

    fn series(&self, details: &Value) -> Option<SeriesKind> {
        Self::with(details, K::series)
    }

    fn validity(&self, details: &Value, today: NaiveDate) -> Validity {
        Self::with(details, |details| Some(K::validity(details, today)))
            .unwrap_or_else(|| Validity::open(today))
    }

    fn renewed_until(
        &self,
        details: &Value,
        validity: Validity,
        today: NaiveDate,
    ) -> Result<NaiveDate, Reason> {
        Self::with(details, |details| Some(K::renewed_until(details, validity, today)))
            .unwrap_or_else(|| Err(Reason::new("unreadable/permit")))
    }

    fn amended(&self, before: &Value, asked: &Value) -> Result<Value, Failure> {
        let read = |details: &Value| {
            serde_json::from_value::<K::Details>(details.clone()).map_err(Failure::internal)
        };
        serde_json::to_value(K::amended(&read(before)?, read(asked)?)).map_err(Failure::internal)
    }

    fn may_hand_over(&self, details: &Value, to_person: bool) -> Result<(), Reason> {
        Self::with(details, |details| Some(K::may_hand_over(details, to_person)))
            .unwrap_or_else(|| Err(Reason::new("unreadable/permit")))
    }

    fn over(&self, details: &Value, days: Validity) -> Result<Value, Failure> {
        let read: K::Details =
            serde_json::from_value(details.clone()).map_err(Failure::internal)?;
        serde_json::to_value(K::over(read, days)).map_err(Failure::internal)
    }

    fn handed_over(&self, details: &Value) -> Result<Value, Failure> {
        let read: K::Details =
            serde_json::from_value(details.clone()).map_err(Failure::internal)?;
        serde_json::to_value(K::handed_over(read)).map_err(Failure::internal)
    }

    fn condition(&self, text: &str, language: Language) -> Result<String, Reason> {
        K::condition(text, language)
    }

    fn fees(&self, details: &Value) -> Vec<FeeItem> {
        Self::with(details, K::fees)
    }

    fn shares_pool(&self) -> SharesPool {
        K::SHARES_POOL
    }

    fn no_fee(&self) -> Option<&'static str> {
        K::NO_FEE
    }

    fn authority_only(&self) -> Option<&'static str> {
        K::AUTHORITY_ONLY
    }

    fn asked_once(&self) -> Option<&'static str> {
        K::ASKED_ONCE
    }

    fn pool(&self, details: &Value) -> Vec<PoolBlock> {
        Self::with(details, K::pool)
    }

    fn example(&self) -> Value {
        serde_json::to_value(K::example()).unwrap_or_default()
    }
}
