//! A year of the registry: made through the same actions as everything else, one after another on a
//! clock of their own, so that journals, events, versions and deadlines are as they would be.
//!
//! It must not write anything by itself.

use chrono::{DateTime, Days, TimeDelta, Utc};

use super::{
    affairs::Affairs, appeals, applications, people, supervision::Supervision, year::Year,
};
use crate::{
    app::App,
    assignment,
    case::{actions, lifecycle::Step, store::Case},
    clock::ManualClock,
    commands::progress::Progress,
    consent,
    exam::store::{ExamResult, insert as insert_exams},
    failure::Failure,
    identity::{Caller, Role, Sight},
    permit::{
        actions::StateStep,
        kind::{Kind, amateur::model::LicenceClass},
        model::Permit,
    },
    programming,
    register::projection,
    values::{
        calendar::oslo_date,
        call_sign_series::{SeriesKind, series},
        ids::ProgrammingOrderId,
    },
};

/// Applications filed.
const APPLICATIONS: u64 = 880;
/// Of so many in a row …
const ROUND: u64 = 22;
/// … this many are for beacons, the others for amateur licences.
const BEACONS: u64 = 7;
/// From one application to the next.
const PAUSE: TimeDelta = TimeDelta::hours(10);
/// Beacons are of persons from this number on, so that some hold both.
const FIRST_BEACON_HOLDER: u64 = 500;
/// What becomes of an application for a beacon turns every so many.
const FATES: u64 = 25;
/// From this application of the year on, the other kinds of permit have their turns in between.
const FIRST_AFFAIR: u64 = 100;
/// Call signs set aside, at this place of the series.
const SET_ASIDE: u64 = 9_000_000;

/// When the year begins.
pub fn begin(now: DateTime<Utc>) -> DateTime<Utc> {
    let steps = i32::try_from(APPLICATIONS).unwrap_or(i32::MAX);
    now - PAUSE * steps - TimeDelta::hours(1)
}

/// Makes the year.
///
/// # Errors
/// When an action refuses, which the made-up data give no reason for.
pub async fn make(app: &App, clock: &ManualClock) -> Result<(), Failure> {
    let year = Year::of(app);
    let mut affairs = Affairs::new(&year);
    let mut supervision = Supervision::new(&year);
    let mut today = oslo_date(app.clock().now());
    let amateurs = APPLICATIONS / ROUND * (ROUND - BEACONS);
    year.report_exams(amateurs).await?;
    affairs.before_all().await?;
    let mut progress = Progress::new("applications", APPLICATIONS);
    let (mut amateur, mut beacon) = (0, 0);
    for n in 0..APPLICATIONS {
        clock.advance(PAUSE);
        today = year.night(today).await?;
        if n % ROUND < BEACONS {
            year.beacon(beacon, n).await?;
            beacon += 1;
        } else {
            year.amateur(amateur).await?;
            amateur += 1;
        }
        if n >= FIRST_AFFAIR
            && (n - FIRST_AFFAIR).is_multiple_of(affairs.every(APPLICATIONS - FIRST_AFFAIR))
        {
            affairs.turn().await?;
        }
        supervision.turn(APPLICATIONS - n).await?;
        progress.add(1);
    }
    appeals::lodge_some(&year).await?;
    year.set_aside().await
}

