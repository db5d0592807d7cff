//! The real program, as an operator runs it.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

/// How long the program may take to say or do what is awaited before the test has failed.
const PATIENCE: Duration = Duration::from_secs(60);

/// `onedoor` with these arguments, in `folder`, with no settings but those given.
pub(crate) fn command(folder: &Path, arguments: &[&str], settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_onedoor"));
    command.args(arguments).current_dir(folder).env_clear().stdin(Stdio::null());
    command.env("ONEDOOR_METRICS__LISTEN", "");
    command.envs(settings.iter().copied());
    command
}

/// Runs it to its end.
pub(crate) fn output(folder: &Path, arguments: &[&str], settings: &[(&str, &str)]) -> Output {
    command(folder, arguments, settings).output().expect("the program can be run")
}

/// Runs it to its end with this text on standard input.
pub(crate) fn told(folder: &Path, arguments: &[&str], settings: &[(&str, &str)], text: &str) -> Output {
    let mut command = command(folder, arguments, settings);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program can be run");
    // A program that refuses before it reads closes its end.
    drop(child.stdin.take().map(|mut input| input.write_all(text.as_bytes())));
    child.wait_with_output().expect("the program ends")
}

/// The standard error of a program that failed with this exit code; fails when it did not, or said more than a line.
#[track_caller]
pub(crate) fn one_line(output: &Output, code: i32) -> String {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "{said}");
    assert_eq!(said.lines().count(), 1, "one line is wanted:\n{said}");
    said
}

/// What a program that succeeded printed.
#[track_caller]
pub(crate) fn printed(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A program that serves.
pub(crate) struct Serving {
    child: Child,
    lines: Receiver<String>,
    /// Where it listens, as `http://127.0.0.1:port`.
    pub(crate) root: String,
}

impl Serving {
    /// Starts `onedoor` with these arguments on a free port and waits until it listens.
    pub(crate) fn start(folder: &Path, arguments: &[&str], settings: &[(&str, &str)]) -> Self {
        Self::of(command(folder, arguments, settings))
    }

    /// Starts a command that ends in `onedoor serve`, and waits until that listens.
    pub(crate) fn of(mut command: Command) -> Self {
        command.env("ONEDOOR_SERVER__LISTEN", "127.0.0.1:0");
        let mut child =
            command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the program starts");
        let errors = BufReader::new(child.stderr.take().expect("standard error is a pipe"));
        let (say, lines) = channel();
        std::thread::spawn(move || errors.lines().map_while(Result::ok).try_for_each(|line| say.send(line)));
        let mut serving = Self { child, lines, root: String::new() };
        let line = serving.wait_for("listening on ");
        let root = line.split("listening on ").nth(1).and_then(|rest| rest.split('"').next());
        serving.root = root.unwrap_or_default().to_owned();
        serving
    }

    /// Waits until the program says a line with these words.
    pub(crate) fn wait_for(&self, words: &str) -> String {
        loop {
            let line =
                self.lines.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("it never said {words:?}"));
            if line.contains(words) {
                return line;
            }
        }
    }

    /// The number of the process.
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// Sends it the signal with this name, such as `TERM`.
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([format!("-{name}"), self.process().to_string()]).status();
        assert!(sent.is_ok_and(|status| status.success()), "the signal can be sent");
    }

    /// Everything it says until it ends.
    pub(crate) fn rest(&self) -> Vec<String> {
        let mut said = Vec::new();
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => said.push(line),
                Err(RecvTimeoutError::Disconnected) => return said,
                Err(RecvTimeoutError::Timeout) => panic!("it does not end"),
            }
        }
    }

    /// Kills it: it has no time to do anything.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }

    /// Waits for its end.
    pub(crate) fn end(mut self) -> ExitStatus {
        self.child.wait().expect("the program ends")
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
