//! A deed and an alarm in the same instant, on PostgreSQL: whoever locks the request first, nobody is warned of what was done
//! in time, and nobody twice.

use super::{WATCH, alarms_of, history_of};
use crate::path::{Walk, on, reached};
use crate::support::app::run_in_the_sample_district;
use crate::support::meeting::Meeting;
use crate::support::place::Database;
use chrono::TimeDelta;
use futures_util::future::join;
use onedoor::domain::ids::Instant;
use onedoor::oversight;

/// How often they meet.
const TIMES: usize = 500;

/// The deed is sent in the last instant that is in time, or the first that is late; the look at the lights is as late as can
/// be while that deed may still be on its way.
#[test]
fn five_hundred_times_a_deed_meets_an_alarm_and_what_was_done_in_time_is_never_told() {
    run_in_the_sample_district(Database::Postgres, async |app| {
        let meeting = Meeting::at(app).await;
        app.token("industry.handler").await;
        let (mut deeds_first, mut alarms_first) = (0, 0);
        for round in 0..TIMES {
            meeting.call(0);
            let walk = Walk::under_way(app, &[("industry", "lead")]).await;
            let share = walk.share("industry").await["id"].as_str().expect("an id").to_owned();
            let is_late = round % 2 == 1;
            // Due on Tuesday at 17:30; red is told on Wednesday at 9:00.
            walk.at(if is_late { "09-30 09:00" } else { "09-29 17:30" });
            let path = format!("/assignments/{share}/contact");
            let deed = app.as_("industry.handler");
            let deed = deed.post(&path, reached());
            let (request, db) = (walk.key(), app.context.db.clone());
            let through: Instant = serde_json::from_value(on("09-30 09:00").into()).expect("a time");
            let through = if is_late { through } else { app.context.time.now() };
            let at = through.plus(TimeDelta::seconds(60));
            let look = db.write(move |conn| oversight::raise(conn, at, through, request));
            meeting.call(2);
            let (answer, raised) = join(deed, look).await;
            meeting.was_held();
            meeting.call(0);
            answer.expect(200);
            let raised = raised.expect("the lights are looked at");
            let is_told = raised.iter().any(|step| step == "red");
            if is_late {
                assert_eq!(walk.clock("industry contact").await["outcome"], "late");
                if is_told { alarms_first += 1 } else { deeds_first += 1 }
            } else {
                assert_eq!(walk.clock("industry contact").await["outcome"], "met", "{raised:?}");
                assert!(!is_told, "round {round}: {raised:?}");
                assert!(!history_of(&walk, "contact").await.iter().any(|turn| turn.starts_with("red")));
            }
            // Whoever looks later finds nothing more to tell of it.
            let before = alarms_of(&walk).await;
            let later = through.plus(TimeDelta::minutes(5));
            let again = app.context.db.write(move |conn| oversight::raise(conn, later, later, request)).await;
            again.expect("the lights are looked at");
            let contacts = |told: &[String]| told.iter().filter(|one| one.starts_with("contact ")).count();
            assert_eq!(contacts(&alarms_of(&walk).await), contacts(&before), "round {round}");
        }
        assert_eq!(deeds_first + alarms_first, TIMES / 2);
    });
}

/// Two that look at once, as two replicas do.
#[test]
fn two_replicas_that_look_at_once_tell_each_step_once() {
    run_in_the_sample_district(Database::Postgres, async |app| {
        let (second, _) = app.replica().await;
        let mut walks = Vec::new();
        for _ in 0..12 {
            walks.push(Walk::under_way(app, &[("industry", "lead")]).await);
        }
        app.set_time(&on("09-30 09:01"));
        let loops = [onedoor::loops::all(&app.context), onedoor::loops::all(&second.context)];
        let look = |place: usize| loops[place].iter().find(|one| one.name == WATCH).expect("the loop").step();
        let (one, other) = join(look(0), look(1)).await;
        one.and(other).expect("both look");
        for walk in &walks {
            let told = alarms_of(walk).await;
            let count = |which: &str| told.iter().filter(|one| *one == which).count();
            let counts =
                [count("contact yellow 1"), count("contact red 1"), count("company_contact promise_red 1")];
            assert_eq!((counts, told.len()), ([1, 3, 2], 6), "{told:?}");
        }
        second.stop().await;
    });
}
