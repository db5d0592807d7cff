//! Lines in, lines out: bounded, in order, each answered as soon as it is read.

use super::evaluate::Evaluator;
use std::io::{self, BufRead, BufReader, Read, Write};

/// Bytes a line may have; a longer one is answered with an error and skipped.
const LONGEST_LINE: u64 = 4 * 1024 * 1024;

/// Answers every line of `input` that is not blank with one line of `output`. What is answered is flushed before
/// waiting for more.
pub(super) fn answer_all(input: &mut BufReader<impl Read>, output: &mut impl Write) -> io::Result<()> {
    let mut evaluator = Evaluator::default();
    let mut line = Vec::new();
    loop {
        if input.buffer().is_empty() {
            output.flush()?;
        }
        line.clear();
        let read = input.by_ref().take(LONGEST_LINE + 1).read_until(b'\n', &mut line)?;
        if read == 0 {
            return output.flush();
        }
        if line.last() != Some(&b'\n') && u64::try_from(read).is_ok_and(|read| read > LONGEST_LINE) {
            input.skip_until(b'\n')?;
            writeln!(output, "{}", evaluator.refuse_long_line(LONGEST_LINE))?;
        } else if !line.trim_ascii().is_empty() {
            writeln!(output, "{}", evaluator.answer(&line))?;
        }
    }
}
