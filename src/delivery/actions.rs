//! What an administrator can do with subscriptions. Nothing is sent from here: the worker does.

use url::Url;
use uuid::Uuid;
use validator::Validate as _;
use zeroize::Zeroizing;

use super::{
    store::{
        self, Delivered, Keys, Subscription,
        replay::{self, Piece},
    },
    target::AllowList,
    wire::{NewAddress, NewSubscription, Replay},
};
use crate::{
    app::App,
    database::Tx,
    disclosure::policy::Recipient,
    failure::{Failure, FieldErrors, Problem},
    idempotency::IdempotencyKey,
    values::ids::{DeliveryId, PermitId, SubscriptionId},
};

/// Why an administrator paused; the worker pauses with a reason of its own.
const BY_ADMINISTRATOR: &str = "administrator";
/// Why the worker paused: the recipient answered 410.
pub const GONE: &str = "gone";
/// Permits or events of a replay that are gone through in one commit.
const PIECE: u64 = replay::CHUNK as u64;
/// Every reason to pause.
pub const PAUSES: [&str; 2] = [GONE, BY_ADMINISTRATOR];

/// A parsed wish for a subscription.
#[derive(Debug, Clone)]
pub struct Wish {
    name: String,
    recipient: Recipient,
    url: Url,
}

impl Wish {
    /// Checks a form; every error is told.
    ///
    /// # Errors
    /// 422 for sizes, an unknown recipient, or an address that may not be called.
    pub fn parse(app: &App, form: &NewSubscription) -> Result<Self, Failure> {
        let mut errors = FieldErrors::new();
        errors.merge_sizes(form.validate());
        let name = form.name.trim().to_owned();
        if name.is_empty() {
            errors.add("/name", "missing", "This must be filled in.");
        }
        let recipient = store::recipient_from_code(&form.recipient);
        if recipient.is_none() {
            errors.add("/recipient", "not-in-list", "Give rescueCentre or programmer.");
        }
        let url = parse_url(app, &form.url, &mut errors)?;
        let wish = recipient.zip(url).map(|(recipient, url)| Self { name, recipient, url });
        errors.finish(wish)
    }
}

fn parse_url(app: &App, text: &str, errors: &mut FieldErrors) -> Result<Option<Url>, Failure> {
    let Ok(url) = Url::parse(text) else {
        errors.add("/url", "url", "Give a whole address, such as https://example.no/hook.");
        return Ok(None);
    };
    let allowed = AllowList::parse(&app.settings().delivery_allow).map_err(Failure::internal)?;
    errors.take("/url", allowed.check_url(&url));
    Ok(Some(url))
}

/// Checks the new address of a subscription; every error is told.
///
/// # Errors
/// 422 for an address that may not be called.
pub fn new_address(app: &App, form: &NewAddress) -> Result<Url, Failure> {
    let mut errors = FieldErrors::new();
    errors.merge_sizes(form.validate());
    let url = parse_url(app, &form.url, &mut errors)?;
    errors.finish(url)
}

/// Makes a subscription. The secret comes with it the first time only: a repeated request gets the
/// subscription without it.
///
/// # Errors
/// 409 when the name is taken or the key was used for something else.
pub async fn create(
    app: &App,
    wish: &Wish,
    key: Option<&IdempotencyKey>,
) -> Result<(Subscription, Option<Zeroizing<String>>), Failure> {
    const OPERATION: &str = "createSubscription";
    app.db()
        .write(|tx| async move {
            if let Some(key) = key
                && let Some(made) = key.made(&*tx, OPERATION).await?
            {
                return Ok((store::find(&*tx, SubscriptionId(made)).await?, None));
            }
            let keys = Keys::generate()?;
            let secret = keys.newest_secret()?;
            let Wish { name, recipient, url } = wish.clone();
            let subscription =
                Subscription::new(&app.keys(), tx.now(), name, recipient, url.into(), &keys)?;
            store::insert(&tx, &subscription).await?;
            if let Some(key) = key {
                key.remember(&tx, OPERATION, subscription.id.0).await?;
            }
            Ok((subscription, Some(secret)))
        })
        .await
}

/// Gives a subscription new keys. The ones before sign along until the next rotation.
///
/// # Errors
/// 404 or 412.
pub async fn rotate(
    app: &App,
    id: SubscriptionId,
    version: i32,
) -> Result<(Subscription, Zeroizing<String>), Failure> {
    app.db()
        .write(|tx| async move {
            let mut subscription = lock_at(&tx, id, version).await?;
            let keys = subscription.keys(&app.keys())?.rotated()?;
            subscription.set_keys(&app.keys(), &keys)?;
            write(&tx, &mut subscription).await?;
            Ok((subscription, keys.newest_secret()?))
        })
        .await
}

