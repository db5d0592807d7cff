//! The worker: one row after another is claimed, composed, sent and settled.
//!
//! Nothing of the database is held while a letter is on its way. A server that cannot be used is left alone for a
//! while, and its letters stay where they are in the queue; so an outage costs a try now and then, and afterwards they
//! go out in their order, no faster than `mail.per_minute`.

use super::compose::{Composed, compose};
use crate::domain::ids::{Id, Instant};
use crate::fault::Fault;
use crate::mail::{Envelope, Letter, Outcome};
use crate::outbox::{self, NoticeChannel, OutboxState, Row, Settled};
use crate::web::Context;
use chrono::TimeDelta;
use std::time::Duration;

/// How often a step is done in a minute.
const STEPS_A_MINUTE: u32 = 12;

/// How often, in real time, a claim is renewed while its letter is on its way.
const HEARTBEAT: Duration = Duration::from_secs(20);

/// How often a letter is tried when its server asks to wait: with [`backoff`], for three days.
pub const MOST_ATTEMPTS: i32 = 25;

/// How often it may be in doubt whether a letter arrived, and it is sent again.
pub const MOST_DOUBTS: i32 = 3;

/// How long to wait after the try number `tries`: 1 minute, doubled by each, up to 4 hours; a tenth more or less, by the
/// letter's id, so that letters that failed together are not tried together.
pub fn backoff(id: Id, tries: i32) -> TimeDelta {
    let doublings = u32::try_from(tries.saturating_sub(1)).unwrap_or(0).min(8);
    let seconds = 60_i64.saturating_mul(1 << doublings).min(14_400);
    let tenths = i64::try_from(id.uuid().as_u128() % 201).unwrap_or(100);
    TimeDelta::seconds(seconds.saturating_mul(900 + tenths) / 1000)
}

/// One step: sends what is due, in its order, up to a step's share of `mail.per_minute`.
pub async fn send(context: Context) -> Result<(), Fault> {
    if !context.prepared.is_set() {
        return Ok(());
    }
    let mut share = context.config.mail.per_minute.div_ceil(STEPS_A_MINUTE);
    while share > 0 && !context.mailer.rests(context.time.now()) {
        let at = context.time.now();
        let claimed = context.db.write(move |conn| outbox::claim(conn, at, NoticeChannel::Mail)).await?;
        let Some(row) = claimed else { break };
        if attend(&context, at, row).await? {
            share -= 1;
        }
    }
    Ok(())
}

/// Does what is to be done about one claimed row. Whether a letter went to the server.
async fn attend(context: &Context, at: Instant, row: Row) -> Result<bool, Fault> {
    if row.doubts > MOST_DOUBTS {
        settle(context, at, row, parked("uncertain", None)).await?;
        return Ok(false);
    }
    let (config, zone, read) = (context.config.clone(), context.zone, row.clone());
    let composed = context.db.read(move |conn| compose(conn, at, (&config, zone), &read)).await;
    match composed {
        Ok(Composed::Letter(letter)) => {
            let (envelope, letter) = *letter;
            if let Some(outcome) = with_heartbeat(context, &row, &envelope, &letter).await {
                let at = context.time.now();
                let settled = after(at, &row, outcome);
                settle(context, at, row, settled).await?;
            }
            Ok(true)
        }
        Ok(Composed::Spread(persons)) => {
            context.db.write(move |conn| outbox::spread(conn, at, &row, &persons)).await?;
            Ok(false)
        }
        Ok(Composed::Moot) => {
            let moot = Settled { state: OutboxState::Moot, tried: false, ..parked("done_meanwhile", None) };
            settle(context, at, row, moot).await?;
            Ok(false)
        }
        Ok(Composed::Nothing(why)) => {
            settle(context, at, row, parked(why, None)).await?;
            Ok(false)
        }
        Err(fault) => {
            tracing::error!(id = %row.id, kind = row.kind, %fault, "a letter could not be written");
            let settled = again(at, &row, "failed", None);
            settle(context, at, row, settled).await?;
            Ok(false)
        }
    }
}

