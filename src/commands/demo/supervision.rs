//! Interference and supervision in the made-up year: reports that were erased, that led to a case or that wait, and a
//! case at every stage. Also a few requests for access to documents. The matters are invented.
//!
//! It must not write anything by itself.

use chrono::{Days, NaiveDate, TimeDelta};

use super::{
    people::{self, BUSINESS},
    year::Year,
};
use crate::{
    document_access,
    failure::Failure,
    identity::{Role, Sight},
    interference::{
        actions::{self as reports, Triage},
        model::{Content, NewReport, Report, Reporter, Service, Severity},
    },
    jobs,
    journal::{Direction, model::Subject, public, store::public::PublicQuery},
    party,
    permit::{self, kind::Kind, lifecycle::Status, model::Permit},
    supervision::{
        actions::{self, NewOrder, dossier::dossier, fines},
        model::{Deed, FineTerms, FineWay, LevelUnit, Measurement, NewCase, Outcome, Respondent},
        store,
    },
    values::{calendar::oslo_date, county, ids::CaseId, language::Language},
};

/// Where requests for access come from (RFC 5737).
const ADDRESS: &str = "192.0.2.1";

/// One report: how grave, what is disturbed, number and name of the place, and what is noticed.
type Told = (Severity, Service, &'static str, &'static str, &'static str);

const NOISE: Told = (
    Severity::Nuisance,
    Service::ShortRange,
    "0301",
    "Eksempelveien 12",
    "Garasjeporten åpner seg ikke når naboens varmepumpe går.",
);
const LINK: Told = (
    Severity::Business,
    Service::Mobile,
    "4601",
    "Bjellafjellet",
    "Radiolinjen vår får støy på det øverste kanalparet hver kveld.",
);
const COVERAGE: Told = (
    Severity::Business,
    Service::Mobile,
    "1103",
    "Tranvarden",
    "Basestasjonen melder om støy i opplink fra en repeater i nærheten.",
);
const JAMMER: Told = (
    Severity::Societal,
    Service::Gnss,
    "1804",
    "Innseilingen ved Havblåsen",
    "GPS faller ut i ti minutter omtrent samme tid hver morgen.",
);
/// What waits at the end of the year.
const WAITING: [Told; 4] = [
    (
        Severity::LifeAndSafety,
        Service::Aviation,
        "5501",
        "Innflygingen ved Lyngtinden",
        "Musikk på tårnfrekvensen, hørt av to fly.",
    ),
    (
        Severity::Business,
        Service::Amateur,
        "5001",
        "Graneggen",
        "Bred støy på 2 meter hele døgnet, trolig fra et solcelleanlegg.",
    ),
    (
        Severity::Nuisance,
        Service::Broadcasting,
        "4215",
        "Skoddeheia",
        "DAB-radioen faller ut i kjøkkenet når lyset er på.",
    ),
    NOISE,
];
/// As many of a sort as a statistic may tell of.
const TELLABLE: u64 = 6;

/// The supervision of the year.
pub struct Supervision<'a> {
    year: &'a Year<'a>,
    reports: u64,
    fined: Option<CaseId>,
    unfounded: Option<CaseId>,
    ordered: Option<CaseId>,
}

impl<'a> Supervision<'a> {
    /// Nothing has been reported.
    pub const fn new(year: &'a Year<'a>) -> Self {
        Self { year, reports: 0, fined: None, unfounded: None, ordered: None }
    }

