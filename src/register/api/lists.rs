//! Operations of the public lists of permits: installers, suppliers, frequency permits. They read the
//! index in memory only; which fields a row has was decided by the policy when it was written.

use poem_openapi::{
    OpenApi,
    param::{Path, Query},
};

use crate::{
    app::App,
    failure::{Failure, FieldError, Problem},
    http::{Tag, page, responses::Answer},
    party::model::fold_name,
    permit::wire::PermitRecord,
    register::{
        list::{List, PermitFilter, PublicPermit},
        wire::PublicPermitPage,
    },
    values::{Flaw as _, organisation_number::OrganisationNumber},
};

/// Operations of the public lists of permits.
pub struct ListsApi {
    /// The app.
    pub app: App,
}

#[OpenApi]
impl ListsApi {
    /// List authorised installers by organisation number.
    ///
    /// Businesses and their types of authorisation; no persons. Paging neither repeats nor skips
    /// while data change.
    #[oai(
        path = "/v1/installers",
        method = "get",
        operation_id = "listInstallers",
        tag = "Tag::Register"
    )]
    async fn installers(
        &self,
        /// Part of the organisation's name or number, or of the permit's number; accents and case
        /// do not matter.
        q: Query<Option<String>>,
        /// Post town of the organisation.
        place: Query<Option<String>>,
        /// Cursor from the page before.
        cursor: Query<Option<String>>,
        /// Items on a page, 1–200; 50 when left out.
        limit: Query<Option<String>>,
    ) -> Result<Answer<PublicPermitPage>, Failure> {
        let filter = filter(q.0, place.0)?;
        self.page(List::Installers, &filter, cursor.0.as_deref(), limit.0.as_deref())
    }

    /// Look up an authorised installer.
    ///
    /// 404 when the organisation is not authorised now.
    #[oai(
        path = "/v1/installers/:organisationNumber",
        method = "get",
        operation_id = "getInstaller",
        tag = "Tag::Register"
    )]
    async fn installer(
        &self,
        /// Organisation number, nine digits.
        #[oai(name = "organisationNumber")]
        organisation_number: Path<String>,
    ) -> Result<Answer<PermitRecord>, Failure> {
        self.one(List::Installers, &organisation_number.0)
    }

    /// List registered suppliers and radio dealers by organisation number.
    ///
    /// Businesses, roles and categories of equipment; no persons. Paging neither repeats nor skips
    /// while data change.
    #[oai(
        path = "/v1/suppliers",
        method = "get",
        operation_id = "listSuppliers",
        tag = "Tag::Register"
    )]
    async fn suppliers(
        &self,
        /// Part of the organisation's name or number, or of the permit's number; accents and case
        /// do not matter.
        q: Query<Option<String>>,
        /// Post town of the organisation.
        place: Query<Option<String>>,
        /// Cursor from the page before.
        cursor: Query<Option<String>>,
        /// Items on a page, 1–200; 50 when left out.
        limit: Query<Option<String>>,
    ) -> Result<Answer<PublicPermitPage>, Failure> {
        let filter = filter(q.0, place.0)?;
        self.page(List::Suppliers, &filter, cursor.0.as_deref(), limit.0.as_deref())
    }

    /// Look up a registered supplier or radio dealer.
    ///
    /// 404 when the organisation is not registered now.
    #[oai(
        path = "/v1/suppliers/:organisationNumber",
        method = "get",
        operation_id = "getSupplier",
        tag = "Tag::Register"
    )]
    async fn supplier(
        &self,
        /// Organisation number, nine digits.
        #[oai(name = "organisationNumber")]
        organisation_number: Path<String>,
    ) -> Result<Answer<PermitRecord>, Failure> {
        self.one(List::Suppliers, &organisation_number.0)
    }

    /// List spectrum licences and transmitter permits by permit number.
    ///
    /// For natural persons without holder and contact, the site as the municipality only. Paging
    /// neither repeats nor skips while data change.
    #[oai(
        path = "/v1/frequency-permits",
        method = "get",
        operation_id = "listFrequencyPermits",
        tag = "Tag::Register"
    )]
    #[allow(clippy::too_many_arguments)] // the query parameters of the contract
    async fn frequency_permits(
        &self,
        /// Part of the organisation's name or number, of the permit's number or of the call sign;
        /// accents and case do not matter.
        q: Query<Option<String>>,
        /// Post town of the organisation, or municipality of a station.
        place: Query<Option<String>>,
        /// Part of the holder's name or organisation number.
        holder: Query<Option<String>>,
        /// Permits with frequencies at or above this one, in Hz.
        from: Query<Option<String>>,
        /// Permits with frequencies below this one, in Hz.
        to: Query<Option<String>>,
        /// Cursor from the page before.
        cursor: Query<Option<String>>,
        /// Items on a page, 1–200; 50 when left out.
        limit: Query<Option<String>>,
    ) -> Result<Answer<PublicPermitPage>, Failure> {
        let filter = PermitFilter {
            holder: page::short("holder", holder.0)?.map(|text| fold_name(&text)),
            from: hertz("from", from.0.as_deref())?,
            to: hertz("to", to.0.as_deref())?,
            ..filter(q.0, place.0)?
        };
        if filter.from.zip(filter.to).is_some_and(|(from, to)| from >= to) {
            return Err(Failure::parameter("to", "range", "Give a frequency above `from`."));
        }
        self.page(List::FrequencyPermits, &filter, cursor.0.as_deref(), limit.0.as_deref())
    }
}

