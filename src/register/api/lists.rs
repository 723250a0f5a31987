//! Operations of the public lists of permits: installers, suppliers, frequency permits. They read the
//! index in memory only; which fields a row has was decided by the policy when it was written.

use poem_openapi::{
    OpenApi,
    param::{Path, Query},
};

use crate::{
    app::App,
    failure::Failure,
    http::{Tag, page, responses::Answer},
    permit::wire::PermitRecord,
    register::{
        list::List,
        search::{self, PermitQuery},
        wire::PublicPermitPage,
    },
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
    #[allow(clippy::too_many_arguments)] // the query parameters of the contract
    async fn installers(
        &self,
        /// Words of the organisation's name, its number or the permit's number; accents, case and a slip
        /// of the finger do not matter. What fits best comes first.
        q: Query<Option<String>>,
        /// Post town of the organisation.
        place: Query<Option<String>>,
        /// County of the post town: the name of one of today, e.g. `Vestland`.
        county: Query<Option<String>>,
        /// Type of authorisation, e.g. `ENA`; also one that is granted no more, e.g. `TIA`.
        #[oai(name = "type")]
        of_type: Query<Option<String>>,
        /// Status of the permit: `active` or `suspended`.
        status: Query<Option<String>>,
        /// Year of its first day.
        year: Query<Option<String>>,
        /// What everything found is counted by: `place`, `county`, `type`, `status`, `kind`, `year`,
        /// with commas between.
        facets: Query<Option<String>>,
        /// Cursor from the page before, with the same parameters.
        cursor: Query<Option<String>>,
        /// Items on a page, 1–200; 50 when left out.
        limit: Query<Option<String>>,
    ) -> Result<Answer<PublicPermitPage>, Failure> {
        let given = |name: &str| match name {
            "q" => q.0.clone(),
            "place" => place.0.clone(),
            "county" => county.0.clone(),
            "type" => of_type.0.clone(),
            "status" => status.0.clone(),
            "year" => year.0.clone(),
            "facets" => facets.0.clone(),
            _ => None,
        };
        self.page(List::Installers, given, cursor.0.as_deref(), limit.0.as_deref())
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
    #[allow(clippy::too_many_arguments)] // the query parameters of the contract
    async fn suppliers(
        &self,
        /// Words of the organisation's name, its number or the permit's number; accents, case and a slip
        /// of the finger do not matter. What fits best comes first.
        q: Query<Option<String>>,
        /// Post town of the organisation.
        place: Query<Option<String>>,
        /// County of the post town: the name of one of today, e.g. `Vestland`.
        county: Query<Option<String>>,
        /// Role: `supplier` or `radioDealer`.
        #[oai(name = "type")]
        of_type: Query<Option<String>>,
        /// Status of the permit: `active` or `suspended`.
        status: Query<Option<String>>,
        /// Year of its first day.
        year: Query<Option<String>>,
        /// What everything found is counted by: `place`, `county`, `type`, `status`, `kind`, `year`,
        /// with commas between.
        facets: Query<Option<String>>,
        /// Cursor from the page before, with the same parameters.
        cursor: Query<Option<String>>,
        /// Items on a page, 1–200; 50 when left out.
        limit: Query<Option<String>>,
    ) -> Result<Answer<PublicPermitPage>, Failure> {
        let given = |name: &str| match name {
            "q" => q.0.clone(),
            "place" => place.0.clone(),
            "county" => county.0.clone(),
            "type" => of_type.0.clone(),
            "status" => status.0.clone(),
            "year" => year.0.clone(),
            "facets" => facets.0.clone(),
            _ => None,
        };
        self.page(List::Suppliers, given, cursor.0.as_deref(), limit.0.as_deref())
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
        /// Words of the organisation's name, its number, the permit's number or the call sign; accents,
        /// case and a slip of the finger do not matter. What fits best comes first.
        q: Query<Option<String>>,
        /// Municipality of a station or of the area.
        place: Query<Option<String>>,
        /// County of the municipality: the name of one of today, e.g. `Vestland`.
        county: Query<Option<String>>,
        /// Words of the holder's name, or its organisation number.
        holder: Query<Option<String>>,
        /// Use of a transmitter permit, e.g. `fixedLink`, or service of a spectrum licence, e.g. `mobile`.
        #[oai(name = "type")]
        of_type: Query<Option<String>>,
        /// `spectrum` or `transmitter`.
        kind: Query<Option<String>>,
        /// Status of the permit: `active` or `suspended`.
        status: Query<Option<String>>,
        /// Year of its first day.
        year: Query<Option<String>>,
        /// What everything found is counted by: `place`, `county`, `type`, `status`, `kind`, `year`,
        /// with commas between.
        facets: Query<Option<String>>,
        /// Permits with frequencies at or above this one, in Hz.
        from: Query<Option<String>>,
        /// Permits with frequencies below this one, in Hz.
        to: Query<Option<String>>,
        /// Permits around a place, with `longitude` and `radius`: degrees of WGS 84, north positive.
        latitude: Query<Option<String>>,
        /// Degrees of WGS 84, east positive.
        longitude: Query<Option<String>>,
        /// Kilometres, at most 2000, along the great circle. Found are permits with a site within them,
        /// and licences whose area holds for the whole country or is a polygon that reaches there. A
        /// person's site is known by its municipality only and is not found so.
        radius: Query<Option<String>>,
        /// Of the permits that are live now, those whose validity includes this day.
        at: Query<Option<String>>,
        /// Cursor from the page before, with the same parameters.
        cursor: Query<Option<String>>,
        /// Items on a page, 1–200; 50 when left out.
        limit: Query<Option<String>>,
    ) -> Result<Answer<PublicPermitPage>, Failure> {
        let given = |name: &str| {
            let given = match name {
                "q" => &q,
                "place" => &place,
                "county" => &county,
                "holder" => &holder,
                "type" => &of_type,
                "kind" => &kind,
                "status" => &status,
                "year" => &year,
                "facets" => &facets,
                "from" => &from,
                "to" => &to,
                "latitude" => &latitude,
                "longitude" => &longitude,
                "radius" => &radius,
                "at" => &at,
                _ => return None,
            };
            given.0.clone()
        };
        self.page(List::FrequencyPermits, given, cursor.0.as_deref(), limit.0.as_deref())
    }

    /// Look up a frequency permit by its number.
    ///
    /// 404 when there is no such permit in force.
    #[oai(
        path = "/v1/frequency-permits/:number",
        method = "get",
        operation_id = "getFrequencyPermit",
        tag = "Tag::Register"
    )]
    async fn frequency_permit(
        &self,
        /// Number of the permit.
        number: Path<String>,
    ) -> Result<Answer<PermitRecord>, Failure> {
        self.one(List::FrequencyPermits, &number.0)
    }
}

impl ListsApi {
    fn page(
        &self,
        list: List,
        given: impl Fn(&str) -> Option<String>,
        cursor: Option<&str>,
        limit: Option<&str>,
    ) -> Result<Answer<PublicPermitPage>, Failure> {
        let query = PermitQuery::read(list, given)?;
        let found = search::permits(&self.app, list, &query, cursor, page::limit(limit)?)?;
        Ok(Answer::new(PublicPermitPage {
            items: found.items,
            total: found.total,
            next: found.next,
            facets: found.facets,
        }))
    }

    fn one(&self, list: List, number: &str) -> Result<Answer<PermitRecord>, Failure> {
        search::permit(&self.app, list, number).map(Answer::new)
    }
}
