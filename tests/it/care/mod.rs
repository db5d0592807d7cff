//! The house is looked after: the journal is verified and sealed.

mod heads;
mod verifying;

use crate::support::app::TestApp;
use onedoor::audit;
use onedoor::db::Conn;
use onedoor::fault::Fault;

/// The name of the loop that takes the daily head.
const SEAL: &str = "seal the journal";

/// What `onedoor audit verify` would print, with these mailed heads.
async fn findings(app: &TestApp, mailed: &[&str]) -> Vec<String> {
    let mailed: Vec<String> = mailed.iter().map(|head| (*head).to_owned()).collect();
    let verified = app.context.db.read(move |conn| {
        let mut lines = Vec::new();
        audit::verify(conn, &mailed, &mut |finding| lines.push(finding.line))?;
        Ok(lines)
    });
    verified.await.expect("the journal can be read")
}

/// Changes the data behind the application's back; gives how many rows.
async fn by_hand(
    app: &TestApp,
    work: impl Fn(&mut Conn) -> Result<usize, diesel::result::Error> + Send + Sync + 'static,
) -> usize {
    app.context.db.write(move |conn| work(conn).map_err(Fault::from)).await.expect("the data can be altered")
}
