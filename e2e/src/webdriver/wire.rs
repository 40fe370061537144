//! Commands and answers: JSON over HTTP, as the `WebDriver` standard has it.

use std::time::Duration;

use serde_json::{Value, json};
use ureq::{Agent, Body, http::Response};

use super::WebDriverError;
use crate::deadline::PATIENCE;

/// A driver's address.
#[derive(Debug)]
pub(super) struct Wire {
    agent: Agent,
    address: String,
}

impl Wire {
    /// To the driver at that port of this machine.
    pub(super) fn to(port: u16) -> Self {
        let config = Agent::config_builder()
            // A proxy would look for the port on its own machine.
            .proxy(None)
            .http_status_as_error(false)
            // The driver itself gives up sooner, and says at what.
            .timeout_global(Some(PATIENCE * 2));
        let agent = config.build().new_agent();
        Self { agent, address: format!("http://127.0.0.1:{port}") }
    }

    pub(super) fn get(&self, path: &str) -> Result<Value, WebDriverError> {
        let answer = self.agent.get(self.url(path)).call();
        read(&format!("GET {path}"), answer)
    }

    pub(super) fn post(&self, path: &str, body: &Value) -> Result<Value, WebDriverError> {
        self.post_within(PATIENCE * 2, path, body)
    }

    /// [`Wire::post`] for what may take longer.
    pub(super) fn post_within(
        &self,
        patience: Duration,
        path: &str,
        body: &Value,
    ) -> Result<Value, WebDriverError> {
        let request = self.agent.post(self.url(path)).content_type("application/json");
        let request = request.config().timeout_global(Some(patience)).build();
        read(&format!("POST {path}"), request.send(body.to_string()))
    }

    /// `patience` is short: this is for the way out.
    pub(super) fn delete(&self, path: &str, patience: Duration) -> Result<Value, WebDriverError> {
        let request = self.agent.delete(self.url(path));
        let request = request.config().timeout_global(Some(patience)).build();
        read(&format!("DELETE {path}"), request.call())
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }
}

/// The value of an answer, or the error in it.
fn read(
    command: &str,
    answer: Result<Response<Body>, ureq::Error>,
) -> Result<Value, WebDriverError> {
    let gone = |error: ureq::Error| WebDriverError::Gone {
        command: command.to_owned(),
        why: error.to_string(),
    };
    let mut answer = answer.map_err(gone)?;
    let text = answer.body_mut().read_to_string().map_err(gone)?;
    let mut body: Value = serde_json::from_str(&text).unwrap_or_else(|_| json!({ "value": text }));
    let value = body["value"].take();
    if answer.status().is_success() {
        return Ok(value);
    }
    let word = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
    let (command, error, message) = (command.to_owned(), word("error"), word("message"));
    Err(WebDriverError::Refused { command, error, message })
}
