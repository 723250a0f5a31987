//! anrop: the licence and permit registry of a national communications authority.
//!
//! `ARCHITECTURE.md` has the map. Direction: `values <- model, rules <- actions <- api <- http`;
//! `store <- actions`; `disclosure <- register, delivery, document, rescue`;
//! `case -> permit -> assignment, delivery::outbox, journal`, never back.

pub mod app;
pub mod appeal;
pub mod assignment;
pub mod attachment;
pub mod background;
pub mod case;
pub mod case_file;
pub mod client;
pub mod client_key;
pub mod clock;
pub mod commands;
pub mod config;
pub mod consent;
pub mod contact_link;
pub mod database;
pub mod delivery;
pub mod disclosure;
pub mod document;
pub mod document_access;
pub mod draft;
pub mod exam;
pub mod failure;
pub mod fee;
pub mod frequency_plan;
pub mod http;
pub mod idempotency;
pub mod identity;
pub mod intake;
pub mod interference;
pub mod jobs;
pub mod journal;
pub mod keys;
pub mod legal_hold;
pub mod letter;
pub mod notification;
pub mod numbering;
pub mod party;
pub mod permit;
pub mod programming;
pub mod reasons;
pub mod receiver;
pub mod register;
pub mod rekey;
pub mod representation;
pub mod rescue;
pub mod restriction;
pub mod retention;
pub mod seal;
pub mod series_transfer;
pub mod statistics;
pub mod supervision;
pub mod task;
pub mod token_issuer;
pub mod unit_register;
pub mod utilisation;
pub mod values;
pub mod web;

use app::App;

/// Every operation of the document.
pub type Api = (
    (
        http::system::SystemApi,
        register::api::RegisterApi,
        register::api::lists::ListsApi,
        (
            register::api::changes::ChangesApi,
            register::api::snapshots::SnapshotsApi,
            register::api::catalog::CatalogApi,
            frequency_plan::api::FrequencyPlanApi,
            statistics::api::StatisticsApi,
            numbering::api::NumberApi,
            numbering::list::api::NumberListApi,
        ),
        permit::kind::api::All,
        case::api::CaseApi,
        (
            case::api::life::LifeApi,
            case::api::desk::DeskApi,
            case::api::preview::DecisionPreviewApi,
            case::api::question::QuestionApi,
        ),
        permit::api::PermitApi,
        permit::certificate::CertificateApi,
        (party::api::PartyApi, party::disclosures::api::OwnDisclosureApi),
        consent::api::ConsentApi,
    ),
    (
        assignment::api::AssignmentApi,
        (journal::api::JournalApi, journal::public::api::PublicJournalApi),
        rescue::api::RescueApi,
        programming::api::ProgrammingApi,
        delivery::api::DeliveryApi,
        exam::api::ExamApi,
        permit::kind::installer::qualified_person::api::QualifiedPersonApi,
        permit::kind::priority::api::PriorityApprovalApi,
        (utilisation::api::UtilisationApi, series_transfer::api::SeriesTransferApi),
        fee::pool::api::SpectrumFeePoolApi,
        (
            fee::api::FeeApi,
            fee::invoice::api::FeeInvoiceApi,
            fee::appeal::api::FeeAppealApi,
            fee::run::api::FeeRunApi,
            fee::bank::api::BankApi,
        ),
        case::wishes::api::WishApi,
        permit::kind::amateur::api::AmateurLicenceApi,
        task::api::TaskApi,
        contact_link::api::ContactLinkApi,
    ),
    (
        draft::api::DraftApi,
        restriction::api::RestrictionApi,
        letter::api::LetterApi,
        appeal::api::AppealApi,
        reasons::api::ReasonsApi,
        attachment::api::AttachmentApi,
        (
            interference::api::InterferenceApi,
            supervision::api::SupervisionApi,
            supervision::api::decisions::SupervisionDecisionApi,
            legal_hold::api::LegalHoldApi,
        ),
        document_access::api::DocumentAccessApi,
    ),
);

/// The operations of an app.
pub fn api(app: &App) -> Api {
    let app = || app.clone();
    (
        (
            http::system::SystemApi { app: app() },
            register::api::RegisterApi { app: app() },
            register::api::lists::ListsApi { app: app() },
            (
                register::api::changes::ChangesApi { app: app() },
                register::api::snapshots::SnapshotsApi { app: app() },
                register::api::catalog::CatalogApi { app: app() },
                frequency_plan::api::FrequencyPlanApi { app: app() },
                statistics::api::StatisticsApi { app: app() },
                numbering::api::NumberApi { app: app() },
                numbering::list::api::NumberListApi { app: app() },
            ),
            permit::kind::api::all(&app()),
            case::api::CaseApi { app: app() },
            (
                case::api::life::LifeApi { app: app() },
                case::api::desk::DeskApi { app: app() },
                case::api::preview::DecisionPreviewApi { app: app() },
                case::api::question::QuestionApi { app: app() },
            ),
            permit::api::PermitApi { app: app() },
            permit::certificate::CertificateApi { app: app() },
            (
                party::api::PartyApi { app: app() },
                party::disclosures::api::OwnDisclosureApi { app: app() },
            ),
            consent::api::ConsentApi { app: app() },
        ),
        (
            assignment::api::AssignmentApi { app: app() },
            (
                journal::api::JournalApi { app: app() },
                journal::public::api::PublicJournalApi { app: app() },
            ),
            rescue::api::RescueApi { app: app() },
            programming::api::ProgrammingApi { app: app() },
            delivery::api::DeliveryApi { app: app() },
            exam::api::ExamApi { app: app() },
            permit::kind::installer::qualified_person::api::QualifiedPersonApi { app: app() },
            permit::kind::priority::api::PriorityApprovalApi { app: app() },
            (
                utilisation::api::UtilisationApi { app: app() },
                series_transfer::api::SeriesTransferApi { app: app() },
            ),
            fee::pool::api::SpectrumFeePoolApi { app: app() },
            (
                fee::api::FeeApi { app: app() },
                fee::invoice::api::FeeInvoiceApi { app: app() },
                fee::appeal::api::FeeAppealApi { app: app() },
                fee::run::api::FeeRunApi { app: app() },
                fee::bank::api::BankApi { app: app() },
            ),
            case::wishes::api::WishApi { app: app() },
            permit::kind::amateur::api::AmateurLicenceApi { app: app() },
            task::api::TaskApi { app: app() },
            contact_link::api::ContactLinkApi { app: app() },
        ),
        (
            draft::api::DraftApi { app: app() },
            restriction::api::RestrictionApi { app: app() },
            letter::api::LetterApi { app: app() },
            appeal::api::AppealApi { app: app() },
            reasons::api::ReasonsApi { app: app() },
            attachment::api::AttachmentApi { app: app() },
            (
                interference::api::InterferenceApi { app: app() },
                supervision::api::SupervisionApi { app: app() },
                supervision::api::decisions::SupervisionDecisionApi { app: app() },
                legal_hold::api::LegalHoldApi { app: app() },
            ),
            document_access::api::DocumentAccessApi { app: app() },
        ),
    )
}
