//! Turns of SQLite's one writer. Each action runs in a savepoint of its own; whoever is waiting when
//! it ends runs in the same transaction, and the first to come back to the end of the queue commits
//! for all of them. Under load a commit, with its wait for the disk, is shared by as many as were
//! waiting; without load an action has its commit to itself. Nobody is answered before the commit.
//!
//! It must not look at what an action writes.

use std::sync::Arc;

use sea_orm::{
    DatabaseConnection, DatabaseTransaction, SqliteTransactionMode, TransactionOptions,
    TransactionTrait as _,
};
use tokio::sync::{Mutex, watch};

use crate::failure::Failure;

/// What became of a batch: nothing yet, or whether its commit held.
type Fate = watch::Receiver<Option<bool>>;

/// The writer's turns.
pub(super) struct Batches {
    writer: DatabaseConnection,
    /// The queue is fair: those who wait go before those who come back to commit.
    turn: Mutex<Option<Open>>,
}

/// A batch that is not committed yet.
struct Open {
    transaction: DatabaseTransaction,
    fate: watch::Sender<Option<bool>>,
}

impl Batches {
    pub(super) fn new(writer: DatabaseConnection) -> Self {
        Self { writer, turn: Mutex::new(None) }
    }

    /// Runs `act` in a savepoint and answers when its batch has been committed.
    ///
    /// # Errors
    /// What `act` answers, or that the database did not take the commit.
    pub(super) async fn run<T, Fut>(
        self: &Arc<Self>,
        act: impl FnOnce(DatabaseTransaction) -> Fut,
    ) -> Result<T, Failure>
    where
        Fut: Future<Output = Result<T, Failure>>,
    {
        let mut turn = self.turn.lock().await;
        let open = match turn.take() {
            Some(open) => turn.insert(open),
            None => turn.insert(self.open().await?),
        };
        let member = Member { batches: Arc::clone(self), fate: Some(open.fate.subscribe()) };
        #[allow(clippy::disallowed_methods)] // part of the one home of transactions
        let savepoint = open.transaction.begin().await?;
        let outcome = act(savepoint).await;
        drop(turn);
        member.committed().await?;
        outcome
    }

    async fn open(&self) -> Result<Open, Failure> {
        #[allow(clippy::disallowed_methods)] // part of the one home of transactions
        let transaction = self
            .writer
            .begin_with_options(TransactionOptions {
                sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
                ..TransactionOptions::default()
            })
            .await?;
        Ok(Open { transaction, fate: watch::Sender::new(None) })
    }

    /// Waits until the batch is committed, or commits it when nobody is before us any more.
    async fn settle(&self, mut fate: Fate) -> Result<(), Failure> {
        let mut watching = fate.clone();
        let mut turn = tokio::select! {
            biased;
            held = watching.wait_for(Option::is_some) => {
                let held = held.is_ok_and(|held| *held == Some(true));
                return if held { Ok(()) } else { Err(lost()) };
            }
            turn = self.turn.lock() => turn,
        };
        if let Some(held) = *fate.borrow_and_update() {
            return if held { Ok(()) } else { Err(lost()) };
        }
        // another batch is begun only when this one has ended, so the open one is ours
        let Some(open) = turn.take() else { return Err(lost()) };
        let outcome = open.transaction.commit().await;
        open.fate.send_replace(Some(outcome.is_ok()));
        Ok(outcome?)
    }
}

fn lost() -> Failure {
    Failure::internal("the commit shared with others did not hold")
}

/// One who has written in a batch. Whoever goes away without waiting still sees to the commit, or
/// the transaction would stay open.
struct Member {
    batches: Arc<Batches>,
    fate: Option<Fate>,
}

impl Member {
    async fn committed(mut self) -> Result<(), Failure> {
        match self.fate.clone() {
            Some(fate) => {
                let outcome = self.batches.settle(fate).await;
                self.fate = None;
                outcome
            }
            None => Ok(()),
        }
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        let Some(fate) = self.fate.take() else { return };
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let batches = Arc::clone(&self.batches);
        runtime.spawn(async move {
            if let Err(failure) = batches.settle(fate).await {
                tracing::error!(%failure, "a commit nobody waits for did not hold");
            }
        });
    }
}
