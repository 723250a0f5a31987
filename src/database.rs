//! The database: two backends, one write path.
//!
//! [`Db::write`] is the only way to change anything. On SQLite the actions take turns on the process's
//! single writer connection, and those that wait at the same moment share one commit (`batch.rs`);
//! on PostgreSQL it opens a `READ COMMITTED` transaction, in which
//! an action locks or version-checks every row it decides on, and repeats the whole closure when
//! the server reports a deadlock or a serialisation failure. What must happen after a commit (the
//! public index, waking the sealer and the worker) is noted on the [`Tx`] and run once it holds.
//!
//! Nothing is sent from inside a transaction, and no other file opens one.

mod batch;
#[cfg(test)]
pub mod plan;
mod written;

use std::{
    fs::File,
    ops::Deref,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};

use anrop_entity::log_entry;
use anrop_migration::{Migrator, MigratorTrait as _};
use chrono::{DateTime, Utc};
use sea_orm::{
    AccessMode, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction,
    DbBackend, DbErr, EntityTrait as _, IsolationLevel, RuntimeErr, Statement, TransactionOptions,
    TransactionTrait, sqlx::postgres::PgListener,
};

use batch::Batches;

use crate::{
    clock::Clock,
    failure::{Failure, Problem},
    register::Change,
};

/// What rows are read through: a connection for reading, or a transaction. Actions take it without
/// knowing the library behind it.
pub use sea_orm::ConnectionTrait as Connection;
pub use written::written;

/// How often a write is repeated when PostgreSQL reports a deadlock or a serialisation failure.
const ATTEMPTS: u32 = 8;

/// What a committed transaction leaves to be done in memory.
#[derive(Debug, Default)]
pub struct Committed {
    /// Rows of the public register that changed.
    pub changes: Vec<Change>,
    /// There are new rows for the sealer.
    pub unsealed: bool,
    /// There are new deliveries for the worker.
    pub deliveries: bool,
}

/// An open write transaction. Cheap to clone; every clone must be gone before the commit, so it is
/// never kept beyond the closure it was given to.
#[derive(Clone)]
pub struct Tx(Arc<TxInner>);

struct TxInner {
    connection: DatabaseTransaction,
    now: DateTime<Utc>,
    committed: Mutex<Committed>,
    /// Written by one statement just before the commit.
    entries: Mutex<Vec<log_entry::ActiveModel>>,
}

impl Tx {
    /// The one time stamp of everything this transaction writes.
    pub fn now(&self) -> DateTime<Utc> {
        self.0.now
    }

    /// True on PostgreSQL, where rows must be locked; SQLite has one writer.
    pub fn is_postgres(&self) -> bool {
        self.0.connection.get_database_backend() == DbBackend::Postgres
    }

    /// Notes a row of the public register to be shown once committed.
    pub fn publish(&self, change: Change) {
        self.note(|committed| committed.changes.push(change));
    }

    /// Writes an entry of the sealed log with the commit, in one statement with all others, and notes that
    /// the sealer has work.
    pub fn log(&self, entry: log_entry::ActiveModel) {
        self.0.entries.lock().unwrap_or_else(PoisonError::into_inner).push(entry);
        self.note(|committed| committed.unsealed = true);
    }

    /// Runs a part that the rest can do without: where it fails for one of these reasons nothing it wrote holds, and the
    /// transaction goes on.
    ///
    /// # Errors
    /// What the part answers otherwise.
    pub async fn unless<T>(
        &self,
        reasons: &[Problem],
        part: impl Future<Output = Result<T, Failure>>,
    ) -> Result<Option<T>, Failure> {
        let connection = &self.0.connection;
        let entries = self.0.entries.lock().unwrap_or_else(PoisonError::into_inner).len();
        let changes = self.0.committed.lock().unwrap_or_else(PoisonError::into_inner).changes.len();
        connection.execute_unprepared("SAVEPOINT part").await?;
        let outcome = match part.await {
            Ok(value) => Some(value),
            Err(failure) if reasons.contains(&failure.problem()) => {
                connection.execute_unprepared("ROLLBACK TO SAVEPOINT part").await?;
                self.0.entries.lock().unwrap_or_else(PoisonError::into_inner).truncate(entries);
                self.note(|committed| committed.changes.truncate(changes));
                None
            }
            Err(failure) => return Err(failure),
        };
        connection.execute_unprepared("RELEASE SAVEPOINT part").await?;
        Ok(outcome)
    }

