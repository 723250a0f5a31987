//! The app of one process: everything a handler or a job needs, put together once.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use tokio::{
    sync::{Notify, OnceCell, watch},
    time::timeout,
};

use crate::{
    clock::Clock,
    config::{Mode, Settings},
    contact_link::limit::Limit,
    database::{DatabaseSettings, Db},
    delivery::sender::Sender,
    document_access::limit::Limits,
    failure::Failure,
    frequency_plan::current::Current,
    identity::{client::SignIn, ended::Ended, token::Issuers},
    keys::KeyRing,
    notification::{client::Gateway, email::client::MailServer},
    numbering::share,
    register::{
        Change, events,
        feed::Head,
        index::Index,
        lease::Lease,
        snapshot::{self, Snapshots},
    },
    representation::{client::Representation, programs::Mandates},
    rescue::{spool::Spool, standby::Standby},
    statistics,
    unit_register::client::UnitRegister,
    values::{calendar::oslo_date, call_sign_series::SeriesKind, national_id::NationalIdRule},
};

/// Reports of interference taken from one address in ten minutes; whole households and offices share one.
const REPORTS: u32 = 30;

/// A handle on the app; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    settings: Settings,
    clock: Arc<dyn Clock>,
    db: Db,
    keys: Arc<KeyRing>,
    issuers: Issuers,
    sign_in: SignIn,
    ended_sessions: Ended,
    register: Arc<Index>,
    frequency_plan: Current,
    statistics: statistics::current::Current,
    number_shares: share::Current,
    sign_events: events::Recent,
    snapshots: Arc<Snapshots>,
    feed: Head,
    lease: Lease,
    spool: Spool,
    standby: OnceCell<Standby>,
    sender: Sender,
    gateway: Option<Gateway>,
    mail_server: Option<MailServer>,
    unit_register: Option<UnitRegister>,
    representation: Option<Representation>,
    mandates: Mandates,
    contact_limit: Limit,
    report_limit: Limit,
    access_limits: Limits,
    signals: Arc<Signals>,
    process: String,
}

/// What wakes the jobs.
#[derive(Debug, Default)]
pub struct Signals {
    /// There are unsealed entries.
    pub sealer: Notify,
    /// There are due deliveries.
    pub worker: Notify,
    /// The process is to stop.
    pub stopping: AtomicBool,
    /// Wakes everything that waits, when stopping.
    pub stop: Notify,
    /// True once no request is taken any more; those who wait in one answer.
    pub closing: watch::Sender<bool>,
    /// Others are served beside the work that nobody waits for.
    pub gentle: AtomicBool,
}

/// So many times as long as a piece of work took that nobody waits for, the next one rests.
const REST: u32 = 3;

impl Signals {
    /// Tells every job to come to an end.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::SeqCst);
        self.stop.notify_waiters();
        self.sealer.notify_waiters();
        self.worker.notify_waiters();
    }

    /// Rests after a piece of work that nobody waits for, so that it has a quarter of the database's time at
    /// most. Not in a command, which does nothing else.
    pub async fn rest(&self, began: Instant) {
        let stop = self.stop.notified();
        if self.gentle.load(Ordering::Relaxed) && !self.is_stopping() {
            let _ = timeout(began.elapsed() * REST, stop).await;
        }
    }

    /// True once the process is to stop.
    pub fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }
}

/// The index first: a file cut from it before is told of the change, one cut from it after has it.
fn show(register: &Index, snapshots: &Snapshots, changes: Vec<Change>) {
    let keys = snapshot::keys(&changes);
    register.apply(changes);
    snapshots.changed(keys);
}

/// What an app is put together from.
pub struct Parts {
    /// Settings.
    pub settings: Settings,
    /// Clock.
    pub clock: Arc<dyn Clock>,
    /// Key ring.
    pub keys: KeyRing,
}

impl App {
    /// Connects to the database and puts the app together. Nothing runs yet.
    ///
    /// # Errors
    /// When the database does not answer, or keys or certificates cannot be used.
    pub async fn new(parts: Parts) -> Result<Self, Failure> {
        let app = Self::open(parts, true).await?;
        app.db().ping().await?;
        Ok(app)
    }