/// Stops sending; deliveries collect.
///
/// # Errors
/// 404, 412, or 409 when it is paused already.
pub async fn pause(app: &App, id: SubscriptionId, version: i32) -> Result<Subscription, Failure> {
    app.db()
        .write(|tx| async move {
            let mut subscription = lock_at(&tx, id, version).await?;
            if subscription.paused.is_some() {
                return Err(illegal("The subscription is paused already."));
            }
            subscription.paused = Some(BY_ADMINISTRATOR.to_owned());
            write(&tx, &mut subscription).await?;
            Ok(subscription)
        })
        .await
}

/// Ends a subscription for good: nothing is sent any more, what had not arrived goes, and its keys are destroyed.
///
/// # Errors
/// 404, 412, or 409 when it was ended before.
pub async fn end(app: &App, id: SubscriptionId, version: i32) -> Result<Subscription, Failure> {
    app.db()
        .write(|tx| async move {
            let mut subscription = lock_at(&tx, id, version).await?;
            subscription.is_ended = true;
            subscription.paused = None;
            subscription.replay = None;
            subscription.set_keys(&app.keys(), &Keys::none())?;
            store::parked::end_all(&tx, id).await?;
            write(&tx, &mut subscription).await?;
            Ok(subscription)
        })
        .await
}

/// Sends to another address from now on; one that waited because the recipient was gone goes out again.
///
/// # Errors
/// 404, 412, or 409 when it was ended.
pub async fn readdress(
    app: &App,
    id: SubscriptionId,
    version: i32,
    url: &Url,
) -> Result<Subscription, Failure> {
    app.db()
        .write(|tx| async move {
            let mut subscription = lock_at(&tx, id, version).await?;
            subscription.url = url.to_string();
            // what the recipient at the other address asked for
            subscription.held_until = None;
            if subscription.paused.as_deref() == Some(GONE) {
                subscription.paused = None;
            }
            write(&tx, &mut subscription).await?;
            tx.wake_worker();
            Ok(subscription)
        })
        .await
}

/// What becomes of a delivery that was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parked {
    /// It is tried anew, at once.
    Retry,
    /// It is given up for good.
    Dismiss,
}

/// Sees to one delivery that was given up.
///
/// # Errors
/// 404, or 409 when it is not parked.
pub async fn settle_parked(app: &App, id: DeliveryId, what: Parked) -> Result<Delivered, Failure> {
    app.db()
        .write(|tx| async move {
            let subscription = store::parked::lock(&tx, id.0).await?;
            match what {
                Parked::Retry => {
                    store::hold::let_go(&tx, subscription).await?;
                    store::parked::retry(&tx, id.0).await
                }
                Parked::Dismiss => store::parked::dismiss(&tx, id.0).await,
            }
        })
        .await?;
    store::delivery(app.db().read(), id).await
}

/// Sends again what has collected, also where the recipient has asked for time.
///
/// # Errors
/// 404, 412, or 409 when nothing keeps it from being sent.
pub async fn resume(app: &App, id: SubscriptionId, version: i32) -> Result<Subscription, Failure> {
    app.db()
        .write(|tx| async move {
            let mut subscription = lock_at(&tx, id, version).await?;
            let was_held = subscription.is_held(tx.now());
            subscription.held_until = None;
            if subscription.paused.take().is_none() && !was_held {
                return Err(illegal("The subscription is not paused."));
            }
            write(&tx, &mut subscription).await?;
            tx.wake_worker();
            Ok(subscription)
        })
        .await
}

/// What is to be sent once more.
#[derive(Debug, Clone, Copy)]
pub enum ReplayOf {
    /// One permit, whatever its state.
    Permit(PermitId),
    /// Permits with an event sealed after this place.
    After(i64),
    /// Every permit that has not ended.
    Live,
}

impl ReplayOf {
    /// Checks a form.
    ///
    /// # Errors
    /// 422 for an id that is none, a negative place, or both members at once.
    pub fn parse(form: &Replay) -> Result<Self, Failure> {
        let mut errors = FieldErrors::new();
        let permit =
            errors.take_optional("/permitId", form.permit_id.as_deref().map(PermitId::parse));
        if form.after_sequence.is_some_and(|after| after < 0) {
            errors.add("/afterSequence", "range", "Give 0 or more.");
        }
        if form.permit_id.is_some() && form.after_sequence.is_some() {
            errors.add("/afterSequence", "together", "Give permitId or afterSequence, not both.");
        }
        errors.finish(Some(match (permit, form.after_sequence) {
            (Some(permit), _) => Self::Permit(permit),
            (None, Some(after)) => Self::After(after),
            (None, None) => Self::Live,
        }))
    }
}

