//! HTTP: the pages and the API until somebody says stop.

use std::{net::SocketAddr, path::Path, time::Duration};

use axum::{Router, http::StatusCode};
use domain::door::App;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};
use tower_http::{limit::RequestBodyLimitLayer, timeout::TimeoutLayer};

use crate::{local::Server, schedule::Schedule, stop::Stop, upload};

/// How long open requests may take to end after Ctrl-C.
const GRACE: Duration = Duration::from_secs(10);
/// Most threads that wait for the database at a time.
const BLOCKING: usize = 128;

/// How the site is served.
pub struct Site {
    /// The app's own pages beside those of the domain.
    pub extra: Router,
    /// The largest body of a request, in bytes.
    pub upload_bytes: usize,
    /// How long a request may take.
    pub request_time: Duration,
}

/// Serves `app` until Ctrl-C or SIGTERM. `ready` is told once it listens.
pub fn serve(
    app: App,
    site: Site,
    listen: SocketAddr,
    ready: impl FnOnce(&Server) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().max_blocking_threads(BLOCKING).build();
    let runtime = runtime.map_err(|e| Stop::file(Path::new("threads"), &e))?;
    let schedule = Schedule::start(app.clone()).map_err(|e| Stop::file(Path::new("the schedule"), &e))?;
    let outcome = runtime.block_on(async {
        let listener = TcpListener::bind(listen).await.map_err(|e| {
            Stop::new(format!("Cannot listen on {listen}: {e}. Name another address with --listen."))
        })?;
        let address = listener.local_addr().map_err(|e| Stop::file(Path::new("address"), &e))?;
        let server = Server::new(address, app.floor.chance());
        let signals = asked_to_stop().map_err(|e| Stop::file(Path::new("signals"), &e))?;
        ready(&server)?;
        run(listener, router(app, site, server), signals).await
    });
    drop(schedule);
    // Threads that still wait for the database have their turn; none is cut off.
    drop(runtime);
    outcome
}

fn router(app: App, site: Site, server: Server) -> Router {
    domain::router(app.clone())
        .merge(upload::router(app.clone()))
        .merge(server.router(app))
        .merge(site.extra)
        .layer(RequestBodyLimitLayer::new(site.upload_bytes))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, site.request_time))
}

async fn run(
    listener: TcpListener,
    router: Router,
    signals: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Stop> {
    let (told, tell) = tokio::sync::oneshot::channel::<()>();
    let asked = async move {
        signals.await;
        eprintln!("Stopping. Requests that are under way are finished first.");
        // Nobody listens only if the server has ended already.
        let _ended = told.send(());
    };
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let server = axum::serve(listener, service).with_graceful_shutdown(asked);
    let too_long = async {
        match tell.await {
            Ok(()) => tokio::time::sleep(GRACE).await,
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        ended = server => ended.map_err(|e| Stop::new(format!("The server failed: {e}."))),
        () = too_long => Ok(()),
    }
}

/// Ends when the process is asked to stop. From here on a signal no longer kills.
fn asked_to_stop() -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}