    /// The same without asking the database, for processes that go on by themselves while it is away.
    ///
    /// # Errors
    /// When keys or certificates cannot be used, or another process has the database's file.
    pub async fn before_database(parts: Parts) -> Result<Self, Failure> {
        Self::open(parts, true).await
    }

    /// The same beside a process that serves, for looking only.
    ///
    /// # Errors
    /// As [`App::new`].
    pub async fn beside(parts: Parts) -> Result<Self, Failure> {
        let app = Self::open(parts, false).await?;
        app.db().ping().await?;
        Ok(app)
    }

    async fn open(parts: Parts, exclusive: bool) -> Result<Self, Failure> {
        let Parts { settings, clock, keys } = parts;
        if settings.mode == Mode::Production && keys.is_generated() {
            return Err(Failure::internal(
                "production refuses keys that were generated for a demo; make a ring with `anrop keys init`",
            ));
        }
        let db = Db::connect(
            &DatabaseSettings {
                url: settings.database_url.clone(),
                connections: settings.database_connections,
                exclusive,
            },
            Arc::clone(&clock),
        )
        .await?;
        let issuers = Issuers::new(
            &keys,
            settings.built_in_issuer,
            &settings.issuers,
            settings.national_ids,
            settings.relaxed_national_ids_from,
        )?;
        let sign_in = SignIn::new(crate::identity::client::providers(&settings))?;
        let keys = Arc::new(keys);
        let (spool, recovery) = crate::rescue::open_spool(&settings.spool, Arc::clone(&keys))?;
        if recovery.torn > 0 || recovery.damaged > 0 {
            tracing::warn!("the look-up spool was repaired after an unclean stop");
        }
        let sender = crate::delivery::worker::sender(&settings)?;
        let gateway = settings.gateway.clone().map(Gateway::new).transpose()?;
        let mail_server = settings
            .mail
            .as_ref()
            .map(|mail| MailServer::new(mail, &settings.authority_name))
            .transpose()?;
        let unit_register = settings.unit_register.as_deref().map(UnitRegister::new).transpose()?;
        let representation = settings
            .representation
            .clone()
            .map(|own| Representation::new(own, Arc::clone(&clock)))
            .transpose()?;
        if gateway.is_none() {
            tracing::warn!(
                "no gateway for text messages: emergency contacts are not told that they are listed"
            );
        }
        let register = Arc::new(Index::default());
        let snapshots = Arc::new(Snapshots::default());
        let signals = Arc::new(Signals::default());
        {
            let (register, signals) = (Arc::clone(&register), Arc::clone(&signals));
            let snapshots = Arc::clone(&snapshots);
            db.after_commit(move |committed| {
                show(&register, &snapshots, committed.changes);
                if committed.unsealed {
                    signals.sealer.notify_one();
                }
                if committed.deliveries {
                    signals.worker.notify_one();
                }
            });
        }
        let process = crate::values::ids::fresh(clock.now()).simple().to_string();
        Ok(Self(Arc::new(Inner {
            lease: Lease::new(process.clone()),
            settings,
            clock,
            db,
            keys,
            issuers,
            sign_in,
            ended_sessions: Ended::default(),
            register,
            frequency_plan: Current::default(),
            statistics: statistics::current::Current::default(),
            number_shares: share::Current::default(),
            sign_events: events::Recent::default(),
            snapshots,
            feed: Head::default(),
            spool,
            standby: OnceCell::new(),
            sender,
            gateway,
            mail_server,
            unit_register,
            representation,
            mandates: Mandates::default(),
            contact_limit: Limit::default(),
            report_limit: Limit::of(REPORTS, chrono::TimeDelta::minutes(10)),
            access_limits: Limits::default(),
            signals,
            process,
        })))
    }

    /// Settings.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// The clock.
    pub fn clock(&self) -> &dyn Clock {
        &*self.0.clock
    }

    /// The database.
    pub fn db(&self) -> &Db {
        &self.0.db
    }

    /// The key ring.
    pub fn keys(&self) -> Arc<KeyRing> {
        Arc::clone(&self.0.keys)
    }

    /// Trusted issuers.
    pub fn issuers(&self) -> &Issuers {
        &self.0.issuers
    }