/// What a replay came to.
#[derive(Debug)]
pub struct Begun {
    /// The subscription, at its new version.
    pub subscription: Subscription,
    /// Deliveries written.
    pub written: u64,
}

/// Writes a delivery of today's state of each permit asked for. Deliveries of the same permits that have not
/// arrived, parked ones too, give way to them. Of many permits the first thousand are written, and the worker goes on
/// with the rest ([`go_on`]): nobody waits for a million, and a process that dies loses nothing of it.
///
/// # Errors
/// 404, 412, 409 while the one before is still being written, or 422 when the recipient is told nothing of the one
/// permit asked for.
pub async fn replay(
    app: &App,
    id: SubscriptionId,
    version: i32,
    what: ReplayOf,
) -> Result<Begun, Failure> {
    let connection = app.db().read();
    let whole = match what {
        ReplayOf::Permit(_) => None,
        ReplayOf::Live => replay::whole(connection, None).await?,
        ReplayOf::After(seq) => replay::whole(connection, Some(seq)).await?,
    };
    let first = match (what, whole) {
        (ReplayOf::Permit(permit), _) => Piece { permits: vec![permit.0], open: None },
        (_, Some(whole)) => replay::next(connection, whole, PIECE).await?,
        (_, None) => Piece::default(),
    };
    let first = &first;
    app.db()
        .write(|tx| async move {
            let mut subscription = lock_at(&tx, id, version).await?;
            if subscription.replay.is_some() && !matches!(what, ReplayOf::Permit(_)) {
                return Err(illegal("What is sent once more is still being written. Wait for it."));
            }
            let written = replay_of(&tx, &subscription, &first.permits).await?;
            if written == 0 && matches!(what, ReplayOf::Permit(_)) {
                return Err(not_told());
            }
            // whoever sends once more does not want to wait
            subscription.held_until = None;
            subscription.replay = subscription.replay.or(first.open);
            write(&tx, &mut subscription).await?;
            Ok(Begun { subscription, written })
        })
        .await
}

/// Writes the next piece of a replay, in a commit of its own, so that others can write meanwhile; false when there is
/// none.
///
/// # Errors
/// When the database does not answer.
pub async fn go_on(app: &App) -> Result<bool, Failure> {
    let Some(id) = replay::first_open(app.db().read()).await? else { return Ok(false) };
    let go_on = |tx: Tx| async move {
        let subscription = store::lock(&tx, id).await?;
        // another process may have come to its end meanwhile
        let Some(open) = subscription.replay.filter(|_| !subscription.is_ended) else {
            return Ok(());
        };
        let piece = replay::next(&*tx, open, PIECE).await?;
        replay_of(&tx, &subscription, &piece.permits).await?;
        replay::note(&tx, id, piece.open).await
    };
    app.db().write(go_on).await?;
    Ok(true)
}

async fn replay_of(tx: &Tx, to: &Subscription, permits: &[Uuid]) -> Result<u64, Failure> {
    let list = replay::latest(&**tx, to.recipient, permits).await?;
    replay::insert_deliveries(tx, to.id, &list).await?;
    Ok(list.len() as u64)
}

/// Stops sending to a recipient that wants no more; no deed of an administrator, so no version is asked for.
pub async fn pause_gone(tx: &Tx, id: SubscriptionId) -> Result<(), Failure> {
    let mut subscription = store::lock(tx, id).await?;
    if subscription.paused.is_none() && !subscription.is_ended {
        subscription.paused = Some(GONE.to_owned());
        write(tx, &mut subscription).await?;
        tracing::warn!(subscription = %id, "a recipient answered 410: nothing is sent to it until it is resumed");
    }
    Ok(())
}

async fn lock_at(tx: &Tx, id: SubscriptionId, version: i32) -> Result<Subscription, Failure> {
    let subscription = store::lock(tx, id).await?;
    if subscription.version != version {
        return Err(Failure::stale());
    }
    if subscription.is_ended {
        return Err(illegal("The subscription has ended. Make a new one."));
    }
    Ok(subscription)
}

async fn write(tx: &Tx, subscription: &mut Subscription) -> Result<(), Failure> {
    subscription.version += 1;
    subscription.changed_at = tx.now();
    store::update(tx, subscription).await
}

fn illegal(detail: &'static str) -> Failure {
    Failure::new(Problem::IllegalTransition, detail)
}

fn not_told() -> Failure {
    let detail = "There is no such permit, or this recipient is told nothing of it.";
    Failure::at("/permitId", "not-told", detail)
}
