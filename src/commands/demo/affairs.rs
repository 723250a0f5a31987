//! What happens in the year with permits of the kinds that are few: each affair is an application, how
//! its case ends, and what becomes of the permit later.
//!
//! It must not know what an application of a kind says: the lists of the kinds do.

use chrono::NaiveDate;
use serde_json::Value;

use super::{aircraft, businesses, numbers, people, spectrum, stations, transmitters, year::Year};
use crate::{
    case::{actions, actions::Ruling, lifecycle::Step, store::Case},
    failure::Failure,
    identity::{Caller, Sight},
    permit::{actions::StateStep, kind::Kind, model::Permit},
    values::{calendar::oslo_date, ids::PermitId},
};

const GRANTED: &str = "Vilkårene er oppfylt.";
const IN_PART: &str = "Vilkårene er oppfylt for en del av det som ble søkt om.";
const REFUSED: &str = "Vilkårene er ikke oppfylt.";
const QUESTION: &str = "Send dokumentasjon på behovet.";
const SUSPENDED: &str = "Opplysningene er ikke bekreftet etter purring.";
const REINSTATED: &str = "Opplysningene er bekreftet.";
const REVOKED: &str = "Vilkårene er ikke lenger oppfylt.";

/// Who applies, by number among the synthetic.
#[derive(Debug, Clone, Copy)]
pub enum Holder {
    Person(u64),
    Organisation(u64),
}

/// How far a case has come at the end of the year, or how it ended.
#[derive(Debug, Clone)]
pub enum Course {
    Filed,
    Assigned,
    Asked,
    Refused,
    Dismissed,
    Withdrawn,
    /// With conditions that narrow what was applied for.
    GrantedInPart,
    Granted(Sequel),
}

/// What becomes of a permit some weeks after it was granted.
#[derive(Debug, Clone)]
pub enum Sequel {
    /// Nothing; where it has an end it may run out.
    Holds,
    /// It says what this whole application says.
    Amended(Value),
    Renewed,
    /// It is offered to this organisation, which has not answered yet.
    Offered(u64),
    /// This organisation holds it.
    Transferred(u64),
    Suspended,
    Reinstated,
    Revoked,
    Surrendered,
}

/// One application and its course.
#[derive(Debug, Clone)]
pub struct Affair {
    pub kind: Kind,
    pub holder: Holder,
    pub application: Value,
    pub course: Course,
    /// Conditions set when it is granted.
    pub conditions: &'static [&'static str],
}

impl Affair {
    /// An affair whose permit has no conditions of its own.
    pub const fn new(kind: Kind, holder: Holder, application: Value, course: Course) -> Self {
        Self { kind, holder, application, course, conditions: &[] }
    }

    const fn stays_open(&self) -> bool {
        matches!(self.course, Course::Filed | Course::Assigned | Course::Asked)
    }
}

impl Holder {
    fn caller(self) -> Caller {
        match self {
            Holder::Person(i) => people::private(i),
            Holder::Organisation(i) => people::representative(i),
        }
    }
}

/// Every affair with the dates of an application filed on `day`; those that stay open come last.
fn all(day: NaiveDate) -> Vec<Affair> {
    let mut affairs = [
        spectrum::affairs(day),
        transmitters::affairs(day),
        aircraft::affairs(day),
        numbers::affairs(day),
        businesses::affairs(),
        stations::affairs(day),
    ]
    .concat();
    affairs.sort_by_key(Affair::stays_open);
    affairs
}

/// The affairs of the year, one filed at each turn.
pub struct Affairs<'a> {
    year: &'a Year<'a>,
    count: usize,
    /// Turns from a grant to its sequel: as many as affairs stay open, so that the last sequel comes
    /// with the last application.
    lag: usize,
    granted: Vec<Option<(Affair, PermitId)>>,
}

impl<'a> Affairs<'a> {
    /// None has had its turn.
    pub fn new(year: &'a Year<'a>) -> Self {
        let all = all(oslo_date(year.app.clock().now()));
        let lag = all.iter().filter(|affair| affair.stays_open()).count();
        Self { year, count: all.len(), lag, granted: Vec::new() }
    }

    /// Files and grants what is held from the first day on.
    ///
    /// # Errors
    /// When an action refuses, which the lists give no reason for.
    pub async fn before_all(&self) -> Result<(), Failure> {
        let today = oslo_date(self.year.app.clock().now());
        self.begin(0, &numbers::earliest(today)).await.map(|_| ())
    }

    /// How far apart turns may lie, so that all have theirs within `steps`.
    pub fn every(&self, steps: u64) -> u64 {
        (steps / self.count as u64).max(1)
    }

