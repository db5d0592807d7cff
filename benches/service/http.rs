//! A client that costs little: one kept connection, one request at a time (RFC 9112).

use serde_json::Value;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// One connection of one person.
pub(crate) struct Client {
    stream: TcpStream,
    token: String,
    buffer: Vec<u8>,
}

/// What came back.
pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    pub(crate) body: &'a [u8],
}

impl Client {
    /// Connects; every request carries `token`.
    pub(crate) fn connect(address: SocketAddr, token: &str) -> Self {
        let stream = TcpStream::connect(address).expect("the server takes connections");
        stream.set_nodelay(true).expect("a socket can be set");
        stream.set_read_timeout(Some(Duration::from_secs(120))).expect("a socket can be set");
        Self { stream, token: token.to_owned(), buffer: Vec::with_capacity(16_384) }
    }

    /// Sends one request and reads its answer to the end.
    pub(crate) fn ask(&mut self, method: &str, path: &str, body: &str) -> std::io::Result<Answer<'_>> {
        let token = &self.token;
        let message = format!(
            "{method} {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        self.stream.write_all(message.as_bytes())?;
        self.buffer.clear();
        let mut chunk = [0_u8; 16_384];
        let mut whole = None;
        while whole.is_none_or(|(_, end)| self.buffer.len() < end) {
            let read = self.stream.read(&mut chunk)?;
            if read == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            self.buffer.extend_from_slice(&chunk[..read]);
            whole = whole.or_else(|| extent(&self.buffer));
        }
        let (start, end) = whole.unwrap_or_default();
        let status = std::str::from_utf8(&self.buffer[9..12]).ok().and_then(|code| code.parse().ok());
        Ok(Answer { status: status.unwrap_or(0), body: &self.buffer[start..end] })
    }

    /// The JSON that `GET path` gives; fails on any other status than 200.
    pub(crate) fn get(&mut self, path: &str) -> Value {
        self.json("GET", path, "")
    }

    /// The JSON that `POST path` gives; fails on any status that is no success.
    pub(crate) fn post(&mut self, path: &str, body: &Value) -> Value {
        self.json("POST", path, &body.to_string())
    }

    fn json(&mut self, method: &str, path: &str, body: &str) -> Value {
        let answer = self.ask(method, path, body).expect("the server answers");
        let text = String::from_utf8_lossy(answer.body);
        assert!((200..300).contains(&answer.status), "{method} {path}: {} {text}", answer.status);
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }
}

/// Where the body begins and ends, once the head is there.
fn extent(bytes: &[u8]) -> Option<(usize, usize)> {
    let head = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let text = std::str::from_utf8(&bytes[..head]).ok()?.to_ascii_lowercase();
    let length = text.lines().find_map(|line| line.strip_prefix("content-length:"));
    let length: usize = length.and_then(|value| value.trim().parse().ok()).unwrap_or(0);
    Some((head + 4, head + 4 + length))
}
