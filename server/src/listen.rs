//! The accept loop: a bounded number of connections, a time limit for their greeting and for every request's
//! head, and an end in which requests under way are answered. **Never** looks into a request.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use hyper::Request;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;

use crate::app::Ends;

/// How many connections are open at once; more wait to be accepted.
const CONNECTIONS: usize = 8_192;
/// How long a TLS greeting, or the head of a request, may take.
const GREETING: Duration = Duration::from_secs(10);
/// How long requests under way have at the end.
const GRACE: Duration = Duration::from_secs(10);
/// When no connection can be accepted, most likely because too many files are open.
const BREATH: Duration = Duration::from_millis(200);

/// Serves until `stop`, then answers what is under way.
pub async fn serve(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    router: Router,
    stop: impl Future<Output = ()>,
) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let graceful = GracefulShutdown::new();
    tokio::pin!(stop);
    loop {
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            next = next => next,
            () = &mut stop => break,
        };
        let (stream, ends) = match accepted.and_then(|(stream, peer)| {
            let local = stream.local_addr()?;
            Ok((stream, Ends { peer, local }))
        }) {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::debug!(%error, "no connection");
                tokio::time::sleep(BREATH).await;
                continue;
            }
        };
        let (tls, router, watcher) = (tls.clone(), router.clone(), graceful.watcher());
        tokio::spawn(async move {
            connection(stream, tls, router, ends, watcher).await;
            drop(place);
        });
    }
    drop(listener);
    tokio::select! {
        () = graceful.shutdown() => tracing::info!("all connections are closed"),
        () = tokio::time::sleep(GRACE) => tracing::warn!("connections were cut off"),
    }
}

async fn connection(
    stream: TcpStream,
    tls: Option<TlsAcceptor>,
    router: Router,
    ends: Ends,
    watcher: Watcher,
) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "no delay is a wish only");
    }
    let Some(tls) = tls else {
        return requests(stream, false, router, ends, watcher).await;
    };
    match tokio::time::timeout(GREETING, tls.accept(stream)).await {
        Ok(Ok(stream)) => {
            let is_h2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
            requests(stream, is_h2, router, ends, watcher).await;
        }
        Ok(Err(error)) => tracing::debug!(%error, "no TLS"),
        Err(_) => tracing::debug!("the greeting took too long"),
    }
}

/// Answers the requests of one connection until it ends.
pub async fn requests<S>(stream: S, is_h2: bool, router: Router, ends: Ends, watcher: Watcher)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    // the version is known: guessing it would wait for a first byte without a time limit
    let builder = auto::Builder::new(TokioExecutor::new());
    let mut builder = if is_h2 { builder.http2_only() } else { builder.http1_only() };
    builder.http1().timer(TokioTimer::new()).header_read_timeout(GREETING);
    builder.http2().timer(TokioTimer::new()).keep_alive_interval(GREETING).max_concurrent_streams(64);
    let service = router.map_request(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ends);
        request
    });
    let conn = builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service)).into_owned();
    if let Err(error) = watcher.watch(conn).await {
        tracing::debug!(%error, "a connection ended badly");
    }
}