    /// Notes that the delivery worker has work.
    pub fn wake_worker(&self) {
        self.note(|committed| committed.deliveries = true);
    }

    fn note(&self, write: impl FnOnce(&mut Committed)) {
        write(&mut self.0.committed.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Deref for Tx {
    type Target = DatabaseTransaction;

    fn deref(&self) -> &DatabaseTransaction {
        &self.0.connection
    }
}

/// Connections kept for look-ups of rescue centres; one reads at most three things at once.
const URGENT: u32 = 4;

/// Table of the migrations that were applied.
const MIGRATIONS: &str = "seaql_migrations";

/// Prepared statements that a connection keeps: more than the service has. With fewer, those that were
/// pushed out are parsed and planned again at every use.
const STATEMENTS: usize = 512;

/// Entries written by one statement; a statement of more would have too many parameters.
const ENTRIES: usize = 1_000;

async fn write_log(
    connection: &DatabaseTransaction,
    entries: Vec<log_entry::ActiveModel>,
) -> Result<(), Failure> {
    let mut rest = entries.into_iter().peekable();
    while rest.peek().is_some() {
        let some: Vec<_> = rest.by_ref().take(ENTRIES).collect();
        log_entry::Entity::insert_many(some).exec_without_returning(connection).await?;
    }
    Ok(())
}

type AfterCommit = Box<dyn Fn(Committed) + Send + Sync>;

/// The database of this process.
pub struct Db {
    writer: DatabaseConnection,
    reader: DatabaseConnection,
    urgent: DatabaseConnection,
    /// SQLite only: the turns of its one writer.
    batches: Option<Arc<Batches>>,
    clock: Arc<dyn Clock>,
    after_commit: OnceLock<AfterCommit>,
    /// Held while the process lives, so that a second process on the same SQLite file stops.
    _lock: Option<File>,
}

/// Hears what processes tell each other, on a connection of its own. PostgreSQL only.
pub struct Listener(PgListener);

impl Listener {
    /// Listens at the server itself: through a pooler nothing can be heard.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn connect(url: &str, channel: &str) -> Result<Self, Failure> {
        let mut listener = PgListener::connect(url).await.map_err(Failure::unavailable)?;
        listener.listen(channel).await.map_err(Failure::unavailable)?;
        Ok(Self(listener))
    }

    /// Waits until something is told, once for all that was told meanwhile; false when the connection
    /// was lost, so that something may have been missed.
    pub async fn heard(&mut self) -> bool {
        let heard = matches!(self.0.try_recv().await, Ok(Some(_)));
        while self.0.next_buffered().is_some() {}
        heard
    }
}

/// How to reach the database.
#[derive(Debug, Clone)]
pub struct DatabaseSettings {
    /// `sqlite:PATH` or `postgres://…`.
    pub url: String,
    /// Connections of the pool (PostgreSQL) or readers (SQLite).
    pub connections: u32,
    /// Take the lock that keeps a second process from the same SQLite file.
    pub exclusive: bool,
}

impl Db {
    /// Opens it. On SQLite the file is created when missing and, if asked for, locked to this process; on
    /// PostgreSQL nothing is connected before it is needed, see [`ping`](Self::ping).
    ///
    /// # Errors
    /// When the address is not understood, or another process has the file.
    pub async fn connect(
        settings: &DatabaseSettings,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, Failure> {
        if let Some(path) = sqlite_path(&settings.url) {
            Self::connect_sqlite(&path, settings, clock).await
        } else if settings.url.starts_with("postgres") {
            let mut pooling = options(&settings.url, settings.connections);
            pooling.map_sqlx_postgres_opts(|options| options.statement_cache_capacity(STATEMENTS));
            let pool = Database::connect(pooling.clone()).await?;
            pooling.max_connections(URGENT);
            Ok(Self {
                urgent: Database::connect(pooling).await?,
                writer: pool.clone(),
                reader: pool,
                batches: None,
                clock,
                after_commit: OnceLock::new(),
                _lock: None,
            })
        } else {
            Err(Failure::internal("the database address must begin with sqlite: or postgres:"))
        }
    }

    async fn connect_sqlite(
        path: &Path,
        settings: &DatabaseSettings,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, Failure> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(Failure::internal)?;
        }
        let lock = if settings.exclusive { Some(lock_file(path)?) } else { None };
        let url = format!("sqlite:{}?mode=rwc", path.display());
        let pragmas = |options: sea_orm::sqlx::sqlite::SqliteConnectOptions,
                       cache: &'static str| {
            use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
            options
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .foreign_keys(true)
                .busy_timeout(Duration::from_secs(10))
                .pragma("cache_size", cache)
                .pragma("mmap_size", "1073741824")
                // hot pages are written back once per 64 MiB of log, not once per 4
                .pragma("wal_autocheckpoint", "16384")
                .pragma("temp_store", "memory")
                .statement_cache_capacity(STATEMENTS)
        };
        let mut writing = options(&url, 1);
        writing.map_sqlx_sqlite_opts(move |options| pragmas(options, "-262144"));
        let writer = Database::connect(writing).await?;
        let mut reading = options(&url, settings.connections.clamp(2, 8));
        // a reader's page cache is emptied by every commit; mapped pages cost it no copy
        reading.map_sqlx_sqlite_opts(move |options| pragmas(options, "-16384"));
        let reader = Database::connect(reading.clone()).await?;
        reading.max_connections(URGENT);
        Ok(Self {
            batches: Some(Arc::new(Batches::new(writer.clone()))),
            urgent: Database::connect(reading).await?,
            writer,
            reader,
            clock,
            after_commit: OnceLock::new(),
            _lock: lock,
        })
    }

    /// Sets what runs after every commit. Called once, when the app is put together.
    pub fn after_commit(&self, run: impl Fn(Committed) + Send + Sync + 'static) {
        let _ = self.after_commit.set(Box::new(run));
    }

    /// For reading. Writing through it is caught by the tests of the architecture.
    pub fn read(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// For reading what rescue centres wait for: connections of their own, so that they never queue behind
    /// applications, exports and jobs.
    pub fn urgent(&self) -> &DatabaseConnection {
        &self.urgent
    }

    /// Asks whether it answers.
    ///
    /// # Errors
    /// When it does not, or refuses us.
    pub async fn ping(&self) -> Result<(), Failure> {
        Ok(self.reader.ping().await?)
    }

    /// True on PostgreSQL.
    pub fn is_postgres(&self) -> bool {
        self.writer.get_database_backend() == DbBackend::Postgres
    }

    /// Runs `action` in one transaction: everything it wrote holds, or nothing does.
    ///
    /// The closure may run more than once, so it must not do anything but write through its [`Tx`].
    ///
    /// # Errors
    /// What the closure answers, or that the database did not take the commit.
    pub async fn write<T, F, Fut>(&self, action: F) -> Result<T, Failure>
    where
        F: Fn(Tx) -> Fut,
        Fut: Future<Output = Result<T, Failure>>,
    {
        self.write_as(action, false).await
    }

    /// As [`Db::write`], for one action that writes thousands of rows, such as a file taken in whole or not
    /// at all: on SQLite it shares its transaction with nobody.
    ///
    /// # Errors
    /// As [`Db::write`].
    pub async fn write_much<T, F, Fut>(&self, action: F) -> Result<T, Failure>
    where
        F: Fn(Tx) -> Fut,
        Fut: Future<Output = Result<T, Failure>>,
    {
        self.write_as(action, true).await
    }

    async fn write_as<T, F, Fut>(&self, action: F, alone: bool) -> Result<T, Failure>
    where
        F: Fn(Tx) -> Fut,
        Fut: Future<Output = Result<T, Failure>>,
    {
        if let Some(batches) = &self.batches {
            let act = |transaction| self.act(&action, transaction);
            let (value, committed) =
                if alone { batches.alone(act).await? } else { batches.run(act).await? };
            self.done(committed);
            return Ok(value);
        }
        let mut attempt = 1;
        loop {
            let outcome = async { self.act(&action, self.begin().await?).await }.await;
            match outcome {
                Err(failure) if attempt < ATTEMPTS && is_transient(&failure) => {
                    tracing::debug!(attempt, "the transaction is repeated");
                    tokio::time::sleep(Duration::from_millis(u64::from(attempt * attempt))).await;
                    attempt += 1;
                }
                Err(failure) => return Err(failure),
                Ok((value, committed)) => {
                    self.done(committed);
                    return Ok(value);
                }
            }
        }
    }

    /// A transaction on PostgreSQL.
    async fn begin(&self) -> Result<DatabaseTransaction, Failure> {
        #[allow(clippy::disallowed_methods)] // the one home of transactions
        let transaction = self
            .writer
            .begin_with_options(TransactionOptions {
                isolation_level: Some(IsolationLevel::ReadCommitted),
                access_mode: Some(AccessMode::ReadWrite),
                ..TransactionOptions::default()
            })
            .await?;
        Ok(transaction)
    }

    /// Runs the closure in a transaction and ends it.
    async fn act<T, F, Fut>(
        &self,
        action: &F,
        connection: DatabaseTransaction,
    ) -> Result<(T, Committed), Failure>
    where
        F: Fn(Tx) -> Fut,
        Fut: Future<Output = Result<T, Failure>>,
    {
        let tx = Tx(Arc::new(TxInner {
            connection,
            now: self.clock.now(),
            committed: Mutex::default(),
            entries: Mutex::default(),
        }));
        // on the heap: what a decision does is some hundred kilobytes that every caller would hold
        let outcome = Box::pin(action(tx.clone())).await;
        let inner = Arc::try_unwrap(tx.0)
            .map_err(|_| Failure::internal("a transaction was kept beyond its closure"))?;
        let entries = inner.entries.into_inner().unwrap_or_else(PoisonError::into_inner);
        let outcome = match outcome {
            Ok(value) => write_log(&inner.connection, entries).await.map(|()| value),
            Err(failure) => Err(failure),
        };
        match outcome {
            Ok(value) => {
                inner.connection.commit().await?;
                let committed =
                    inner.committed.into_inner().unwrap_or_else(PoisonError::into_inner);
                Ok((value, committed))
            }
            Err(failure) => {
                // A failed rollback changes nothing: the connection is closed with the transaction open.
                let _ = inner.connection.rollback().await;
                Err(failure)
            }
        }
    }

    fn done(&self, committed: Committed) {
        if let Some(run) = self.after_commit.get() {
            run(committed);
        }
    }

    /// One statement of bookkeeping between processes (leases), outside the write path because it
    /// belongs to no action. PostgreSQL only.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn execute_on_postgres<const N: usize>(
        &self,
        sql: &str,
        values: [sea_orm::Value; N],
    ) -> Result<(), Failure> {
        let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
        self.writer.execute_raw(statement).await?;
        Ok(())
    }

    /// Tells every process that listens; nothing on SQLite, which has one. Never part of a transaction,
    /// where it would make commits take turns.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn notify(&self, channel: &str) -> Result<(), Failure> {
        if !self.is_postgres() {
            return Ok(());
        }
        self.execute_on_postgres("SELECT pg_notify($1, '')", [channel.into()]).await
    }

