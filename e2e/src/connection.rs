//! The web socket to the browser.

use std::{
    fmt,
    io::{self, ErrorKind},
    net::TcpStream,
    time::Duration,
};

use serde::Deserialize;
use serde_json::{Value, json};
use tungstenite::{Message, WebSocket, client::client_with_config, protocol::WebSocketConfig};

use crate::deadline::Deadline;

/// How long the browser may take to read what is sent to it.
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);

/// Names a session with one page or worker; the browser itself has none.
pub type SessionId = String;

/// Why a message did not come.
#[derive(Debug)]
#[non_exhaustive]
pub enum ConnectionError {
    /// The deadline passed.
    TimedOut,
    /// The browser is gone, or the socket is broken.
    Gone(String),
}

impl fmt::Display for ConnectionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TimedOut => f.write_str("it did not come in time"),
            Self::Gone(why) => write!(f, "the browser is gone: {why}"),
        }
    }
}

impl std::error::Error for ConnectionError {}

/// What the browser sent.
#[derive(Debug, Clone, Deserialize)]
pub struct Incoming {
    /// Which call it answers; none for an event.
    pub id: Option<u64>,
    /// What the call gave.
    #[serde(default)]
    pub result: Value,
    /// What was wrong with the call.
    pub error: Option<Value>,
    /// Which event it is; empty for an answer.
    #[serde(default)]
    pub method: String,
    /// What the event says.
    #[serde(default)]
    pub params: Value,
    /// Which page or worker it is about.
    #[serde(rename = "sessionId")]
    pub session: Option<SessionId>,
}

/// A web socket that speaks the `DevTools` protocol.
#[derive(Debug)]
pub struct Connection {
    socket: WebSocket<TcpStream>,
    sent: u64,
}

impl Connection {
    /// Connects to a `ws://host:port/path` address.
    ///
    /// # Errors
    /// [`ConnectionError::Gone`] when nobody answers there.
    pub fn open(address: &str) -> Result<Self, ConnectionError> {
        let host = address.strip_prefix("ws://").and_then(|rest| rest.split('/').next());
        let host = host.ok_or_else(|| ConnectionError::Gone(format!("{address} is no address")))?;
        let stream = TcpStream::connect(host).map_err(gone)?;
        stream.set_nodelay(true).map_err(gone)?;
        stream.set_write_timeout(Some(WRITE_TIMEOUT)).map_err(gone)?;
        // Traces and pieces of files come in large messages.
        let config = WebSocketConfig::default().max_message_size(None).max_frame_size(None);
        let (socket, _) = client_with_config(address, stream, Some(config)).map_err(gone)?;
        Ok(Self { socket, sent: 0 })
    }

    /// Sends a call and gives its id.
    ///
    /// # Errors
    /// [`ConnectionError::Gone`].
    pub fn send(
        &mut self,
        session: Option<&str>,
        method: &str,
        params: Value,
    ) -> Result<u64, ConnectionError> {
        self.sent += 1;
        let mut call = json!({ "id": self.sent, "method": method, "params": params });
        if let Some(session) = session {
            call["sessionId"] = session.into();
        }
        self.socket.send(Message::text(call.to_string())).map_err(gone)?;
        Ok(self.sent)
    }

    /// Waits for whatever comes next.
    ///
    /// # Errors
    /// [`ConnectionError`].
    pub fn receive(&mut self, deadline: Deadline) -> Result<Incoming, ConnectionError> {
        loop {
            let left = deadline.left().ok_or(ConnectionError::TimedOut)?;
            self.socket.get_ref().set_read_timeout(Some(left)).map_err(gone)?;
            match self.socket.read() {
                Ok(Message::Text(text)) => {
                    return serde_json::from_str(&text).map_err(gone);
                }
                Ok(_) => {}
                Err(tungstenite::Error::Io(error)) if is_timeout(&error) => {}
                Err(error) => return Err(gone(error)),
            }
        }
    }
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted)
}

fn gone(error: impl fmt::Display) -> ConnectionError {
    ConnectionError::Gone(error.to_string())
}
