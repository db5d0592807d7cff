//! Closed loops: so many connections, each asking again as soon as it was answered.

use super::http::Client;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// What some time of load came to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Measured {
    pub(crate) per_second: f64,
    took: Vec<Duration>,
}

impl Measured {
    /// From what each took, and all together.
    pub(crate) fn of(mut took: Vec<Duration>, whole: Duration) -> Self {
        took.sort_unstable();
        Self { per_second: count(took.len()) / whole.as_secs_f64(), took }
    }

    /// How many there were.
    pub(crate) fn count(&self) -> usize {
        self.took.len()
    }

    /// The duration that this share of all stayed below, in milliseconds.
    pub(crate) fn quantile(&self, percent: usize) -> f64 {
        let place = (self.took.len() * percent / 100).min(self.took.len().saturating_sub(1));
        self.took.get(place).map_or(f64::NAN, |took| took.as_secs_f64() * 1000.0)
    }

    /// The one in the middle by throughput.
    pub(crate) fn median(mut rounds: Vec<Self>) -> Self {
        rounds.sort_by(|one, other| one.per_second.total_cmp(&other.per_second));
        rounds.get(rounds.len() / 2).cloned().unwrap_or_default()
    }
}

/// A length as a number to divide by.
pub(crate) fn count(length: usize) -> f64 {
    u32::try_from(length).map_or(f64::MAX, f64::from)
}

/// One request to be sent.
pub(crate) struct Ask {
    pub(crate) method: &'static str,
    pub(crate) path: String,
    pub(crate) body: String,
    pub(crate) status: u16,
}

impl Ask {
    /// `GET path`, which gives 200.
    pub(crate) fn get(path: &str) -> Self {
        Self { method: "GET", path: path.to_owned(), body: String::new(), status: 200 }
    }
}

/// Sends `ask` for `time` over `connections` connections, each with the next of `tokens`. Fails where an answer has another
/// status than `ask` says: a refusal is fast, and worth nothing.
pub(crate) fn drive(
    address: SocketAddr,
    tokens: &[String],
    ask: &[Ask],
    connections: usize,
    time: Duration,
) -> Measured {
    let began = Instant::now();
    let took = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..connections)
            .map(|index| {
                let token = &tokens[index % tokens.len()];
                scope.spawn(move || one(address, token, ask, index, time))
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("a loop came to its end")).collect()
    });
    Measured::of(took, began.elapsed())
}

fn one(address: SocketAddr, token: &str, asks: &[Ask], first: usize, time: Duration) -> Vec<Duration> {
    let mut client = Client::connect(address, token);
    let (began, mut took) = (Instant::now(), Vec::new());
    while began.elapsed() < time {
        let ask = &asks[(first + took.len()) % asks.len()];
        let start = Instant::now();
        let answer = client.ask(ask.method, &ask.path, &ask.body).expect("the server answers");
        took.push(start.elapsed());
        assert!(
            answer.status == ask.status,
            "{} {}: {} {}",
            ask.method,
            ask.path,
            answer.status,
            String::from_utf8_lossy(answer.body)
        );
    }
    took
}