    /// What happens when so many applications of the year are left, ten hours apart.
    ///
    /// # Errors
    /// When an action refuses, which the made-up data give no reason for.
    pub async fn turn(&mut self, left: u64) -> Result<(), Failure> {
        match left {
            200 => {
                for _ in 0..TELLABLE {
                    let report = self.told(&NOISE, None).await?;
                    self.carry_out(&report, &Triage::Close).await?;
                }
                self.fined = self.opened(&LINK, self.another_permit().await?).await?;
                self.unfounded = self.opened(&COVERAGE, None).await?;
                self.notice(self.fined, "Vi vurderer å pålegge dere å endre frekvensen.").await
            }
            150 => {
                self.order(self.fined, "Endre frekvensen til den som står i tillatelsen.").await?;
                let text = "Repeateren er slått av og fjernet.";
                self.close(self.unfounded, Outcome::NoBreach, text).await
            }
            100 => self.fine(self.fined).await,
            75 => {
                let permit = self.permit_of_business().await?;
                self.ordered = self.opened(&COVERAGE, permit).await?;
                self.notice(self.ordered, "Vi vurderer å pålegge dere å senke effekten.").await
            }
            20 => self.order(self.ordered, "Senk effekten til den som står i tillatelsen.").await,
            5 => self.opened(&JAMMER, None).await.map(|_| ()),
            1 => {
                for told in &WAITING {
                    self.told(told, Some(self.reports)).await?;
                }
                self.ask_for_documents().await
            }
            _ => Ok(()),
        }
    }

    fn today(&self) -> NaiveDate {
        oslo_date(self.year.app.clock().now())
    }

    /// Takes a report, of a synthetic person's where a number is given.
    async fn told(&mut self, told: &Told, who: Option<u64>) -> Result<Report, Failure> {
        let (severity, service, municipality, place, description) = *told;
        let reporter = who.map(|i| {
            let person = people::synthetic().person(2_000 + i);
            Reporter {
                name: Some(person.name.as_str().to_owned()),
                phone: Some(person.phone.dial()),
                email: None,
            }
        });
        let new = NewReport {
            severity,
            service,
            county: county::of_municipality(municipality).unwrap_or("other").to_owned(),
            language: Language::Bokmal,
            content: Content {
                description: description.to_owned(),
                municipality: Some(municipality.to_owned()),
                position: None,
                place: Some(place.to_owned()),
                began_at: self.year.app.clock().now() - TimeDelta::hours(3),
                ended_at: None,
                range: None,
                reporter,
            },
        };
        self.reports += 1;
        // each from a network of its own, or there would be too many
        let address = format!("192.0.2.{}", self.reports);
        Ok(reports::take(self.year.app, &address, &new, None).await?.report)
    }

    async fn carry_out(&self, report: &Report, triage: &Triage) -> Result<Option<CaseId>, Failure> {
        let caseworker = &self.year.caseworkers[1];
        let (id, version) = (report.id, report.version);
        let case = reports::triage(self.year.app, caseworker, id, version, triage).await?;
        Ok(case.map(|case| case.id))
    }

    /// A case that a report leads to, with a measurement; directed at the holder of a permit, if there is one.
    async fn opened(
        &mut self,
        told: &Told,
        permit: Option<Permit>,
    ) -> Result<Option<CaseId>, Failure> {
        let report = self.told(told, None).await?;
        let new = NewCase {
            matter: told.4.to_owned(),
            severity: None,
            respondent: Respondent::Unknown(None),
            permit: permit.map(|permit| permit.id),
            range: None,
            language: Language::Bokmal,
        };
        let case = self.carry_out(&report, &Triage::Open(Box::new(new))).await?;
        let Some(id) = case else { return Ok(None) };
        let measurement = Measurement {
            measured_at: self.year.app.clock().now() - TimeDelta::hours(1),
            site: told.3.to_owned(),
            position: None,
            frequency: 2_112_500_000,
            level: 6_255,
            unit: LevelUnit::FieldStrength,
            bandwidth: 100_000,
            equipment: "Målemottaker, kalibrert i år".to_owned(),
            measured_by: "saksbehandler-2".to_owned(),
        };
        let version = self.version(id).await?;
        let caseworker = &self.year.caseworkers[1];
        actions::measure(self.year.app, caseworker, id, version, &measurement).await?;
        Ok(Some(id))
    }

    async fn version(&self, id: CaseId) -> Result<i32, Failure> {
        Ok(store::find(self.year.app.db().read(), id).await?.case.version)
    }

    async fn notice(&self, case: Option<CaseId>, text: &str) -> Result<(), Failure> {
        let Some(id) = case else { return Ok(()) };
        let (due, version) = (self.today() + Days::new(14), self.version(id).await?);
        let caseworker = &self.year.caseworkers[1];
        actions::notify(self.year.app, caseworker, id, version, (text, due)).await.map(|_| ())
    }

