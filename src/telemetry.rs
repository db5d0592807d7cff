//! Logging: one subscriber for the process, one line an event.
//!
//! No control character reaches the log, wherever it comes from: a caller can neither forge a line nor steer a terminal.

use crate::config::{Log, LogFormat};
use std::io::{self, Write};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::FmtSpan;

/// Starts logging to standard error as `log` says, panics too. Fails, in one line, when the filters cannot be read; does
/// nothing when logging has started already.
pub fn start(log: &Log) -> Result<(), String> {
    let filter = EnvFilter::try_new(&log.level).map_err(|error| format!("log.level: {error}"))?;
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_span_events(FmtSpan::NONE)
        .with_ansi(false)
        .with_writer(|| Clean(io::stderr()));
    let started = match log.format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().try_init(),
    };
    if started.is_ok() {
        // Where it panicked; whoever catches it logs what it said.
        std::panic::set_hook(Box::new(|panic| {
            let place = panic.location().map(ToString::to_string).unwrap_or_default();
            tracing::error!(place, "a panic");
        }));
    }
    Ok(())
}

/// Writes events, each of which is one line, with every control character escaped as JSON does.
struct Clean<W>(W);

impl<W: Write> Write for Clean<W> {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(event);
        let line = text.strip_suffix('\n').unwrap_or(&text);
        let mut clean = String::with_capacity(text.len());
        for character in line.chars() {
            if steers(character) {
                clean.push_str(&format!("\\u{:04x}", u32::from(character)));
            } else {
                clean.push(character);
            }
        }
        clean.push('\n');
        self.0.write_all(clean.as_bytes())?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Whether `character` does something to who reads it: ends a line, moves a cursor, turns the direction of writing.
fn steers(character: char) -> bool {
    let turns =
        matches!(character, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    character.is_control() || turns
}

#[cfg(test)]
mod tests {
    use super::Clean;
    use std::io::Write;

    #[test]
    fn an_event_stays_one_line_that_steers_nothing() {
        let cases = [
            ("plain 文字 \"quoted\"\n", "plain 文字 \"quoted\"\n"),
            ("forged\n2026 ERROR\r\n", "forged\\u000a2026 ERROR\\u000d\n"),
            ("\u{1b}[2J\u{9b}31m\u{7f}\t\n", "\\u001b[2J\\u009b31m\\u007f\\u0009\n"),
            ("\u{202e}turned\u{2028}\n", "\\u202eturned\\u2028\n"),
        ];
        for (event, line) in cases {
            let mut written = Vec::new();
            Clean(&mut written).write_all(event.as_bytes()).unwrap();
            assert_eq!(String::from_utf8(written).unwrap(), line);
        }
    }
}
