//! Papers asked of the company (补充材料): one complete list, through the office, and what waits meanwhile.

use super::attached;
use super::clocks::Start;
use super::dispatch::to_dispatch;
use super::echoes::{lacks_text, release_echoes};
use super::matter::Matter;
use super::release;
use super::store::{self, RequestRow, SupplementRow};
use crate::attachments::{AttachedTo, Files};
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::domain::lifecycle::RequestAct;
use crate::domain::promise::{Holder, PauseCause};
use crate::domain::words::ClockKind;
use crate::fault::{Code, Fault};
use crate::journal::Detail;
use crate::outbox::Recipient;

/// Asks the company for papers, by the office: its own clock to dispatch stops, what the promise book lets wait stands
/// still, and the company's time to bring them begins. A clock stands still for papers once; a second list is asked
/// for on running clocks. Contact never waits.
pub fn ask_info(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    request: Id,
    list: &str,
) -> Result<RequestRow, Fault> {
    let mut matter = Matter::open(conn, at, actor, request)?;
    let capacity = matter.act(RequestAct::AskInfo)?;
    let row = SupplementRow {
        id: Id::new(at),
        request_id: request,
        asked_by: matter.person()?,
        asked_at: at,
        list: list.to_owned(),
        answered_by: None,
        answered_at: None,
        answer: None,
        closed_at: None,
        ground: None,
    };
    store::insert_supplement(matter.conn, &row)?;
    matter.stop(|clock| clock.kind == ClockKind::Dispatch)?;
    matter.pause(PauseCause::Supplement)?;
    matter.start(Start::of(ClockKind::Supplement, Holder::Company))?;
    matter.notify_company("papers_asked", &row.id.to_string())?;
    matter.close(capacity, "ask_info", Detail::none().personal("list", Some(list)))
}

/// Brings the papers, with their files, by the company. The request goes back to where it came from and its clocks run on.
pub fn supplement(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    request: Id,
    answer: &str,
    files: &Files,
) -> Result<RequestRow, Fault> {
    let mut matter = Matter::open(conn, at, actor, request)?;
    let capacity = matter.act(RequestAct::Supplement)?;
    let mut row = waiting(&mut matter)?;
    (row.answered_by, row.answered_at) = (Some(matter.person()?), Some(at));
    row.answer = Some(answer.to_owned());
    store::update_supplement(matter.conn, &row)?;
    let echoes = back(&mut matter, row.id)?;
    matter.notify("papers_brought", Recipient::Unit(matter.office.id), &row.id.to_string())?;
    let detail = Detail::none().personal("answer", Some(answer));
    let detail = attached::hang(&mut matter, files, AttachedTo::Supplement, Some(row.id), detail)?;
    let brought = matter.close(capacity, "supplement", detail)?;
    release_echoes(conn, at, actor, &echoes)?;
    Ok(brought)
}

/// Goes on without the papers, by the office, with the ground the company is told.
pub fn go_on(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    request: Id,
    ground: &str,
) -> Result<RequestRow, Fault> {
    let mut matter = Matter::open(conn, at, actor, request)?;
    let capacity = matter.act(RequestAct::GoOn)?;
    let mut row = waiting(&mut matter)?;
    (row.closed_at, row.ground) = (Some(at), Some(ground.to_owned()));
    store::update_supplement(matter.conn, &row)?;
    let echoes = back(&mut matter, row.id)?;
    matter.notify_company("went_on", &row.id.to_string())?;
    let gone_on = matter.close(capacity, "go_on", Detail::none().personal("ground", Some(ground)))?;
    release_echoes(conn, at, actor, &echoes)?;
    Ok(gone_on)
}

fn waiting(matter: &mut Matter<'_>) -> Result<SupplementRow, Fault> {
    let rows = store::supplements_of(matter.conn, matter.request.id)?;
    let open = |row: &SupplementRow| row.answered_at.is_none() && row.closed_at.is_none();
    rows.into_iter().rev().find(open).ok_or_else(|| Fault::new(Code::NotWaitingForCompany))
}

/// Ends the wait: while no unit has it the office has its time to dispatch anew, and also where no unit leads, or where
/// nothing but the texts of its echoes is missing; what stood still runs on. Gives the echoes that are answered with it.
fn back(matter: &mut Matter<'_>, papers: Id) -> Result<Vec<Id>, Fault> {
    matter.stop(|clock| matches!(clock.kind, ClockKind::Supplement | ClockKind::Dispatch))?;
    let is_with_units = matter.is_with_units();
    let act = if is_with_units { RequestAct::BackToUnits } else { RequestAct::BackToOffice };
    matter.follow(act)?;
    matter.resume()?;
    if !release::is_led(matter) {
        matter.start(Start::of(ClockKind::Dispatch, Holder::Office))?;
        return Ok(Vec::new());
    }
    // The last part that was not released may have left meanwhile.
    if release::is_whole(matter) && lacks_text(matter)? {
        to_dispatch(matter, &papers.to_string())?;
        return Ok(Vec::new());
    }
    release::answered_if_whole(matter)
}