    async fn order(&self, case: Option<CaseId>, text: &str) -> Result<(), Failure> {
        let Some(id) = case else { return Ok(()) };
        let order = NewOrder {
            text: text.to_owned(),
            grounds: "Målingen viser sending utenfor vilkårene.".to_owned(),
            without_notice: None,
            due_on: self.today() + Days::new(14),
        };
        let (caseworker, version) = (&self.year.caseworkers[1], self.version(id).await?);
        actions::order(self.year.app, caseworker, id, version, &order).await.map(|_| ())
    }

    /// A fine for each day, signed by a supervisor.
    async fn fine(&self, case: Option<CaseId>) -> Result<(), Failure> {
        let Some(id) = case else { return Ok(()) };
        let terms = FineTerms {
            way: FineWay::Running,
            amount: 500_000,
            from: self.today() + Days::new(21),
            maximum: Some(20_000_000),
        };
        let (app, version) = (self.year.app, self.version(id).await?);
        let terms = (terms, "Pålegget er ikke oppfylt.");
        let case = fines::propose(app, &self.year.caseworkers[1], id, version, terms).await?;
        let acts = dossier(app, &self.year.caseworkers[1], id).await?.acts;
        let is_fine = |deed: &Deed| matches!(deed, Deed::CoerciveFine { .. });
        let Some(fine) = acts.iter().find(|shown| is_fine(&shown.act.deed)) else { return Ok(()) };
        let supervisor = people::caller(Role::Supervisor, "avdelingsleder-1");
        fines::sign(app, &supervisor, fine.act.id, case.version).await.map(|_| ())
    }

    async fn close(
        &self,
        case: Option<CaseId>,
        outcome: Outcome,
        text: &str,
    ) -> Result<(), Failure> {
        let Some(id) = case else { return Ok(()) };
        let (caseworker, version) = (&self.year.caseworkers[1], self.version(id).await?);
        actions::close(self.year.app, caseworker, id, version, (outcome, text)).await.map(|_| ())
    }

    async fn live(&self, sight: Sight, kind: Kind) -> Result<Vec<Permit>, Failure> {
        let query = permit::store::PermitQuery { kind: Some(kind), ..Default::default() };
        let connection = self.year.app.db().read();
        let (mut permits, _) = permit::store::list(connection, sight, query, None, 200).await?;
        permits.retain(|permit| permit.status == Status::Active);
        Ok(permits)
    }

    /// A licence of the organisation that a test person acts for.
    async fn permit_of_business(&self) -> Result<Option<Permit>, Failure> {
        let number = people::synthetic().organisation(BUSINESS).number;
        let connection = self.year.app.db().read();
        let Some(party) = party::store::find_organisation(connection, number).await? else {
            return Ok(None);
        };
        Ok(self.live(Sight::Party(party.id), Kind::Spectrum).await?.into_iter().next())
    }

    /// A transmitter of somebody else.
    async fn another_permit(&self) -> Result<Option<Permit>, Failure> {
        let business = self.permit_of_business().await?.map(|permit| permit.holder);
        let permits = self.live(Sight::All, Kind::Transmitter).await?;
        Ok(permits.into_iter().find(|permit| Some(permit.holder) != business))
    }

    /// Somebody asks for a few letters, which have their numbers in the journal.
    async fn ask_for_documents(&self) -> Result<(), Failure> {
        jobs::number_journal_once(self.year.app.clone()).await?;
        let asked = PublicQuery { direction: Some(Direction::Out), ..PublicQuery::default() };
        let (entries, _) = public::actions::list(self.year.app, &asked, 20).await?;
        let letters = entries.iter().filter(|entry| matches!(entry.subject, Subject::Permit(_)));
        let documents: Vec<String> = letters.map(|entry| entry.display()).take(3).collect();
        let language = Language::Bokmal;
        let asking =
            document_access::actions::Asking { documents: &documents, contact: None, language };
        document_access::actions::ask(self.year.app, ADDRESS, &asking).await??;
        Ok(())
    }
}
