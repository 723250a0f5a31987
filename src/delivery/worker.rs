//! The worker: claims what is due, renders it through today's policy, sends it and writes down how it
//! went. One loop per process; several processes share the queue on PostgreSQL.
//!
//! No transaction is open while anything is sent. Each subscription has places of its own in flight,
//! so a recipient that hangs does not hold up another. What finishes together is written together.
//! A delivery is sent at least once: when a process dies, its leases run out and others send again. One that
//! was halted sends nothing for which too little is left of its lease.

mod payload;
mod settlement;

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use chrono::TimeDelta;
use sha2::{Digest as _, Sha256};
use tokio::task::{self, JoinSet};
use url::Url;
use zeroize::Zeroizing;

use super::{
    actions,
    sender::{Sender, SenderSettings},
    signature::{MessageId, Signer},
    store::{
        self, Subscription,
        queue::{self, Claimed, Lease},
    },
    target::AllowList,
};
use crate::{
    app::App,
    config::Settings,
    disclosure::{Circumstances, policy::Recipient},
    failure::Failure,
    party::{self, model::Party},
    permit,
    values::ids::{DeliveryId, PartyId, SubscriptionId},
};
use payload::{Payload, Source};
use settlement::{Ending, Finished, Given, Sent};

/// Most deliveries one process has in flight to one subscription.
const IN_FLIGHT: usize = 64;
/// Shortest lease; longer when attempts may take longer. What a process that died had in flight waits
/// for its end, and with it every newer version of the same permits.
const LEASE: Duration = Duration::from_secs(10);
/// A delivery that became due without a signal (a retry, or written by another process) is found
/// after this time at the latest.
const POLL: Duration = Duration::from_secs(1);
/// The same where other processes write and only the database tells of it.
const POLL_SHARED: Duration = Duration::from_millis(100);
/// How often the gauges are set; less often where counting takes long, as among millions that wait.
const GAUGES: Duration = Duration::from_secs(5);
/// After each time it is rested so many times as long as the counting took.
const GAUGES_REST: u32 = 20;

/// The sender of this process.
///
/// # Errors
/// When a certificate file cannot be read or used.
pub fn sender(settings: &Settings) -> Result<Sender, Failure> {
    let read = |path: &std::path::PathBuf| std::fs::read(path).map_err(Failure::internal);
    let sender = SenderSettings {
        connect_timeout: SenderSettings::default().connect_timeout.min(settings.delivery_timeout),
        total_timeout: settings.delivery_timeout,
        allow_list: AllowList::parse(&settings.delivery_allow).map_err(Failure::internal)?,
        extra_roots_pem: settings.delivery_roots.as_ref().map(read).transpose()?,
        client_identity_pem: settings
            .delivery_identity
            .as_ref()
            .map(read)
            .transpose()?
            .map(Zeroizing::new),
        ..SenderSettings::default()
    };
    Sender::new(sender).map_err(Failure::internal)
}

/// Delivers until the process is to stop; what is in flight then is brought to its end.
pub async fn run(app: App) {
    let signals = app.signals();
    let mut worker = Worker::new(app.clone());
    // beside the loop: deliveries do not wait for it; ends with this function
    let mut gauges = JoinSet::new();
    gauges.spawn(keep_gauges(app.clone()));
    let poll = if app.db().is_postgres() { POLL_SHARED } else { POLL };
    while !signals.is_stopping() {
        if let Err(failure) = worker.turn().await {
            tracing::error!(
                problem = failure.problem().code(),
                "deliveries cannot be claimed or settled now"
            );
            tokio::time::sleep(POLL).await;
            continue;
        }
        tokio::select! {
            true = worker.wait() => {}
            () = signals.worker.notified() => {}
            () = tokio::time::sleep(poll) => {}
        }
    }
    gauges.shutdown().await;
    while worker.wait().await {}
    report(worker.settle().await);
}

async fn keep_gauges(app: App) {
    loop {
        let began = Instant::now();
        report(set_gauges(&app).await);
        tokio::time::sleep(GAUGES.max(began.elapsed() * GAUGES_REST)).await;
    }
}

fn report(outcome: Result<(), Failure>) {
    if let Err(failure) = outcome {
        tracing::error!(problem = failure.problem().code(), "the delivery worker met a failure");
    }
}

/// Delivers everything that is due now; answers how many attempts and withholdings came of it.
///
/// # Errors
/// When the database does not answer.
pub async fn run_once(app: &App) -> Result<usize, Failure> {
    let mut worker = Worker::new(app.clone());
    while worker.turn().await? || worker.wait().await {}
    Ok(worker.settled)
}

