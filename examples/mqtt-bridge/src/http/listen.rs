//! Connections, and how much of this computer they may take.

use std::net::{Ipv4Addr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use axum::extract::ConnectInfo;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, Semaphore, watch};
use tokio::time::{sleep, timeout};
use tracing::debug;

use crate::config::Listen;

const PORT: u16 = 8080;
/// How many ports are tried.
const PORTS: u16 = 50;
/// At the same time; web sockets have a number of their own.
const CONNECTIONS: usize = 256;
/// Until a request's head is there.
const HEAD: Duration = Duration::from_secs(10);
/// A connection is closed after so long, whatever it does: who comes again is let in.
const LIFE: Duration = Duration::from_secs(600);
const MAX_HEAD: usize = 16 * 1024;

/// Takes the port.
pub(super) async fn bind(listen: &Listen) -> anyhow::Result<TcpListener> {
    if let Listen::At(address) = listen {
        return TcpListener::bind(address).await.with_context(|| {
            format!("cannot listen on {address}: give another one with --http, or --http off")
        });
    }
    for port in PORT..PORT + PORTS {
        if let Ok(listener) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
            return Ok(listener);
        }
    }
    let last = PORT + PORTS - 1;
    anyhow::bail!("none of the ports {PORT} to {last} is free: give another one with --http")
}

/// Serves everybody who comes.
pub(super) async fn serve(listener: Arc<TcpListener>, router: Router) {
    let slots = Arc::new(Semaphore::new(CONNECTIONS));
    // It goes when this does: another configuration, and other stations.
    let (_here, gone) = watch::channel(());
    loop {
        let (stream, peer) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                // Too many open files, for instance: that passes.
                debug!("HTTP: {error}");
                sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        // Whoever is too much is closed at once: a place in a queue would be a place to sit in.
        let Ok(slot) = Arc::clone(&slots).try_acquire_owned() else { continue };
        let (router, gone) = (router.clone(), gone.clone());
        tokio::spawn(async move {
            if timeout(LIFE, talk(stream, peer, router, gone)).await.is_err() {
                debug!("HTTP: {peer} has had its time");
            }
            drop(slot);
        });
    }
}

async fn talk(stream: TcpStream, peer: SocketAddr, router: Router, mut gone: watch::Receiver<()>) {
    // An answer is one small packet: it must not wait for another one.
    let _ = stream.set_nodelay(true);
    let service = TowerToHyperService::new(router.layer(axum::Extension(ConnectInfo(peer))));
    let asked = Arc::new(Notify::new());
    let service = service_fn({
        let asked = Arc::clone(&asked);
        move |request| {
            asked.notify_one();
            service.call(request)
        }
    });
    let talk = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(MAX_HEAD)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut talk = pin!(talk);
    let outcome = tokio::select! {
        outcome = &mut talk => outcome,
        _ = gone.changed() => tokio::select! {
            outcome = &mut talk => outcome,
            // What is asked is answered, also by who has connected just now and has not asked yet; the
            // next request comes on a new connection.
            () = asked.notified() => {
                talk.as_mut().graceful_shutdown();
                talk.await
            }
        },
    };
    if let Err(error) = outcome {
        debug!("HTTP: {peer}: {error}");
    }
}