    /// Brings the schema up to date. On PostgreSQL under an advisory lock, because two migrations
    /// at once make each other fail.
    ///
    /// # Errors
    /// When a migration fails; on PostgreSQL each runs in its own transaction.
    pub async fn migrate(&self, direction: Migration) -> Result<(), Failure> {
        let lock = self.advisory_lock(MIGRATION_LOCK).await?;
        let outcome = match direction {
            Migration::Up => Migrator::up(&self.writer, None).await,
            Migration::Down => Migrator::down(&self.writer, None).await,
        };
        drop(lock);
        Ok(outcome?)
    }

    /// Every migration with whether it has been applied. Reads only.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn migration_status(&self) -> Result<Vec<(String, bool)>, Failure> {
        let sql = format!("SELECT version FROM {MIGRATIONS}");
        let backend = self.reader.get_database_backend();
        let applied: Vec<String> =
            match self.reader.query_all_raw(Statement::from_string(backend, sql)).await {
                Ok(rows) => {
                    rows.iter().map(|row| row.try_get("", "version")).collect::<Result<_, _>>()?
                }
                // there is none in a new database
                Err(fault) if fault.to_string().contains(MIGRATIONS) => Vec::new(),
                Err(fault) => return Err(fault.into()),
            };
        Ok(Migrator::migrations()
            .iter()
            .map(|migration| {
                (migration.name().to_owned(), applied.iter().any(|a| a == migration.name()))
            })
            .collect())
    }

    /// That every migration has been applied: with another schema, requests would fail one by one.
    ///
    /// # Errors
    /// 500 with what to do, when some are not; or the database does not answer.
    pub async fn require_schema(&self) -> Result<(), Failure> {
        let lacking =
            self.migration_status().await?.iter().filter(|(_, is_applied)| !is_applied).count();
        match lacking {
            0 => Ok(()),
            _ => Err(Failure::internal(format!(
                "the database lacks {lacking} changes of its schema: run `anrop migrate up`"
            ))),
        }
    }

    /// Holds a lock shared by all processes on one PostgreSQL database until dropped. SQLite needs
    /// none: it has one process.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn advisory_lock(&self, key: i64) -> Result<Option<DatabaseTransaction>, Failure> {
        if !self.is_postgres() {
            return Ok(None);
        }
        #[allow(clippy::disallowed_methods)] // ends with the lock; writes nothing
        let holder = self.writer.begin().await?;
        holder
            .execute_raw(Statement::from_sql_and_values(
                DbBackend::Postgres,
                "SELECT pg_advisory_xact_lock($1)",
                [key.into()],
            ))
            .await?;
        Ok(Some(holder))
    }

    /// Closes the connections, so that SQLite folds its log into the file.
    pub async fn close(&self) {
        let _ = self.urgent.close_by_ref().await;
        let _ = self.reader.close_by_ref().await;
        let _ = self.writer.close_by_ref().await;
    }
}