/// Sends a letter while its claim is renewed; `None` where the claim was lost, and whoever has it now decides.
async fn with_heartbeat(
    context: &Context,
    row: &Row,
    envelope: &Envelope,
    letter: &Letter,
) -> Option<Outcome> {
    let sending = context.mailer.send(envelope, letter);
    tokio::pin!(sending);
    let mut heart = tokio::time::interval(HEARTBEAT);
    heart.tick().await;
    loop {
        tokio::select! {
            outcome = &mut sending => return Some(outcome),
            _ = heart.tick() => {
                let (at, mine) = (context.time.now(), row.clone());
                match context.db.write(move |conn| outbox::renew(conn, at, &mine)).await {
                    Ok(true) => {}
                    Ok(false) => return None,
                    Err(fault) => tracing::warn!(id = %row.id, %fault, "a letter's lease could not be renewed"),
                }
            }
        }
    }
}

async fn settle(context: &Context, at: Instant, row: Row, settled: Settled) -> Result<(), Fault> {
    let (id, kind) = (row.id, row.kind.clone());
    match settled.state {
        OutboxState::Parked => {
            tracing::warn!(%id, kind, reason = settled.reason, answer = settled.answer, "a letter was given up");
        }
        state => tracing::debug!(%id, kind, state = state.code(), "a letter"),
    }
    if !context.db.write(move |conn| outbox::settle(conn, at, &row, &settled)).await? {
        tracing::warn!(%id, kind, "a letter was taken over by another worker meanwhile");
    }
    Ok(())
}

/// What is recorded after `outcome`.
fn after(at: Instant, row: &Row, outcome: Outcome) -> Settled {
    match outcome {
        Outcome::Sent(answer) => Settled {
            state: OutboxState::Sent,
            next_at: None,
            reason: None,
            answer: Some(answer),
            tried: true,
            in_doubt: false,
        },
        Outcome::Deferred(answer) => again(at, row, "deferred", Some(answer)),
        Outcome::Refused(answer) => parked("refused", Some(answer)),
        Outcome::Uncertain(answer) if row.doubts >= MOST_DOUBTS => {
            Settled { in_doubt: true, ..parked("uncertain", Some(answer)) }
        }
        Outcome::Uncertain(answer) => Settled {
            state: OutboxState::Uncertain,
            next_at: Some(at.plus(backoff(row.id, row.doubts.saturating_add(1)))),
            in_doubt: true,
            ..again(at, row, "uncertain", Some(answer))
        },
        // No try of this letter: it keeps its place in the queue.
        Outcome::Unreachable(answer) => Settled {
            state: waiting(row),
            next_at: Some(row.next_at.unwrap_or(at)),
            reason: Some("unreachable"),
            answer: Some(answer),
            tried: false,
            in_doubt: false,
        },
    }
}

/// To be tried once more, unless that was done often enough.
fn again(at: Instant, row: &Row, reason: &'static str, answer: Option<String>) -> Settled {
    let tries = row.attempts.saturating_add(1);
    if tries >= MOST_ATTEMPTS {
        return parked(reason, answer);
    }
    Settled {
        state: waiting(row),
        next_at: Some(at.plus(backoff(row.id, tries))),
        reason: Some(reason),
        answer,
        tried: true,
        in_doubt: false,
    }
}

/// A letter that was ever in doubt stays so until it is known to have arrived.
fn waiting(row: &Row) -> OutboxState {
    if row.doubts > 0 { OutboxState::Uncertain } else { OutboxState::Waiting }
}

fn parked(reason: &'static str, answer: Option<String>) -> Settled {
    Settled {
        state: OutboxState::Parked,
        next_at: None,
        reason: Some(reason),
        answer,
        tried: true,
        in_doubt: false,
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST_ATTEMPTS, backoff};
    use crate::domain::ids::{Id, Instant};
    use chrono::TimeDelta;

    #[test]
    fn a_letter_is_tried_after_a_minute_then_ever_later_for_three_days_in_all() {
        let id = Id::new(Instant::from_micros(1_790_239_200_000_000).unwrap());
        let waits: Vec<TimeDelta> = (1..MOST_ATTEMPTS).map(|tries| backoff(id, tries)).collect();
        let within = |wait: TimeDelta, minutes: i64| {
            (wait - TimeDelta::minutes(minutes)).abs() <= TimeDelta::seconds(minutes * 6)
        };
        let expected = [1, 2, 4, 8, 16, 32, 64, 128, 240, 240];
        for (wait, minutes) in waits.iter().zip(expected) {
            assert!(within(*wait, minutes), "{wait} is not about {minutes} minutes");
        }
        let hours = waits.iter().sum::<TimeDelta>().num_hours();
        assert!((60..=76).contains(&hours), "{hours} hours");
    }
}
