//! The open connections: how many there may be, and how all of them are ended.

use std::{
    collections::BTreeMap,
    mem,
    net::{Shutdown, TcpStream},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Connections served at once at most. A browser opens six to a host.
const LIMIT: usize = 128;

/// The streams of the open connections, so that closing the server ends them.
#[derive(Debug, Default)]
pub(super) struct Connections(Mutex<Doors>);

/// Whether more may come in.
#[derive(Debug)]
enum Doors {
    Open { next: u64, streams: BTreeMap<u64, TcpStream> },
    Closed,
}

impl Default for Doors {
    fn default() -> Self {
        Self::Open { next: 0, streams: BTreeMap::new() }
    }
}

/// What a new connection is told.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Admission {
    /// Come in, under this number.
    Admitted(u64),
    /// There are too many.
    Full,
    /// The server is closed.
    Closed,
}

impl Connections {
    /// Takes note of a connection.
    ///
    /// # Errors
    /// The stream can't be shared with the one who would end it.
    pub(super) fn admit(&self, stream: &TcpStream) -> std::io::Result<Admission> {
        match &mut *self.doors() {
            Doors::Closed => Ok(Admission::Closed),
            Doors::Open { streams, .. } if streams.len() >= LIMIT => Ok(Admission::Full),
            Doors::Open { next, streams } => {
                *next += 1;
                streams.insert(*next, stream.try_clone()?);
                Ok(Admission::Admitted(*next))
            }
        }
    }

    /// Forgets a connection that has ended.
    pub(super) fn leave(&self, number: u64) {
        if let Doors::Open { streams, .. } = &mut *self.doors() {
            streams.remove(&number);
        }
    }

    /// Ends every connection and admits no more.
    pub(super) fn close(&self) {
        if let Doors::Open { streams, .. } = mem::replace(&mut *self.doors(), Doors::Closed) {
            for stream in streams.into_values() {
                // One that has ended by itself is as good.
                let _ = stream.shutdown(Shutdown::Both);
            }
        }
    }

    /// Each change is whole, so what a panicking thread left behind is sound.
    fn doors(&self) -> MutexGuard<'_, Doors> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