impl ListsApi {
    fn page(
        &self,
        list: List,
        filter: &PermitFilter,
        cursor: Option<&str>,
        limit: Option<&str>,
    ) -> Result<Answer<PublicPermitPage>, Failure> {
        let limit = page::limit(limit)?;
        let keys = self.app.keys();
        let after: Option<String> = page::position(&keys, list.name(), cursor)?;
        let persons = self.app.lease().is_good();
        let state = self.app.register().state();
        let beginning = format!("{}/", list.name());
        let (mut items, mut total, mut last, mut more) = (Vec::new(), 0, None, false);
        for (key, slot) in state.permits.range(beginning.clone()..) {
            if !key.starts_with(&beginning) {
                break;
            }
            let Some(row) = slot.row.as_deref().filter(|row| row.is_admitted(filter)) else {
                continue;
            };
            total += 1;
            if after.as_ref().is_some_and(|after| key <= after) {
                continue;
            }
            if (items.len() as u64) < limit {
                items.push(record_of(row, persons)?);
                last = Some(key);
            } else {
                more = true;
            }
        }
        let next = last.filter(|_| more).map(|last| page::cursor(&keys, list.name(), last));
        Ok(Answer::new(PublicPermitPage { items, total, next }))
    }

    fn one(&self, list: List, number: &str) -> Result<Answer<PermitRecord>, Failure> {
        let key = format!("{}/{}", list.name(), organisation_number(number)?);
        let row = self.app.register().permit(&key).ok_or_else(|| {
            Failure::new(Problem::NotFound, "This organisation does not stand in the list.")
        })?;
        Ok(Answer::new(record_of(&row, self.app.lease().is_good())?))
    }
}

/// A row as it is answered.
///
/// # Errors
/// When the record does not have the published shape, which is a fault of ours.
pub fn record_of(row: &PublicPermit, persons: bool) -> Result<PermitRecord, Failure> {
    serde_json::from_value(row.record(persons)).map_err(Failure::internal)
}

/// The organisation number of a path.
///
/// # Errors
/// 400 with the reason for a malformed one.
pub fn organisation_number(text: &str) -> Result<OrganisationNumber, Failure> {
    OrganisationNumber::parse(text).map_err(|flaw| {
        Failure::new(Problem::MalformedKey, "Correct the organisation number and ask again.")
            .with_fields(vec![FieldError {
                pointer: "organisationNumber".to_owned(),
                code: flaw.code().into(),
                detail: flaw.to_string().into(),
            }])
    })
}

fn filter(q: Option<String>, place: Option<String>) -> Result<PermitFilter, Failure> {
    Ok(PermitFilter {
        text: page::short("q", q)?.map(|text| fold_name(&text)),
        place: page::short("place", place)?.map(|text| fold_name(&text)),
        ..PermitFilter::default()
    })
}

fn hertz(name: &str, text: Option<&str>) -> Result<Option<u64>, Failure> {
    text.map(|text| {
        text.parse()
            .ok()
            .filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()))
            .ok_or_else(|| Failure::parameter(name, "number", "Give a whole number of hertz."))
    })
    .transpose()
}