/// One process's deliveries in flight.
struct Worker {
    app: App,
    /// Nothing comes of an attempt that did not begin.
    sending: JoinSet<Option<Finished>>,
    /// Where each task sends to; also of tasks that panicked.
    in_flight: HashMap<task::Id, SubscriptionId>,
    /// Finished, and not yet written down.
    finished: Vec<Finished>,
    settled: usize,
}

/// A payload on its way.
struct Outgoing {
    body: Vec<u8>,
    given: Option<Given>,
}

impl Worker {
    fn new(app: App) -> Self {
        Self {
            app,
            sending: JoinSet::new(),
            in_flight: HashMap::new(),
            finished: Vec::new(),
            settled: 0,
        }
    }

    /// Writes down what has finished, then claims what is due and sends it off. True if anything was claimed.
    async fn turn(&mut self) -> Result<bool, Failure> {
        self.settle().await?;
        // a replay that cannot be written must not keep from being sent what can
        let mut progress = actions::go_on(&self.app).await.unwrap_or_else(|failure| {
            tracing::error!(problem = failure.problem().code(), "a replay cannot be written now");
            false
        });
        for id in queue::due(self.app.db().read(), self.app.clock().now()).await? {
            let busy = self.in_flight.values().filter(|other| **other == id).count();
            let free = IN_FLIGHT.saturating_sub(busy);
            if free > 0 {
                progress |= self.claim(id, free).await?;
            }
        }
        Ok(progress)
    }

    /// Waits until something has finished; false when nothing is in flight.
    async fn wait(&mut self) -> bool {
        let Some(first) = self.sending.join_next_with_id().await else { return false };
        self.take(first);
        while let Some(next) = self.sending.try_join_next_with_id() {
            self.take(next);
        }
        true
    }

    fn take(&mut self, joined: Result<(task::Id, Option<Finished>), task::JoinError>) {
        match joined {
            Ok((id, finished)) => {
                self.in_flight.remove(&id);
                self.finished.extend(finished);
            }
            Err(error) => {
                // its lease runs out, and it is tried again
                self.in_flight.remove(&error.id());
                tracing::error!(panicked = error.is_panic(), "an attempt was broken off");
            }
        }
    }

    async fn settle(&mut self) -> Result<(), Failure> {
        if !self.finished.is_empty() {
            let (app, finished) = (&self.app, &self.finished);
            app.db().write(|tx| async move { settlement::record(&tx, finished).await }).await?;
            settlement::measure(self.app.clock().now(), &self.finished);
            self.settled += self.finished.len();
            self.finished.clear();
        }
        Ok(())
    }

    async fn claim(&mut self, id: SubscriptionId, free: usize) -> Result<bool, Failure> {
        let app = self.app.clone();
        let (began, now) = (Instant::now(), app.clock().now());
        let name = format!("{}/{}", app.process(), crate::values::ids::fresh(now).simple());
        let length = LEASE.max(app.settings().delivery_timeout * 4);
        let lease = Lease {
            name: &name,
            until: now + TimeDelta::from_std(length).map_err(Failure::internal)?,
            ends: began + length,
        };
        let claim = app.db().write(|tx| {
            let app = &app;
            async move {
                let subscription = store::lock(&tx, id).await?;
                let Ok(target) = target(app, &subscription) else { return Ok(None) };
                let claim = queue::claim(&tx, &subscription, lease, free as u64).await?;
                Ok(Some((target, claim)))
            }
        });
        let Some((target, claim)) = claim.await? else {
            tracing::error!(subscription = %id, "the keys or the address of a subscription cannot be read");
            return Ok(false);
        };
        let progress = claim.superseded > 0 || !claim.claimed.is_empty();
        for (claim, outgoing) in render(&app, target.recipient, claim.claimed).await? {
            self.start(&target, claim, outgoing);
        }
        Ok(progress)
    }

    fn start(
        &mut self,
        target: &Target,
        claim: Claimed,
        outgoing: Result<Option<Outgoing>, Failure>,
    ) {
        let recipient = target.recipient;
        let ended = move |claim, ending| Finished { claim, recipient, ending };
        match outgoing {
            Ok(Some(outgoing)) => {
                let subscription = claim.subscription;
                let (app, url, signer) =
                    (self.app.clone(), target.url.clone(), target.signer.clone());
                let handle = self.sending.spawn(async move {
                    if !claim.has_time(Instant::now(), app.settings().delivery_timeout) {
                        tracing::warn!(delivery = %claim.id, "too little is left of a lease to send; it is claimed anew");
                        return None;
                    }
                    let sent = send(&app, &url, &signer, claim.id, outgoing).await;
                    Some(ended(claim, Ending::Sent(Box::new(sent))))
                });
                self.in_flight.insert(handle.id(), subscription);
            }
            Ok(None) => self.finished.push(ended(claim, Ending::Withheld)),
            Err(failure) => {
                tracing::error!(delivery = %claim.id, problem = failure.problem().code(), "a delivery cannot be rendered");
                self.finished.push(ended(claim, Ending::NotRendered));
            }
        }
    }
}

