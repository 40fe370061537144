//! The open connections: how many there may be, and how long one may be silent.

use std::{
    io::{self, ErrorKind},
    sync::Arc,
};

use axum::handler::Handler;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{net::TcpListener, sync::Semaphore};

use super::site::{Site, answer};

/// Connections served at once at most; others wait. A browser opens six to a host.
const LIMIT: usize = 128;
/// The most that a request's line and headers may take, in bytes.
const HEAD_LIMIT: usize = 16 * 1024;

/// Serves who connects. One that is silent for 30 seconds, hyper's own bound, is ended.
///
/// # Errors
/// The system hands over no more connections.
pub(super) async fn serve(listener: &TcpListener, site: Arc<Site>) -> io::Result<()> {
    let service = TowerToHyperService::new(answer.with_state(site));
    let places = Arc::new(Semaphore::new(LIMIT));
    let mut http = http1::Builder::new();
    // Without a timer hyper has no bound on silence.
    http.timer(TokioTimer::new()).max_header_size(HEAD_LIMIT);
    while let Ok(place) = Arc::clone(&places).acquire_owned().await {
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            // The client was gone before it was its turn.
            Err(error) if error.kind() == ErrorKind::ConnectionAborted => continue,
            Err(error) => return Err(error),
        };
        // Without it answers are late, not wrong.
        let _ = stream.set_nodelay(true);
        let connection = http.serve_connection(TokioIo::new(stream), service.clone());
        tokio::spawn(async move {
            // The client went away or spoke no HTTP: nobody is left to tell.
            let _ = connection.await;
            drop(place);
        });
    }
    Ok(())
}