    /// Files the next affair, and takes the sequel of an earlier one that is due.
    ///
    /// # Errors
    /// When an action refuses, which the lists give no reason for.
    pub async fn turn(&mut self) -> Result<(), Failure> {
        let turn = self.granted.len();
        let today = oslo_date(self.year.app.clock().now());
        let granted = match all(today).into_iter().nth(turn) {
            Some(affair) => self.begin(turn, &affair).await?.map(|permit| (affair, permit)),
            None => None,
        };
        self.granted.push(granted);
        let due = turn.checked_sub(self.lag).and_then(|earlier| self.granted[earlier].take());
        match due {
            Some((affair, permit)) => self.go_on(turn, &affair, permit).await,
            None => Ok(()),
        }
    }

    fn caseworker(&self, turn: usize) -> &Caller {
        &self.year.caseworkers[turn % 3]
    }

    /// Files an affair and takes its case as far as it goes; answers the permit, if it makes one.
    async fn begin(&self, turn: usize, affair: &Affair) -> Result<Option<PermitId>, Failure> {
        let year = self.year;
        let (holder, caseworker) = (affair.holder.caller(), self.caseworker(turn));
        if affair.kind == Kind::Installer {
            businesses::assess(year.app, caseworker, affair, None).await?;
        }
        let case = year.file(&holder, affair.kind, &affair.application).await?;
        match affair.course {
            Course::Filed => {}
            Course::Assigned => {
                year.assigned(&case, caseworker).await?;
            }
            Course::Asked => {
                year.asked(&case, caseworker, QUESTION).await?;
            }
            Course::Refused => {
                year.decide(&case, caseworker, Step::Refuse, REFUSED).await?;
            }
            Course::Dismissed => {
                year.decide(&case, caseworker, Step::Dismiss, REFUSED).await?;
            }
            Course::Withdrawn => {
                actions::withdraw(year.app, &holder, Sight::All, case.id, case.version).await?;
            }
            Course::GrantedInPart => {
                let ruling = Ruling {
                    step: Step::GrantPartly,
                    grounds: IN_PART.to_owned(),
                    conditions: affair.conditions.iter().map(|text| (*text).to_owned()).collect(),
                    valid_until: None,
                };
                year.rule(&case, caseworker, &ruling).await?;
            }
            Course::Granted(_) => {
                return self.settled(&case, caseworker, affair.conditions).await.map(Some);
            }
        }
        Ok(None)
    }

    /// The permit of a case that the rules granted at once, or that a caseworker grants now.
    async fn settled(
        &self,
        case: &Case,
        caseworker: &Caller,
        conditions: &[&str],
    ) -> Result<PermitId, Failure> {
        let made = if case.status.is_open() {
            let ruling = Ruling {
                step: Step::Grant,
                grounds: GRANTED.to_owned(),
                conditions: conditions.iter().map(|text| (*text).to_owned()).collect(),
                valid_until: None,
            };
            self.year.rule(case, caseworker, &ruling).await?.map(|permit| permit.id)
        } else {
            case.permit
        };
        made.ok_or_else(|| Failure::internal("a grant made no permit"))
    }

    /// What becomes of a permit.
    async fn go_on(&self, turn: usize, affair: &Affair, permit: PermitId) -> Result<(), Failure> {
        let Course::Granted(sequel) = &affair.course else { return Ok(()) };
        let permit = self.year.permit(permit).await?;
        let (holder, caseworker) = (affair.holder.caller(), self.caseworker(turn));
        let step = match sequel {
            Sequel::Suspended => StateStep::Suspend(SUSPENDED),
            Sequel::Revoked => StateStep::Revoke(REVOKED),
            Sequel::Surrendered => {
                let step = StateStep::Surrender("noLongerUsed");
                return self.year.step(&holder, &permit, step).await;
            }
            Sequel::Reinstated => {
                self.year.step(caseworker, &permit, StateStep::Suspend(SUSPENDED)).await?;
                let suspended = self.year.permit(permit.id).await?;
                let step = StateStep::Reinstate(REINSTATED);
                return self.year.step(caseworker, &suspended, step).await;
            }
            asked => return self.asked(turn, affair, &permit, asked).await,
        };
        self.year.step(caseworker, &permit, step).await
    }

    /// What a holder asks for about a permit.
    async fn asked(
        &self,
        turn: usize,
        affair: &Affair,
        permit: &Permit,
        sequel: &Sequel,
    ) -> Result<(), Failure> {
        let year = self.year;
        let (holder, caseworker) = (affair.holder.caller(), self.caseworker(turn));
        let case = match sequel {
            Sequel::Amended(application) => {
                if affair.kind == Kind::Installer {
                    businesses::assess(year.app, caseworker, affair, Some(application)).await?;
                }
                year.ask_amendment(&holder, permit, application).await?
            }
            Sequel::Renewed => year.ask_renewal(&holder, permit).await?,
            Sequel::Offered(to) => return year.offer(&holder, permit, *to).await.map(|_| ()),
            Sequel::Transferred(to) => {
                let case = year.offer(&holder, permit, *to).await?;
                year.accepted(&case, *to).await?
            }
            _ => return Ok(()),
        };
        self.settled(&case, caseworker, &[]).await.map(|_| ())
    }
}
