//! The follower: catches up at the start, when woken, and from time to time; compares when a digest has
//! come, when an operator has accepted a loss, and from time to time; brings what was looked up here to the
//! registry; and goes on whatever fails, a panic too.

use std::{panic::AssertUnwindSafe, time::Instant};

use futures_util::FutureExt as _;

use super::{
    super::{Receiver, model::Stage},
    Fault, bring_look_ups, catch_up, look_up, losses, reconcile,
};

/// Follows the registry for as long as the process lives.
pub async fn follow(receiver: Receiver) {
    let mut compared: Option<Instant> = None;
    loop {
        // nobody watches this task: one that ended would leave a copy that grows old in silence
        if AssertUnwindSafe(turn(&receiver, &mut compared)).catch_unwind().await.is_err() {
            tracing::error!("a turn of the follower broke off; it goes on with the next");
            receiver.progress().panics += 1;
        }
        tokio::select! {
            () = receiver.woken() => {}
            () = tokio::time::sleep(receiver.settings().poll) => {}
        }
    }
}

async fn turn(receiver: &Receiver, compared: &mut Option<Instant>) {
    look_up::write_late(receiver).await;
    if let Err(failure) = receiver.copy().expire(receiver.clock().now()).await {
        tracing::error!(%failure, "what the policy shows no longer cannot be removed");
    }
    if receiver.registry().is_none() {
        return;
    }
    let is_due = compared.is_none_or(|at| at.elapsed() >= receiver.settings().compare);
    let is_asked = receiver.progress().wants_comparison || losses::accepted(receiver).is_some();
    let outcome = if is_due || is_asked {
        let outcome = reconcile(receiver).await.map(|_| ());
        if matches!(outcome, Ok(()) | Err(Fault::Losses(_))) {
            *compared = Some(Instant::now());
        }
        outcome
    } else {
        catch_up(receiver).await.map(|_| ())
    };
    bring(receiver).await;
    let mut progress = receiver.progress();
    match outcome {
        Ok(()) | Err(Fault::Losses(_)) if progress.in_doubt_since.is_some() => {
            progress.stage = Stage::Waiting;
            progress.fault = None;
        }
        Ok(()) => {
            if progress.stage != Stage::Following {
                tracing::info!(applied = progress.applied, "following the registry");
            }
            progress.stage = Stage::Following;
            progress.fault = None;
        }
        Err(fault) => {
            let fault = fault.to_string();
            if progress.fault.as_deref() != Some(&fault) {
                tracing::error!(%fault, "the registry cannot be followed; look-ups are answered from the copy");
            }
            progress.stage = Stage::Alone;
            progress.fault = Some(fault);
        }
    }
}

/// Brings what was looked up here, and notes why it could not be.
async fn bring(receiver: &Receiver) {
    let fault = bring_look_ups(receiver).await.err().map(|fault| fault.to_string());
    let mut progress = receiver.progress();
    if let Some(fault) = &fault
        && progress.look_up_fault.as_ref() != Some(fault)
    {
        tracing::error!(%fault, "look-ups made here are not in the registry's log; they are sent again later");
    }
    progress.look_up_fault = fault;
}
