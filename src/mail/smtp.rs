//! Letters over SMTP (RFC 5321), step by step: so that it is known whether the text had begun when a connection was lost.
//!
//! One connection is kept between letters. Whatever went wrong on it, it is not used again.

use super::Outcome;
use super::settings::{Security, Server};
use lettre::Message;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::DEFAULT_MECHANISMS;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use lettre::transport::smtp::response::Response;
use std::error::Error as _;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::timeout;

/// How long an idle connection is still used.
const LONGEST_REST: Duration = Duration::from_secs(60);

/// A mail server, and the connection kept to it.
pub(super) struct Smtp {
    server: Server,
    kept: Mutex<Option<(AsyncSmtpConnection, tokio::time::Instant)>>,
}

impl Smtp {
    pub(super) fn new(server: Server) -> Self {
        Self { server, kept: Mutex::new(None) }
    }

    /// Sends one message. Calls at the same time wait for each other.
    pub(super) async fn send(&self, message: &Message) -> Outcome {
        let mut kept = self.kept.lock().await;
        let mut connection = match self.connection(kept.take()).await {
            Ok(connection) => connection,
            Err(why) => return Outcome::Unreachable(why),
        };
        let outcome = self.hand_over(&mut connection, message).await;
        if matches!(outcome, Outcome::Sent(_)) {
            *kept = Some((connection, tokio::time::Instant::now()));
        } else {
            // Politeness only: what it answers changes nothing.
            let _ended = timeout(self.server.timeout.min(Duration::from_secs(1)), connection.abort()).await;
        }
        outcome
    }

    /// The connection kept, if it still answers, or a new one.
    async fn connection(
        &self,
        kept: Option<(AsyncSmtpConnection, tokio::time::Instant)>,
    ) -> Result<AsyncSmtpConnection, String> {
        if let Some((mut connection, since)) = kept
            && since.elapsed() < LONGEST_REST
            && timeout(self.server.timeout, connection.test_connected()).await == Ok(true)
        {
            return Ok(connection);
        }
        match timeout(self.server.timeout, self.connect()).await {
            Ok(connected) => connected.map_err(|error| told(&error)),
            Err(_) => Err("no answer in time".to_owned()),
        }
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Error> {
        let server = &self.server;
        let hello = ClientId::default();
        let implicit = match &server.security {
            Security::Implicit(tls) => Some(tls.clone()),
            Security::Required(_) | Security::Offered(_) | Security::None => None,
        };
        let address = (server.host.as_str(), server.port);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(address, Some(server.timeout), &hello, implicit, None)
                .await?;
        match &server.security {
            Security::Required(tls) => connection.starttls(tls.clone(), &hello).await?,
            Security::Offered(tls) if connection.can_starttls() => {
                connection.starttls(tls.clone(), &hello).await?;
            }
            Security::Implicit(_) | Security::Offered(_) | Security::None => {}
        }
        if let Some(credentials) = &server.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await?;
        }
        Ok(connection)
    }

    async fn hand_over(&self, connection: &mut AsyncSmtpConnection, message: &Message) -> Outcome {
        let envelope = message.envelope();
        let mut parameters = Vec::new();
        if envelope.to().iter().chain(envelope.from()).any(|address| !address.to_string().is_ascii()) {
            if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
                return Outcome::Refused("the mail server takes ASCII addresses only".to_owned());
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        let mail = connection.command(Mail::new(envelope.from().cloned(), parameters));
        if let Err(failed) = self.step(mail).await {
            return failed.before_the_text();
        }
        for address in envelope.to() {
            let recipient = connection.command(Rcpt::new(address.clone(), Vec::new()));
            if let Err(failed) = self.step(recipient).await {
                return failed.before_the_text();
            }
        }
        if let Err(failed) = self.step(connection.command(Data)).await {
            return failed.before_the_text();
        }
        match self.step(connection.message(&message.formatted())).await {
            Ok(response) => Outcome::Sent(said(&response)),
            // The server may have the letter though we never heard of it.
            Err(Failed { code: None, why }) => Outcome::Uncertain(why),
            Err(answered) => answered.before_the_text(),
        }
    }

    /// One command and its answer.
    async fn step(&self, step: impl Future<Output = Result<Response, Error>>) -> Result<Response, Failed> {
        match timeout(self.server.timeout, step).await {
            Ok(answered) => {
                answered.map_err(|error| Failed { code: error.status().map(u16::from), why: told(&error) })
            }
            Err(_) => Err(Failed { code: None, why: "no answer in time".to_owned() }),
        }
    }
}

/// A step that did not succeed.
struct Failed {
    /// The server's answer; `None` where there was none that could be read.
    code: Option<u16>,
    why: String,
}

impl Failed {
    /// What it means while the server cannot have the letter.
    fn before_the_text(self) -> Outcome {
        match self.code {
            // RFC 5321 §3.8: the service closes; RFC 4954 §6: it does not let us in. Neither is about this letter.
            None | Some(421 | 454 | 530 | 534 | 535 | 538) => Outcome::Unreachable(self.why),
            Some(500..) => Outcome::Refused(self.why),
            Some(_) => Outcome::Deferred(self.why),
        }
    }
}

/// What the server said, on one line.
fn said(response: &Response) -> String {
    let code = response.code();
    super::one_line(&format!("{code} {}", response.message().collect::<Vec<_>>().join(" ")))
}

/// An error with its causes, on one line.
fn told(error: &Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let deeper = error.to_string();
        if !words.contains(&deeper) {
            words = format!("{words}: {deeper}");
        }
        cause = error.source();
    }
    super::one_line(&words)
}
