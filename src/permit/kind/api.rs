//! Filing applications: the same operation for every kind, one line each.

use std::marker::PhantomData;

use poem_openapi::{
    OpenApi,
    param::Header,
    types::{Any, ParseFromJSON, ToJSON, Type},
};

use super::{
    Kind, Parsed, PermitKind, aircraft::Aircraft, amateur::Amateur, installer::Installer,
    numbering::Numbering, plb::Plb, priority::Priority, spectrum::Spectrum, supplier::Supplier,
    transmitter::Transmitter,
};
use crate::{
    app::App,
    case::{
        actions::{self, Filing},
        wire::Receipt,
    },
    draft::{
        self,
        wire::{DraftForm, DraftView},
    },
    failure::{Failure, FieldErrors},
    http::{Tag, body::Body, responses::Created},
    idempotency::IdempotencyKey,
    identity::{Caller, Role},
};

/// The operations of one kind.
pub struct KindApi<K> {
    app: App,
    kind: PhantomData<K>,
}

impl<K: PermitKind> KindApi<K> {
    fn new(app: &App) -> Self {
        Self { app: app.clone(), kind: PhantomData }
    }
}

impl<K: PermitKind> KindApi<K>
where
    K::Application: Type + ParseFromJSON + ToJSON,
{
    async fn submit(
        &self,
        caller: &Caller,
        idempotency_key: Option<&str>,
        application: K::Application,
    ) -> Result<Created<Receipt>, Failure> {
        let is_person = !caller.is(Role::Representative);
        let mut errors = FieldErrors::new();
        let parsed = K::parse(&application, is_person, &mut errors);
        let parsed = errors.finish(parsed)?;
        let application = serde_json::to_value(&application).map_err(Failure::internal)?;
        let keys = self.app.keys();
        let key = IdempotencyKey::read(idempotency_key, caller, &keys, &application)?;
        let parsed = Parsed {
            applicant: parsed.applicant,
            contacts: parsed.contacts,
            call_sign: parsed.call_sign,
            wishes: parsed.wishes,
            consent: parsed.consent,
            details: serde_json::to_value(parsed.details).map_err(Failure::internal)?,
        };
        let operation = operation_of(K::KIND);
        let filing = Filing {
            kind: K::KIND,
            application: &application,
            parsed: &parsed,
            idempotency: key.as_ref(),
            operation: &operation,
        };
        let case = actions::submit(&self.app, caller, &filing).await?;
        let location = format!("/v1/cases/{}", case.id);
        Ok(Created::new(Receipt::of(&case)).version(case.version).location(location))
    }

    async fn begin(
        &self,
        caller: &Caller,
        idempotency_key: Option<&str>,
        form: DraftForm,
    ) -> Result<Created<DraftView>, Failure> {
        let Any(application) = form.application;
        let key = IdempotencyKey::read(idempotency_key, caller, &self.app.keys(), &application)?;
        let begun =
            draft::actions::begin(&self.app, caller, K::KIND, &application, key.as_ref()).await?;
        let location = format!("/v1/drafts/{}", begun.draft.id);
        let version = begun.draft.version;
        Ok(Created::new(DraftView::of(begun, caller)).version(version).location(location))
    }
}

fn operation_of(kind: Kind) -> String {
    format!("submit {}", kind.as_str())
}

macro_rules! kind_api {
    ($( $api:ident $kind:ty, $path:literal, $drafts:literal; )+) => { $(
        /// Operations of one kind.
        pub struct $api(KindApi<$kind>);

        #[OpenApi]
        impl $api {
            /// File an application: {kind}.
            ///
            /// The receipt has the case number and the time. Sending the same request again with the
            /// same `Idempotency-Key` answers the case it made the first time.
            #[oai(path = $path, method = "post", tag = "Tag::Applications")]
            async fn submit(
                &self,
                caller: Caller,
                /// Any text of your choice that is new for each application, such as a UUID.
                #[oai(name = "Idempotency-Key")]
                idempotency_key: Header<Option<String>>,
                body: Body<<$kind as PermitKind>::Application>,
            ) -> Result<Created<Receipt>, Failure> {
                self.0.submit(&caller, idempotency_key.0.as_deref(), body.0).await
            }

            /// Begin an application and keep it as a draft: {kind}.
            ///
            /// It may be incomplete and hold wrong values; the answer says what is missing.
            #[oai(path = $drafts, method = "post", tag = "Tag::Applications")]
            async fn begin(
                &self,
                caller: Caller,
                /// Any text of your choice that is new for each draft, such as a UUID.
                #[oai(name = "Idempotency-Key")]
                idempotency_key: Header<Option<String>>,
                body: Body<DraftForm>,
            ) -> Result<Created<DraftView>, Failure> {
                self.0.begin(&caller, idempotency_key.0.as_deref(), body.0).await
            }
        }
    )+

        /// The operations of all kinds.
        pub type All = ($( $api, )+);

        /// The operations of all kinds.
        pub fn all(app: &App) -> All {
            ($( $api(KindApi::new(app)), )+)
        }
    };
}

kind_api! {
    AmateurApi Amateur, "/v1/amateur/applications", "/v1/amateur/drafts";
    PlbApi Plb, "/v1/plb/applications", "/v1/plb/drafts";
    AircraftApi Aircraft, "/v1/aircraft/applications", "/v1/aircraft/drafts";
    SpectrumApi Spectrum, "/v1/spectrum/applications", "/v1/spectrum/drafts";
    TransmitterApi Transmitter, "/v1/transmitter/applications", "/v1/transmitter/drafts";
    NumberingApi Numbering, "/v1/numbering/applications", "/v1/numbering/drafts";
    InstallerApi Installer, "/v1/installer/applications", "/v1/installer/drafts";
    SupplierApi Supplier, "/v1/supplier/applications", "/v1/supplier/drafts";
    PriorityApi Priority, "/v1/priority/applications", "/v1/priority/drafts";
}