/// Which way to migrate.
#[derive(Debug, Clone, Copy)]
pub enum Migration {
    /// Apply what is missing.
    Up,
    /// Take everything back.
    Down,
}

/// Advisory lock of migrations; the number is arbitrary and only has to stay the same.
const MIGRATION_LOCK: i64 = 0x616e_726f_7001;
/// Advisory lock of those who take spectrum: one after the other, so that none waits for two.
pub const SPECTRUM_LOCK: i64 = 0x616e_726f_7003;
/// Advisory lock of the sealer.
pub const SEALER_LOCK: i64 = 0x616e_726f_7002;

/// The path of a `sqlite:` address.
fn sqlite_path(url: &str) -> Option<PathBuf> {
    let rest = url.strip_prefix("sqlite:")?;
    let path = rest.strip_prefix("//").unwrap_or(rest);
    Some(PathBuf::from(path.split('?').next().unwrap_or(path)))
}

fn lock_file(database: &Path) -> Result<File, Failure> {
    let path = database.with_extension("lock");
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(Failure::internal)?;
    file.try_lock().map_err(|_| {
        Failure::internal(format!(
            "another process has the database {} open; SQLite serves one process, use PostgreSQL for several",
            database.display()
        ))
    })?;
    Ok(file)
}

fn options(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(Duration::from_secs(10))
        .connect_lazy(url.starts_with("postgres"))
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .sqlx_logging(false)
        .record_stmt_in_spans(false);
    options
}

