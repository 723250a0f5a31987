//! The addresses of the pages and what answers at each. A parameter that an address does not know is refused here
//! ([`strict`]), or by the page that says beside its form what is wrong. It must not say who may see a page: the pages do.

use poem::get;

use super::{
    about, apply, businesses, call_sign, call_signs, casework, contact_link, deliveries, desk,
    document_access, exams, frequency, frequency_permit, interference, letters, my_page, numbers,
    plan, public_journal, statistics, strict,
};

/// What a page takes to which whoever did something is sent on.
const DONE: &[&str] = &["done"];
/// What a list takes that has several pages.
const CURSOR: &[&str] = &["cursor"];

type Page = fn() -> poem::RouteMethod;

/// The pages by their addresses below the language.
pub(super) fn pages() -> Vec<(&'static str, Page)> {
    vec![
        ("", || get(strict::page(about::start))),
        ("/call-signs", || get(call_signs::list)),
        ("/call-signs/:callSign", || get(call_sign::one)),
        ("/installers", || get(businesses::installers)),
        ("/installers/:organisationNumber", || get(strict::page(businesses::one_installer))),
        ("/suppliers", || get(businesses::suppliers)),
        ("/suppliers/:organisationNumber", || get(strict::page(businesses::one_supplier))),
        ("/privacy", || get(strict::page(about::privacy))),
        ("/open-data", || get(strict::page(about::open_data))),
        ("/verify/:code", || get(strict::page(about::verify))),
        ("/frequency-plan", || get(plan::show)),
        ("/frequency-permits", || get(frequency::show_list)),
        ("/frequency-permits/:number", || get(frequency_permit::show_one)),
        ("/number-ranges", || get(numbers::show_list)),
        ("/number-ranges/:number", || get(numbers::show_one)),
        ("/statistics", || get(strict::page(statistics::show))),
        (interference::PATH, || get(strict::page(interference::open)).post(interference::send)),
        (interference::FOLLOW_PATH, || {
            get(strict::page(interference::open_follow)).post(interference::follow)
        }),
        (interference::counts::PATH, || get(strict::page(interference::counts::show))),
        (public_journal::PATH, || get(public_journal::show)),
        (document_access::PATH, || get(document_access::open).post(document_access::ask)),
        (document_access::ANSWER_PATH, || {
            get(strict::page(document_access::show_answer)).post(document_access::appeal_answer)
        }),
        (contact_link::PATH, || get(strict::page(contact_link::see)).post(contact_link::answer)),
        (letters::PATH, || get(strict::taking(letters::list, &["before"]))),
        (letters::ONE_PATH, || get(strict::page(letters::one)).post(letters::comment::send)),
        (letters::FILE_PATH, || get(strict::page(letters::file))),
        (letters::supervision_appeal::APPEAL_PATH, || {
            get(strict::taking(letters::supervision_appeal::open, &["appealed"]))
                .post(letters::supervision_appeal::take)
        }),
        (deliveries::PATH, || get(strict::taking(deliveries::open, &["status", "before", "done"]))),
        (exams::PATH, || get(strict::page(exams::open)).post(exams::send)),
        (deliveries::DEED_PATH, || poem::post(deliveries::act)),
        // an officer on watch is never kept from the desk by an address
        (desk::PATH, || get(desk::open).post(desk::ask)),
        (desk::OUTCOME_PATH, || poem::post(desk::mark)),
        (desk::REFERENCE_PATH, || poem::post(desk::refer)),
        (casework::PATH, || get(casework::queue::open)),
        (casework::VIEWS_PATH, || poem::post(casework::queue::keep)),
        (casework::BULK_PATH, || poem::post(casework::bulk::grant)),
        (casework::HOLDERS_PATH, || {
            get(strict::page(casework::holders::open)).post(casework::holders::find)
        }),
        (casework::fees::PATH, || get(casework::fees::open).post(casework::fees::begin)),
        (casework::spectrum_fees::PATH, || {
            get(strict::taking(casework::spectrum_fees::open, &["year", "done"]))
                .post(casework::spectrum_fees::save)
        }),
        (casework::fee_invoice::PATH, || {
            get(strict::taking(casework::fee_invoice::open, DONE))
                .post(casework::fee_invoice::credit)
        }),
        (casework::fee_appeal::PATH, || poem::post(casework::fee_appeal::act)),
        (casework::fee_files::EHF_PATH, || get(strict::page(casework::fee_files::ehf))),
        (casework::fee_files::MONTH_PATH, || get(strict::page(casework::fee_files::accounts_of))),
        (casework::fee_appeal::PACKAGE_PATH, || get(strict::page(casework::fee_appeal::package))),
        (casework::incoming::PATH, || {
            get(strict::taking(casework::incoming::open, &["file", "again", "done"]))
                .post(casework::incoming::decide)
        }),
        (casework::incoming::FILE_PATH, || poem::post(casework::incoming::take)),
        (casework::CASE_PATH, || get(strict::taking(casework::case_page::open, DONE))),
        (casework::supervision::REPORTS_PATH, || get(casework::supervision::reports::open)),
        (casework::supervision::REPORT_PATH, || {
            get(strict::page(casework::supervision::report::open))
        }),
        (casework::supervision::REPORT_DEED_PATH, || {
            poem::post(casework::supervision::report::act)
        }),
        (casework::supervision::CASES_PATH, || {
            get(casework::supervision::cases::open).post(casework::supervision::cases::begin)
        }),
        (casework::supervision::CASE_PATH, || {
            get(strict::taking(casework::supervision::case::open, DONE))
        }),
        (casework::supervision::CASE_DEED_PATH, || poem::post(casework::supervision::case::carry)),
        (casework::supervision::PACKAGE_PATH, || {
            get(strict::page(casework::supervision::case::documents))
        }),
        (casework::ACCESS_PATH, || get(strict::taking(casework::access::open, CURSOR))),
        (casework::ACCESS_ONE_PATH, || {
            get(strict::taking(casework::access_one::show, DONE))
                .post(casework::access_deeds::decide)
        }),
        (casework::JOURNAL_PATH, || {
            get(strict::taking(casework::journal::show_entry, DONE))
                .post(casework::journal::set_code)
        }),
        (casework::competence::PATH, || {
            get(strict::page(casework::competence::open)).post(casework::competence::act)
        }),
        (casework::DEED_PATH, || poem::post(casework::deeds::act)),
        (casework::TODAY_PATH, || {
            get(strict::taking(casework::today::open, &["who"])).post(casework::today::mark)
        }),
        (casework::APPEALS_PATH, || get(strict::taking(casework::appeal::list, CURSOR))),
        (casework::APPEAL_PATH, || poem::post(casework::appeal::act)),
        (casework::PACKAGE_PATH, || get(strict::page(casework::appeal::documents))),
        (casework::INTAKE_PATH, || {
            get(strict::page(casework::intake::open)).post(casework::intake::begin)
        }),
        (casework::CONFIRMATIONS_PATH, || get(casework::confirmations::open)),
        (casework::series::PATH, || {
            get(strict::page(casework::series::open)).post(casework::series::act)
        }),
        (casework::numbers::PATH, || get(casework::numbers::open).post(casework::numbers::act)),
        (casework::series_transfer::PATH, || {
            get(strict::page(casework::series_transfer::open)).post(casework::series_transfer::act)
        }),
        (casework::POST_PATH, || {
            get(strict::page(casework::post::open)).post(casework::post::mark)
        }),
        (casework::PERMIT_PATH, || {
            get(strict::taking(casework::permit::open, DONE)).post(casework::permit::act)
        }),
        (casework::for_holder::PATH, || poem::post(casework::for_holder::act)),
        (casework::contacts::PATH, || {
            get(strict::taking(casework::contacts::open, &["add"])).post(casework::contacts::save)
        }),
        (casework::DOCUMENTS_PATH, || poem::post(casework::documents::take)),
        (casework::DOCUMENT_PATH, || get(strict::page(casework::documents::give))),
        (apply::start::PATH, || get(strict::page(apply::start::open))),
        (apply::start::KIND_PATH, || {
            get(strict::page(apply::start::show_kind)).post(apply::start::begin)
        }),
        (apply::documents::PATH, || get(strict::page(apply::documents::download))),
        (apply::review::PATH, || get(strict::page(apply::review::show)).post(apply::review::send)),
        (apply::flow::DELETE_PATH, || poem::post(apply::flow::delete)),
        (apply::flow::PATH, || {
            get(strict::taking(apply::flow::show, &["basis", "check", "add"]))
                .post(apply::flow::save)
        }),
        (my_page::PATH, || get(strict::page(my_page::open))),
        (my_page::disclosures::PATH, || get(strict::taking(my_page::disclosures::show, CURSOR))),
        (my_page::acting::PATH, || {
            get(strict::taking(my_page::acting::show, &["lost", "q"])).post(my_page::acting::choose)
        }),
        (my_page::me::PATH, || {
            get(strict::taking(my_page::me::show, DONE)).post(my_page::me::save)
        }),
        (my_page::case::PATH, || get(strict::taking(my_page::case::show, DONE))),
        (my_page::reply::PATH, || {
            get(strict::page(my_page::reply::show)).post(my_page::reply::save)
        }),
        (my_page::appeal::PATH, || {
            get(strict::page(my_page::appeal::show)).post(my_page::appeal::save)
        }),
        (my_page::documents::PATH, || poem::post(my_page::documents::add)),
        (my_page::documents::ONE_PATH, || get(strict::page(my_page::documents::download))),
        (my_page::offer::PATH, || {
            get(strict::taking(my_page::offer::show, DONE)).post(my_page::offer::accept)
        }),
        (my_page::transfer::PATH, || {
            get(strict::page(my_page::transfer::show)).post(my_page::transfer::offer)
        }),
        (my_page::case::REASONS_PATH, || poem::post(my_page::case::demand)),
        (my_page::case::WITHDRAWAL_PATH, || poem::post(my_page::case::withdraw)),
        (my_page::permit::PATH, || get(strict::taking(my_page::permit::show, DONE))),
        (my_page::permit::DEED_PATH, || poem::post(my_page::permit::act)),
        (my_page::utilisation::PATH, || {
            get(strict::page(my_page::utilisation::show)).post(my_page::utilisation::send)
        }),
        (my_page::permit::CERTIFICATE_PATH, || {
            get(strict::page(my_page::permit::certificate_file))
        }),
        (my_page::permit::CERTIFICATE_PAGE_PATH, || {
            get(strict::page(my_page::permit::certificate_page))
        }),
        (my_page::contacts::PATH, || {
            get(strict::taking(my_page::contacts::show, &["add"])).post(my_page::contacts::save)
        }),
        (apply::receipt::PATH, || get(strict::page(apply::receipt::show))),
        (apply::copy::PATH, || get(strict::page(apply::copy::page))),
        (apply::copy::PDF_PATH, || get(strict::page(apply::copy::pdf))),
    ]
}

/// The addresses of all pages below the language, with their parameters as `:name`.
pub fn addresses() -> Vec<&'static str> {
    pages().into_iter().map(|(path, _)| path).collect()
}