/// Where deliveries of one claim go, and who signs them.
struct Target {
    recipient: Recipient,
    url: Url,
    signer: Signer,
}

fn target(app: &App, subscription: &Subscription) -> Result<Target, Failure> {
    Ok(Target {
        recipient: subscription.recipient,
        url: Url::parse(&subscription.url).map_err(Failure::internal)?,
        signer: subscription.keys(&app.keys())?.signer()?,
    })
}

async fn send(app: &App, url: &Url, signer: &Signer, id: DeliveryId, outgoing: Outgoing) -> Sent {
    let Outgoing { body, given } = outgoing;
    let at = app.clock().now();
    let headers = signer.sign(&MessageId::from(id.0), at, &body);
    let body_hash = Sha256::digest(&body).into();
    let attempt = app.sender().send(url, &headers, body).await;
    Sent { attempt, at, body_hash, given }
}

type Rendered = Vec<(Claimed, Result<Option<Outgoing>, Failure>)>;

/// Renders claimed deliveries, with a statement per table for all of them.
async fn render(
    app: &App,
    recipient: Recipient,
    claims: Vec<Claimed>,
) -> Result<Rendered, Failure> {
    if claims.is_empty() {
        return Ok(Vec::new());
    }
    let (connection, keys) = (app.db().read(), app.keys());
    let events = queue::events(connection, claims.iter().map(|claim| claim.event)).await?;
    let wanted: Vec<_> = claims.iter().filter_map(|claim| claim.about).collect();
    let versions = permit::store::versions_at(connection, &wanted).await?;
    let holders: Vec<PartyId> = versions.iter().map(|version| version.holder).collect();
    let parties = party::store::many(connection, &holders).await?;
    let data_keys = party::store::data_keys(connection, &keys, &holders).await?;
    let one = |claim: &Claimed| -> Result<Option<Outgoing>, Failure> {
        let event = events
            .iter()
            .find(|event| event.id == claim.event)
            .ok_or_else(|| Failure::internal("an event is missing"))?;
        let Some((permit, version)) = claim.about else {
            let digest = event.digest.as_deref().unwrap_or_default();
            let body = payload::digest(&event.kind, event.occurred_at, digest);
            let body = body.map_err(Failure::internal)?;
            return Ok(Some(Outgoing { body, given: None }));
        };
        let found = versions.iter().find(|one| one.permit() == permit && one.version == version);
        let Some(version) = found else { return Ok(None) };
        // without its data key a version is destroyed
        let Some(key) = data_keys.get(&version.holder) else { return Ok(None) };
        let key = key.as_ref().map_err(repeated)?;
        let party: &Party = parties
            .get(&version.holder)
            .ok_or_else(|| Failure::internal("a party is missing"))?
            .as_ref()
            .map_err(repeated)?;
        let record = version.record(key)?;
        let ended = payload::has_ended(&record);
        let source = Source {
            event: &event.kind,
            occurred_at: event.occurred_at,
            permit: &permit.to_string(),
            version: version.version,
            recorded_at: version.recorded_at,
            record: &record,
            circumstances: Circumstances::of(queue::kind_of(event)?, party, ended),
        };
        let payload = payload::render(&source, recipient).map_err(Failure::internal)?;
        Ok(payload.map(|payload| {
            let Payload { body, purpose, fields } = payload;
            let (holder, version) = (version.holder, version.version);
            Outgoing { body, given: Some(Given { holder, permit, version, purpose, fields }) }
        }))
    };
    Ok(claims
        .into_iter()
        .map(|claim| {
            let outgoing = one(&claim);
            (claim, outgoing)
        })
        .collect())
}

/// A failure that several deliveries share.
fn repeated(failure: &Failure) -> Failure {
    Failure::internal(failure.to_string())
}

#[allow(clippy::cast_precision_loss)] // a gauge is a float; no queue is 2^52 long
async fn set_gauges(app: &App) -> Result<(), Failure> {
    let (oldest, parked) = queue::backlog(app.db().read()).await?;
    let age = oldest
        .map_or(0.0, |at| (app.clock().now() - at).to_std().unwrap_or_default().as_secs_f64());
    metrics::gauge!("anrop_delivery_oldest_pending_seconds").set(age);
    metrics::gauge!("anrop_delivery_parked").set(parked as f64);
    for (reason, number) in store::hold::paused(app.db().read(), actions::PAUSES).await? {
        metrics::gauge!("anrop_subscriptions_paused", "reason" => reason).set(number as f64);
    }
    Ok(())
}