impl From<DbErr> for Failure {
    fn from(error: DbErr) -> Self {
        match &error {
            DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => Failure::unavailable(error),
            _ if is_beyond_days(&error) => Failure::new(
                Problem::InvalidContent,
                "A day is too far in the past or in the future to be kept. Correct the dates.",
            ),
            _ => Failure::internal(error),
        }
    }
}

fn sqlx_error(error: &DbErr) -> Option<&sea_orm::sqlx::Error> {
    match error {
        DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) => {
            Some(error)
        }
        _ => None,
    }
}

/// True when the same transaction may succeed if repeated: deadlock, serialisation failure, or a
/// uniqueness violation that no action expected, which is two transactions that both looked for a
/// row, found none and made it: repeated, the second finds it.
fn is_transient(failure: &Failure) -> bool {
    failure.problem() == Problem::Internal
        && failure
            .cause()
            .and_then(|cause| cause.downcast_ref::<DbErr>())
            .and_then(sqlx_error)
            .and_then(|error| error.as_database_error())
            .and_then(|error| {
                error.code().map(|code| matches!(code.as_ref(), "40001" | "40P01" | "23505"))
            })
            .unwrap_or(false)
}

/// True when a day is outside those that PostgreSQL keeps (4713 BC to 5874897 AD), and rules had no say.
fn is_beyond_days(error: &DbErr) -> bool {
    let error = sqlx_error(error).and_then(|error| error.as_database_error());
    error.and_then(|error| error.code()).is_some_and(|code| code == "22008")
}

/// True when an exclusion constraint refused the row, or a trigger in its place on SQLite, which says the name of the
/// constraint: it overlaps another. After it a PostgreSQL transaction can only be rolled back.
pub fn is_overlap(error: &DbErr) -> bool {
    sqlx_error(error).and_then(|error| error.as_database_error()).is_some_and(|error| {
        error.code().is_some_and(|code| code == "23P01") || error.message().ends_with("_overlap_ex")
    })
}

/// True when the error is a uniqueness violation in `table`. PostgreSQL names the table; SQLite only
/// says so in its text. After it a PostgreSQL transaction can only be rolled back.
pub fn is_taken(error: &DbErr, table: &str) -> bool {
    let Some(error) = sqlx_error(error).and_then(|error| error.as_database_error()) else {
        return false;
    };
    error.is_unique_violation()
        && (error.table() == Some(table) || error.message().contains(&format!("{table}.")))
}
