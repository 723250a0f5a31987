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

impl Open {
    /// Commits for all who wrote in it, and tells them.
    async fn commit(self) -> Result<(), Failure> {
        let outcome = self.transaction.commit().await;
        self.fate.send_replace(Some(outcome.is_ok()));
        Ok(outcome?)
    }
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

    /// Runs `act` in a transaction that it shares with nobody and ends itself. What a savepoint has changed
    /// SQLite keeps in memory and walks through at the end of every statement: a file of 60,000 payments
    /// spent nine tenths of its time so.
    ///
    /// # Errors
    /// What `act` answers, or that the database did not take the commit.
    pub(super) async fn alone<T, Fut>(
        &self,
        act: impl FnOnce(DatabaseTransaction) -> Fut,
    ) -> Result<T, Failure>
    where
        Fut: Future<Output = Result<T, Failure>>,
    {
        let mut turn = self.turn.lock().await;
        if let Some(open) = turn.take() {
            open.commit().await.ok(); // those who wrote in it are told
        }
        act(self.begin().await?).await
    }

    async fn open(&self) -> Result<Open, Failure> {
        Ok(Open { transaction: self.begin().await?, fate: watch::Sender::new(None) })
    }

    async fn begin(&self) -> Result<DatabaseTransaction, Failure> {
        #[allow(clippy::disallowed_methods)] // part of the one home of transactions
        let transaction = self
            .writer
            .begin_with_options(TransactionOptions {
                sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
                ..TransactionOptions::default()
            })
            .await?;
        Ok(transaction)
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
        open.commit().await
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

#[cfg(test)]
mod tests {
    use sea_orm::{ConnectionTrait as _, Database, DbBackend, Statement};

    use super::*;

    async fn writer(folder: &tempfile::TempDir) -> (DatabaseConnection, Arc<Batches>) {
        let url = format!("sqlite:{}?mode=rwc", folder.path().join("batch.db").display());
        let mut options = sea_orm::ConnectOptions::new(url);
        options.max_connections(1);
        let writer = Database::connect(options.clone()).await.expect("opens");
        writer
            .execute_unprepared("PRAGMA journal_mode = WAL; CREATE TABLE t (n integer PRIMARY KEY)")
            .await
            .expect("creates");
        let reader = Database::connect(options).await.expect("opens");
        (reader, Arc::new(Batches::new(writer)))
    }

    async fn count(reader: &DatabaseConnection) -> i64 {
        let statement = Statement::from_string(DbBackend::Sqlite, "SELECT count(*) FROM t");
        let row = reader.query_one_raw(statement).await.expect("answers").expect("a row");
        row.try_get_by_index(0).expect("a number")
    }

    async fn insert(savepoint: DatabaseTransaction, n: i64, fail: bool) -> Result<(), Failure> {
        savepoint.execute_unprepared(&format!("INSERT INTO t VALUES ({n})")).await?;
        // others come to wait meanwhile
        tokio::task::yield_now().await;
        if fail {
            savepoint.rollback().await?;
            return Err(Failure::not_found());
        }
        Ok(savepoint.commit().await?)
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn one_that_fails_takes_nothing_with_it_and_all_others_hold_when_answered() {
        let folder = tempfile::tempdir().expect("a folder");
        let (reader, batches) = writer(&folder).await;
        let tasks: Vec<_> = (0..64)
            .map(|n| {
                let batches = Arc::clone(&batches);
                tokio::spawn(async move {
                    let act = |tx| insert(tx, n, n % 4 == 0);
                    let alone = n % 5 == 0;
                    let outcome =
                        if alone { batches.alone(act).await } else { batches.run(act).await };
                    outcome.is_ok()
                })
            })
            .collect();
        let mut held = 0;
        for task in tasks {
            held += i64::from(task.await.expect("ends"));
        }
        assert_eq!((held, count(&reader).await), (48, 48));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn nobody_sees_what_is_written_before_its_commit() {
        let folder = tempfile::tempdir().expect("a folder");
        let (reader, batches) = writer(&folder).await;
        let seen = batches
            .run(|tx| async {
                insert(tx, 1, false).await?;
                Ok(count(&reader).await)
            })
            .await
            .expect("holds");
        assert_eq!((seen, count(&reader).await), (0, 1));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_was_written_is_committed_when_its_writer_goes_away() {
        let folder = tempfile::tempdir().expect("a folder");
        let (reader, batches) = writer(&folder).await;
        let (written, goes_on) = tokio::sync::oneshot::channel();
        let running = Arc::clone(&batches);
        // held back while the first goes away, so that it is not the one who commits
        let task = tokio::spawn(async move {
            let act = |tx| async move {
                insert(tx, 1, false).await?;
                let _ = written.send(());
                Ok(())
            };
            running.run(act).await
        });
        goes_on.await.expect("written");
        task.abort();
        let _ = task.await;
        batches.run(|tx| insert(tx, 2, false)).await.expect("holds");
        assert_eq!(count(&reader).await, 2);
    }
}
