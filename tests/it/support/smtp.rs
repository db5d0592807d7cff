//! A small mail server that does what a scenario tells it: takes letters, refuses them, loses connections.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// What the server does with the next letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Behaviour {
    /// Takes it.
    Accept,
    /// Answers the recipient with this code.
    Answer(u16),
    /// Takes it, and closes the connection without a word.
    DropAfterData,
    /// Answers the text with something that is no answer.
    Garbage,
    /// Says nothing more.
    Hang,
}

/// A letter as it came.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    /// The address it was sent to.
    pub(crate) to: String,
    /// Who logged in, if anybody did.
    pub(crate) login: Option<String>,
    /// Whether the connection was encrypted.
    pub(crate) encrypted: bool,
    /// The message, without the doubled dots.
    pub(crate) text: String,
}

#[derive(Default)]
struct State {
    received: Vec<Received>,
    script: VecDeque<Behaviour>,
    connections: usize,
}

/// A server on a free port. It ends with the test.
pub(crate) struct MailServer {
    pub(crate) port: u16,
    state: Arc<Mutex<State>>,
}

impl MailServer {
    /// A server without TLS and without log-in.
    pub(crate) async fn start() -> Self {
        Self::listen(None).await
    }

    /// A server that offers STARTTLS and asks who sends.
    pub(crate) async fn with_tls(tls: TlsAcceptor) -> Self {
        Self::listen(Some(tls)).await
    }

    async fn listen(tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                shared.lock().expect("a lock").connections += 1;
                tokio::spawn(converse(stream, Arc::clone(&shared), tls.clone()));
            }
        });
        Self { port, state }
    }

    /// What `mail.url` is to be.
    pub(crate) fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}?tls=none", self.port)
    }

    /// Does so with the next letters, one after another; then takes all.
    pub(crate) fn then(&self, script: &[Behaviour]) {
        self.state.lock().expect("a lock").script = script.iter().copied().collect();
    }

    /// What came so far.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.state.lock().expect("a lock").received.clone()
    }

    /// How often somebody connected.
    pub(crate) fn connections(&self) -> usize {
        self.state.lock().expect("a lock").connections
    }
}

async fn converse(stream: TcpStream, state: Arc<Mutex<State>>, tls: Option<TlsAcceptor>) {
    let mut plain = BufReader::new(stream);
    if plain.write_all(b"220 test ESMTP\r\n").await.is_err() {
        return;
    }
    if serve(&mut plain, &state, tls.is_some(), false).await == After::Starttls
        && let Some(acceptor) = tls
        && let Ok(encrypted) = acceptor.accept(plain.into_inner()).await
    {
        serve(&mut BufReader::new(encrypted), &state, false, true).await;
    }
}

#[derive(PartialEq, Eq)]
enum After {
    Starttls,
    Nothing,
}

async fn serve<S>(stream: &mut BufReader<S>, state: &Mutex<State>, offers_tls: bool, encrypted: bool) -> After
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let (mut to, mut login) = (String::new(), None);
    let mut behaviour = Behaviour::Accept;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
            return After::Nothing;
        }
        let command = line.trim_end().to_owned();
        let verb = command.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let answer = match verb.as_str() {
            "EHLO" if offers_tls => "250-test\r\n250 STARTTLS".to_owned(),
            "EHLO" if encrypted => "250-test\r\n250 AUTH PLAIN".to_owned(),
            "EHLO" => "250-test\r\n250 8BITMIME".to_owned(),
            "STARTTLS" => {
                let _told = stream.write_all(b"220 go on\r\n").await;
                return After::Starttls;
            }
            "AUTH" => {
                login = command.rsplit(' ').next().map(str::to_owned);
                "235 welcome".to_owned()
            }
            "RCPT" => {
                behaviour = state.lock().expect("a lock").script.pop_front().unwrap_or(Behaviour::Accept);
                to = command.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                match behaviour {
                    Behaviour::Answer(code) => format!("{code} as it was told"),
                    _ => "250 ok".to_owned(),
                }
            }
            "DATA" => {
                let _told = stream.write_all(b"354 go on\r\n").await;
                let Some(text) = text(stream).await else { return After::Nothing };
                match behaviour {
                    Behaviour::Hang => std::future::pending::<()>().await,
                    Behaviour::Garbage => {}
                    _ => {
                        let received = Received { to: to.clone(), login: login.clone(), encrypted, text };
                        state.lock().expect("a lock").received.push(received);
                    }
                }
                match behaviour {
                    Behaviour::DropAfterData => return After::Nothing,
                    Behaviour::Garbage => "what?".to_owned(),
                    _ => "250 taken".to_owned(),
                }
            }
            "QUIT" => {
                let _told = stream.write_all(b"221 bye\r\n").await;
                return After::Nothing;
            }
            _ => "250 ok".to_owned(),
        };
        if stream.write_all(format!("{answer}\r\n").as_bytes()).await.is_err() {
            return After::Nothing;
        }
    }
}

/// The text up to the line with one dot (RFC 5321 §4.5.2).
async fn text<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut BufReader<S>) -> Option<String> {
    let mut text = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
            return None;
        }
        match line.strip_prefix('.') {
            Some("\r\n") => return Some(text),
            Some(rest) => text.push_str(rest),
            None => text.push_str(&line),
        }
    }
}