    /// Sign-in of the pages.
    pub fn sign_in(&self) -> &SignIn {
        &self.0.sign_in
    }

    /// Sessions that were ended before their time.
    pub fn ended_sessions(&self) -> &Ended {
        &self.0.ended_sessions
    }

    /// The register of units, where it is asked.
    pub fn unit_register(&self) -> Option<&UnitRegister> {
        self.0.unit_register.as_ref()
    }

    /// The register of representation, where it is asked.
    pub fn representation(&self) -> Option<&Representation> {
        self.0.representation.as_ref()
    }

    /// What it has said of those whose programs act for organisations.
    pub fn mandates(&self) -> &Mandates {
        &self.0.mandates
    }

    /// The public register.
    pub fn register(&self) -> &Index {
        &self.0.register
    }

    /// The frequency plan.
    pub fn frequency_plan(&self) -> &Current {
        &self.0.frequency_plan
    }

    /// Figures.
    pub fn statistics(&self) -> &statistics::current::Current {
        &self.0.statistics
    }

    /// How much of each type of number is used.
    pub fn number_shares(&self) -> &share::Current {
        &self.0.number_shares
    }

    /// When the status of signs changed, as far as it was asked lately.
    pub fn sign_events(&self) -> &events::Recent {
        &self.0.sign_events
    }

    /// Shows changes to the public: in the index, and so that no file shows what they take away.
    pub fn show(&self, changes: Vec<Change>) {
        show(&self.0.register, &self.0.snapshots, changes);
    }

    /// The files of the register.
    pub fn snapshots(&self) -> &Snapshots {
        &self.0.snapshots
    }

    /// How far the log is sealed.
    pub fn feed(&self) -> &Head {
        &self.0.feed
    }

    /// This process's lease.
    pub fn lease(&self) -> &Lease {
        &self.0.lease
    }

    /// The look-up spool.
    pub fn spool(&self) -> &Spool {
        &self.0.spool
    }

    /// The standby, opened at first use.
    ///
    /// # Errors
    /// When its file cannot be opened.
    pub async fn standby(&self) -> Result<&Standby, Failure> {
        let open =
            || Standby::open(&self.0.settings.spool, &self.0.keys, Arc::clone(&self.0.clock));
        self.0.standby.get_or_try_init(open).await
    }

    /// The standby, if it is open: what answers while the database does not.
    pub fn open_standby(&self) -> Option<&Standby> {
        self.0.standby.get()
    }

    /// Sends deliveries.
    pub fn sender(&self) -> &Sender {
        &self.0.sender
    }

    /// Hands text messages over; none when that is off.
    pub fn gateway(&self) -> Option<&Gateway> {
        self.0.gateway.as_ref()
    }

    /// Hands notices over by e-mail; none when that is off.
    pub fn mail_server(&self) -> Option<&MailServer> {
        self.0.mail_server.as_ref()
    }

    /// How often links of contacts may be guessed.
    pub fn contact_limit(&self) -> &Limit {
        &self.0.contact_limit
    }

    /// How often an address may report interference.
    pub fn report_limit(&self) -> &Limit {
        &self.0.report_limit
    }

    /// How much an address may ask for access to.
    pub fn access_limits(&self) -> &Limits {
        &self.0.access_limits
    }

    /// What wakes the jobs.
    pub fn signals(&self) -> Arc<Signals> {
        Arc::clone(&self.0.signals)
    }

    /// Name of this process among others.
    pub fn process(&self) -> &str {
        &self.0.process
    }

    /// The series signs are assigned from: the declared test series where so set.
    pub fn series(&self, kind: SeriesKind) -> SeriesKind {
        match (self.0.settings.test_series, kind) {
            (true, SeriesKind::Plb) => SeriesKind::TestPlb,
            (true, SeriesKind::PersonalNew) => SeriesKind::TestAmateur,
            (_, kind) => kind,
        }
    }

    /// Which national ids are well-formed today.
    pub fn national_id_rule(&self) -> NationalIdRule {
        let today = oslo_date(self.clock().now());
        NationalIdRule::on(today, self.0.settings.relaxed_national_ids_from)
    }

    /// Folder of checkpoints.
    pub fn checkpoints(&self) -> &PathBuf {
        &self.0.settings.checkpoints
    }
}