impl Year<'_> {
    async fn report_exams(&self, amateurs: u64) -> Result<(), Failure> {
        let today = oslo_date(self.app.clock().now());
        let results: Vec<ExamResult> = (0..amateurs)
            .map(|i| ExamResult {
                candidate: people::synthetic().person(i).national_id,
                class: LicenceClass::Full,
                passed_on: today - Days::new(3 + i % 20),
                reference: format!("{i:04}"),
            })
            .collect();
        insert_exams(self.app, "demo-examiner", &results).await.map(|_| ())
    }

    /// An amateur licence, granted at once; some consents are withdrawn and some licences given up.
    async fn amateur(&self, i: u64) -> Result<(), Failure> {
        let holder = people::private(i);
        let application = applications::sent(&applications::amateur(i));
        let case = self.file(&holder, Kind::Amateur, &application).await?;
        if i % 40 == 11 {
            consent::actions::withdraw(self.app, &holder, None).await?;
        }
        if i % 25 == 7 {
            let permit = self.permit_of(&case).await?;
            self.step(&holder, &permit, StateStep::Surrender("noLongerUsed")).await?;
        }
        Ok(())
    }

    /// Beacon number `b` as application `n` of the year. Cases that stay open are mostly late ones;
    /// the few early ones are overdue.
    async fn beacon(&self, b: u64, n: u64) -> Result<(), Failure> {
        let i = FIRST_BEACON_HOLDER + b;
        let for_organisation = b % 12 == 5;
        let holder = if for_organisation { people::representative(i) } else { people::private(i) };
        let application = applications::sent(&applications::plb(i, for_organisation));
        let case = self.file(&holder, Kind::Plb, &application).await?;
        let caseworker = &self.caseworkers[usize::try_from(b % 3).unwrap_or(0)];
        let text = people::synthetic().case_text(i);
        let is_late = n + 120 > APPLICATIONS;
        let stays_open = is_late || (b / FATES).is_multiple_of(4);
        match b % FATES {
            17 => {
                let permit = self.programmed(&case, caseworker, i).await?;
                self.step(caseworker, &permit, StateStep::Suspend(text.note)).await
            }
            18 if b.is_multiple_of(2) => {
                let permit = self.programmed(&case, caseworker, i).await?;
                self.step(&holder, &permit, StateStep::Surrender("sold")).await
            }
            18 => {
                let permit = self.granted(&case, caseworker).await?;
                self.step(caseworker, &permit, StateStep::Revoke(text.refusal)).await
            }
            19 => {
                let step = if b.is_multiple_of(2) { Step::Refuse } else { Step::Dismiss };
                self.decide(&case, caseworker, step, text.refusal).await.map(|_| ())
            }
            20 => {
                let version = case.version;
                actions::withdraw(self.app, &holder, Sight::All, case.id, version).await.map(|_| ())
            }
            21 if stays_open => Ok(()),
            22 if stays_open => {
                let case = self.assigned(&case, caseworker).await?;
                actions::note(self.app, caseworker, case.id, case.version, text.note)
                    .await
                    .map(|_| ())
            }
            23 if stays_open => self.asked(&case, caseworker, text.question).await.map(|_| ()),
            24 => {
                let case = self.asked(&case, caseworker, text.question).await?;
                let case = self.replied(&case, &holder, text.answer).await?;
                if stays_open {
                    Ok(())
                } else {
                    self.programmed(&case, caseworker, i).await.map(|_| ())
                }
            }
            14..=16 => self.granted(&case, caseworker).await.map(|_| ()),
            _ => self.programmed(&case, caseworker, i).await.map(|_| ()),
        }
    }

    async fn programmed(
        &self,
        case: &Case,
        caseworker: &Caller,
        i: u64,
    ) -> Result<Permit, Failure> {
        let permit = self.granted(case, caseworker).await?;
        let (orders, _) =
            programming::store::list(self.app.db().read(), "ordered", None, 200).await?;
        let order = orders
            .into_iter()
            .find(|order| order.permit_id == permit.id.0)
            .ok_or_else(|| Failure::internal("a permit has no programming order"))?;
        let code = people::synthetic().beacon(i).code;
        let programmer = people::caller(Role::Programmer, "demo-programmer");
        let id = ProgrammingOrderId(order.id);
        programming::actions::report(self.app, &programmer, id, order.version, code.as_str()).await
    }

    /// Call signs kept for somebody, and barred ones.
    async fn set_aside(&self) -> Result<(), Failure> {
        let today = oslo_date(self.app.clock().now());
        for n in 0..20 {
            let order = series(SeriesKind::TestAmateur).order();
            let Some(sign) = order.and_then(|order| order.nth(SET_ASIDE + n)) else { continue };
            self.app
                .db()
                .write(|tx| async move {
                    let deed = |grounds| {
                        let actor = "demo-caseworker";
                        assignment::actions::Deed { sign, version: 0, grounds, actor, day: today }
                    };
                    if n % 2 == 0 {
                        let until = today + Days::new(60 + n);
                        let deed = deed("Kept for a former holder");
                        assignment::actions::reserve(&tx, deed, None, until).await?;
                    } else {
                        let deed = deed("May be mistaken for a distress signal");
                        assignment::actions::block(&tx, deed).await?;
                    }
                    projection::call_sign(&tx, sign).await
                })
                .await?;
        }
        Ok(())
    }
}
