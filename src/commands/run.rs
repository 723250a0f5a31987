//! Running the service, its jobs and migrations.

use std::{path::PathBuf, sync::Arc, time::Duration};

use poem::{EndpointExt as _, Route, Server, get, handler, listener::TcpListener, web::Data};

use super::MigrateTo;
use crate::{
    app::{App, Parts},
    clock::SystemClock,
    config::{self, Settings},
    database::Migration,
    failure::Failure,
    http,
    identity::issuer_keys,
    jobs::{Duties, Jobs, readiness},
    keys::KeyRing,
};

/// The settings, or every fault of them.
///
/// # Errors
/// One line for each fault.
pub fn settings(file: Option<&PathBuf>) -> Result<Settings, String> {
    config::load(file).map_err(|faults| {
        let list: String = faults.iter().map(|fault| format!("\n  - {fault}")).collect();
        format!("the configuration has faults:{list}")
    })
}

/// The app of this process.
///
/// # Errors
/// In words for the operator.
pub async fn app(settings: Settings) -> Result<App, String> {
    App::new(parts(settings)?).await.map_err(in_words)
}

fn parts(settings: Settings) -> Result<Parts, String> {
    let keys = KeyRing::load(&settings.key_ring).map_err(|error| {
        format!("{error} ({}; make one with `anrop keys init`)", settings.key_ring.display())
    })?;
    Ok(Parts { settings, clock: Arc::new(SystemClock), keys })
}

/// A failure for the operator, with its cause.
pub fn in_words(failure: Failure) -> String {
    match failure.cause() {
        Some(cause) => cause.to_string(),
        None => failure.detail().to_owned(),
    }
}

/// What is logged when `ANROP_LOG` does not say: libraries speak up only when something is wrong.
const QUIET: &str = "info,poem=warn,sea_orm_migration=warn,sqlx=warn";

/// Starts logging: JSON lines, or plain ones on a terminal.
pub fn log(json: bool) {
    use tracing_subscriber::{EnvFilter, fmt};
    let filter = EnvFilter::try_from_env("ANROP_LOG").unwrap_or_else(|_| EnvFilter::new(QUIET));
    let _ = if json {
        fmt().json().with_env_filter(filter).with_writer(std::io::stderr).try_init()
    } else {
        fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(false).try_init()
    };
}

/// `anrop serve`.
///
/// # Errors
/// In words for the operator.
pub async fn serve(file: Option<PathBuf>, with_worker: bool) -> Result<(), String> {
    let settings = settings(file.as_ref())?;
    log(settings.log_format_json);
    if settings.database_url.starts_with("sqlite:") && !with_worker {
        return Err(
            "SQLite serves one process: run `anrop serve --with-worker`, or use PostgreSQL"
                .to_owned(),
        );
    }
    let app = App::before_database(parts(settings)?).await.map_err(in_words)?;
    let duties = if with_worker { Duties::Both } else { Duties::Serve };
    serve_app(&app, duties, stopped()).await
}

/// Serves an app until `stop`, then lets requests and jobs come to an end.
///
/// # Errors
/// When an address cannot be listened on, or the register cannot be filled and no standby stands in.
pub async fn serve_app(
    app: &App,
    duties: Duties,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), String> {
    issuer_keys::recall(app);
    let jobs = Jobs::start(app, duties).await.map_err(in_words)?;
    let metrics = spawn_metrics(app);
    // not among the jobs: rescue centres are answered while those wait for the database
    let keys = tokio::spawn(issuer_keys::follow(app.clone()));
    let listen = app.settings().listen;
    tracing::info!(%listen, "serving");
    let signals = app.signals();
    let stop = async move {
        stop.await;
        signals.closing.send_replace(true);
    };
    let outcome = Server::new(TcpListener::bind(listen))
        .name("anrop")
        .run_with_graceful_shutdown(http::service(app), stop, Some(Duration::from_secs(10)))
        .await;
    tracing::info!("stopping");
    metrics.abort();
    keys.abort();
    jobs.stop(app, Duration::from_secs(20)).await;
    outcome.map_err(|error| format!("cannot listen on {listen}: {error}"))
}

