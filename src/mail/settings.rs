//! The settings of letters, and the mail server's address taken apart.

use super::message::Sender;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, CertificateStore, TlsParameters};
use percent_encoding::percent_decode_str;
use reqwest::Url;
use serde::Deserialize;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

/// How letters leave the house.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The mail server; empty for the folder.
    pub url: String,
    /// A file with certificates (PEM) of those who may sign the server's, beside the public ones; empty for none.
    pub ca_file: String,
    /// The longest wait for each step of the server, in milliseconds.
    pub timeout_milliseconds: u64,
    /// Where letters lie when there is no server.
    pub folder: PathBuf,
    /// The sender, as `NAME <ADDRESS>`.
    pub from: String,
    /// The `List-Id` of every letter (RFC 2919).
    pub list_id: String,
    /// The most letters a process sends in a minute.
    pub per_minute: u32,
}

/// A mail server and how to speak to it.
pub(super) struct Server {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) security: Security,
    pub(super) credentials: Option<Credentials>,
    pub(super) timeout: Duration,
}

/// How a connection is kept private.
pub(super) enum Security {
    /// TLS from the first byte (RFC 8314).
    Implicit(TlsParameters),
    /// STARTTLS, without which nothing is sent (RFC 3207).
    Required(TlsParameters),
    /// STARTTLS where the server offers it.
    Offered(TlsParameters),
    /// None: for a relay on the same machine.
    None,
}

/// Checks what a wrong setting would break only when the first letter is sent. Fails with the key and what is wrong.
pub fn check(settings: &Settings) -> Result<(), (&'static str, String)> {
    Sender::new(settings)?;
    match settings.server()? {
        None if settings.folder.as_os_str().is_empty() => {
            Err(("mail.folder", "one of mail.url and mail.folder must be set".to_owned()))
        }
        _ => Ok(()),
    }
}

impl Settings {
    /// The server the settings name; `None` for the folder.
    pub(super) fn server(&self) -> Result<Option<Server>, (&'static str, String)> {
        if self.url.is_empty() {
            return Ok(None);
        }
        let wrong = |what: &str| ("mail.url", what.to_owned());
        let url = Url::parse(&self.url).map_err(|error| wrong(&error.to_string()))?;
        let host = url.host_str().ok_or_else(|| wrong("a host is missing"))?.to_owned();
        let tls = url.query_pairs().find(|(key, _)| key == "tls").map(|(_, value)| value.into_owned());
        let (default_port, security) = match (url.scheme(), tls.as_deref()) {
            ("smtps", None) => (465, Security::Implicit(self.tls(&host)?)),
            ("smtp", None | Some("required")) => (587, Security::Required(self.tls(&host)?)),
            ("smtp", Some("opportunistic")) => (587, Security::Offered(self.tls(&host)?)),
            ("smtp", Some("none")) => (25, Security::None),
            _ => return Err(wrong("write smtps://…, or smtp://… with tls=required, opportunistic or none")),
        };
        let decoded = |text: &str| {
            let bytes = percent_decode_str(text).decode_utf8();
            bytes.map(|text| text.into_owned()).map_err(|error| wrong(&error.to_string()))
        };
        let credentials = match url.password() {
            Some(password) => Some(Credentials::new(decoded(url.username())?, decoded(password)?)),
            None if url.username().is_empty() => None,
            None => return Err(wrong("a user name needs a password")),
        };
        let timeout = Duration::from_millis(self.timeout_milliseconds);
        Ok(Some(Server { host, port: url.port().unwrap_or(default_port), security, credentials, timeout }))
    }

    fn tls(&self, host: &str) -> Result<TlsParameters, (&'static str, String)> {
        let mut parameters =
            TlsParameters::builder(host.to_owned()).certificate_store(CertificateStore::WebpkiRoots);
        if !self.ca_file.is_empty() {
            let wrong = |error: &dyn std::fmt::Display| ("mail.ca_file", error.to_string());
            let pem = fs::read(&self.ca_file).map_err(|error| wrong(&error))?;
            parameters =
                parameters.add_root_certificate(Certificate::from_pem(&pem).map_err(|error| wrong(&error))?);
        }
        parameters.build().map_err(|error| ("mail.url", error.to_string()))
    }
}
