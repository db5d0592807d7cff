//! Limits and manners: what one connection, one caller and one moment may ask, and what is said outside and inside.

mod logs;
mod manners;
mod numbers;
mod pressure;
mod rates;
mod wire;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// The longest a server of these tests may keep a connection open: far more than any of its own time limits.
const PATIENCE: Duration = Duration::from_secs(20);

/// Sends these bytes over a connection of its own and gives all that comes back until the server closes it.
fn until_closed(address: SocketAddr, bytes: &[u8]) -> String {
    let mut connection = TcpStream::connect(address).expect("it listens");
    connection.set_read_timeout(Some(PATIENCE)).expect("a time limit can be set");
    // A server that has refused already may close while this still writes.
    drop(connection.write_all(bytes));
    let mut answer = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        match connection.read(&mut chunk) {
            Ok(0) => break,
            Ok(length) => answer.extend_from_slice(&chunk[..length]),
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => break,
            Err(error) => {
                panic!("it keeps the connection open: {error}, after {}", String::from_utf8_lossy(&answer))
            }
        }
    }
    String::from_utf8_lossy(&answer).into_owned()
}

/// The same where an application of this process runs, whose work goes on meanwhile.
async fn answer_to(address: SocketAddr, bytes: &str) -> String {
    let bytes = bytes.to_owned();
    let answer = tokio::task::spawn_blocking(move || until_closed(address, bytes.as_bytes()));
    answer.await.expect("it is answered")
}

/// The status of an answer as it came over the wire.
fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or_default()
}