/// `anrop work`.
///
/// # Errors
/// In words for the operator.
pub async fn work(file: Option<PathBuf>) -> Result<(), String> {
    let settings = settings(file.as_ref())?;
    log(settings.log_format_json);
    let app = App::before_database(parts(settings)?).await.map_err(in_words)?;
    let jobs = Jobs::start(&app, Duties::Work).await.map_err(in_words)?;
    let metrics = spawn_metrics(&app);
    tracing::info!("working");
    stopped().await;
    metrics.abort();
    jobs.stop(&app, Duration::from_secs(20)).await;
    Ok(())
}

/// Ends when the process is asked to: Ctrl-C or SIGTERM.
pub async fn stopped() {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = match signal(SignalKind::terminate()) {
        Ok(terminate) => terminate,
        Err(_) => return,
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

/// Metrics and readiness details, on a loopback listener of their own.
fn spawn_metrics(app: &App) -> tokio::task::JoinHandle<()> {
    let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().install_recorder();
    let address = app.settings().metrics_listen;
    let app = app.clone();
    tokio::spawn(async move {
        let Ok(handle) = recorder else { return };
        let routes = Route::new()
            .at("/metrics", get(metrics_text).data(handle))
            .at("/readyz", get(readiness_text).data(app));
        if let Err(error) = Server::new(TcpListener::bind(address)).run(routes).await {
            tracing::error!(%address, %error, "metrics are not served");
        }
    })
}

#[handler]
fn metrics_text(Data(handle): Data<&metrics_exporter_prometheus::PrometheusHandle>) -> String {
    handle.render()
}

#[handler]
async fn readiness_text(Data(app): Data<&App>) -> poem::Response {
    let faults = readiness(app).await;
    let status = if faults.is_empty() {
        poem::http::StatusCode::OK
    } else {
        poem::http::StatusCode::SERVICE_UNAVAILABLE
    };
    let health = app.spool().health();
    let body = serde_json::json!({
        "faults": faults,
        "registerAppliedTo": app.lease().applied(),
        "issuers": issuer_keys::health(app),
        "spool": {
            "inMemory": health.in_memory, "segments": health.segments,
            "late": health.late, "lost": health.lost,
        },
    });
    poem::Response::builder().status(status).content_type("application/json").body(body.to_string())
}

/// `anrop migrate`.
///
/// # Errors
/// In words for the operator.
pub async fn migrate(file: Option<PathBuf>, direction: MigrateTo) -> Result<(), String> {
    let mut settings = settings(file.as_ref())?;
    if let Some(direct) = settings.database_direct_url.take() {
        settings.database_url = direct;
    }
    let db = crate::database::Db::connect(
        &crate::database::DatabaseSettings {
            url: settings.database_url,
            connections: 2,
            exclusive: true,
        },
        Arc::new(SystemClock),
    )
    .await
    .map_err(in_words)?;
    match direction {
        MigrateTo::Up => db.migrate(Migration::Up).await.map_err(in_words)?,
        MigrateTo::Down => db.migrate(Migration::Down).await.map_err(in_words)?,
        MigrateTo::Status => {}
    }
    for (name, applied) in db.migration_status().await.map_err(in_words)? {
        println!("{} {name}", if applied { "applied" } else { "missing" });
    }
    db.close().await;
    Ok(())
}

/// `anrop openapi`: needs no configuration and touches nothing.
///
/// # Errors
/// When the raw document is not well-formed.
pub async fn openapi() -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let mut settings = config::load(None).map_err(|faults| faults.join("\n"))?;
    settings.database_url = format!("sqlite:{}", folder.path().join("document.db").display());
    settings.spool = folder.path().join("spool");
    let keys = KeyRing::generate(crate::clock::Clock::now(&SystemClock), crate::keys::Origin::Demo);
    settings.mode = config::Mode::Development;
    let app =
        App::new(Parts { settings, clock: Arc::new(SystemClock), keys }).await.map_err(in_words)?;
    print!("{}", http::document::fresh(&app)?);
    Ok(())
}

/// `anrop check-config`.
///
/// # Errors
/// Every fault.
pub fn check_config(file: Option<PathBuf>) -> Result<(), String> {
    let settings = settings(file.as_ref())?;
    for (key, default, what) in config::KEYS {
        println!("{key:<28} {what} (default: {default:?})");
    }
    println!("the configuration has no faults; the service would listen on {}", settings.listen);
    Ok(())
}
