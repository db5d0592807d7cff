//! Durable creates: through HTTP, by a bare loop and by `pgbench`, in turn on the same disk.

use super::bare;
use super::cluster::Cluster;
use super::copy::Template;
use super::disk;
use super::load::{Ask, Measured, drive};
use super::options::Options;
use super::pgbench::{self, Script};
use super::report::Report;
use super::server::Server;
use super::store::Place;
use super::walk::filing;
use super::world::World;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::Path;

/// At how many connections.
const CONNECTIONS: [usize; 3] = [1, 8, 64];
/// As many creates in one transaction as onedoor puts into one at most.
const TOGETHER: usize = 48;

/// Measures on copies of `world`, so that it stays as it is.
pub(crate) fn measure(
    options: &Options,
    report: &mut Report,
    world: &World,
    cluster: Option<&Cluster>,
    home: &Path,
) {
    match cluster {
        None => sqlite(options, report, world, home),
        Some(cluster) => postgres(options, report, world, cluster, home),
    }
}

/// The one in the middle.
fn middle(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

fn asks(world: &World) -> (Vec<String>, Vec<Ask>) {
    let body = filing(&world.known.companies["washer"].0).to_string();
    let create = Ask { method: "POST", path: "/api/v1/requests".to_owned(), body, status: 201 };
    (vec![world.known.tokens["washer"].clone()], vec![create])
}

fn file_one(address: SocketAddr, world: &World) -> String {
    let mut client = super::http::Client::connect(address, &world.known.tokens["washer"]);
    let filed = client.post("/api/v1/requests", &filing(&world.known.companies["washer"].0));
    filed["id"].as_str().expect("an id").to_owned()
}

fn template(place: &Place, id: &str) -> Template {
    let mut template = Template::of(&mut place.connect(), &[id.to_owned()], HashMap::new());
    template.mark_unique(&["number"]);
    template
}

fn sqlite(options: &Options, report: &mut Report, world: &World, home: &Path) {
    let [grouped, single, bare] = ["grouped", "single", "bare"].map(|name| world.place.copied(name));
    let grouped = Server::start(home, &grouped, true);
    let single = Server::start(home, &single, false);
    // A file has one process: the rows of a create are looked at in the copy that no server holds.
    let own = Server::start(home, &bare, true);
    let id = file_one(own.address, world);
    drop(own);
    let create = template(&bare, &id);
    report.note(&format!("On SQLite one create writes {} rows.", create.rows.len()));
    let (tokens, asks) = asks(world);
    let fixed = [Ask::get("/livez")];
    for connections in CONNECTIONS {
        let load =
            |server: &Server, asks: &[Ask]| drive(server.address, &tokens, asks, connections, options.time());
        let (mut flushes, mut whole, mut one, mut alone, mut batched, mut still, mut work) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for _ in 0..options.rounds {
            flushes.push(disk::flushes_per_second(home));
            let before = grouped.worked();
            whole.push(load(&grouped, &asks));
            work.push(grouped.worked().each(before, whole.last().map_or(1, Measured::count)));
            one.push(load(&single, &asks));
            alone.push(bare::write(&bare, &create, 1, options.time() / 2));
            batched.push(bare::write(&bare, &create, TOGETHER, options.time() / 2));
            still.push(load(&grouped, &fixed));
        }
        let flushes = middle(flushes);
        let [whole, one, alone, batched, still] = [whole, one, alone, batched, still].map(Measured::median);
        let what = |what: &str| format!("SQLite: {what}, {connections} at once");
        report.create(&what("creates through HTTP"), &whole, flushes);
        let [writer, all] =
            [0, 1].map(|place| middle(work.iter().map(|work: &[f64; 2]| work[place]).collect()));
        report.work(&what("creates through HTTP"), Some(writer), all);
        report.create(&what("the same, one create a commit"), &one, flushes);
        report.create(&what("a bare loop, a commit each (one connection)"), &alone, flushes);
        report.create(
            &what(&format!("a bare loop, {TOGETHER} a commit (one connection)")),
            &batched,
            flushes,
        );
        report.create(&what("a fixed JSON answer through HTTP"), &still, flushes);
        let (aim, floor) = if connections == 64 { ("≥ 4", "≥ 0.60") } else { ("–", "–") };
        report.ratio(&what("grouped ÷ one a commit"), whole.per_second / one.per_second, aim);
        report.ratio(&what("through HTTP ÷ bare batched"), whole.per_second / batched.per_second, floor);
    }
    report.memory("SQLite, after the creates", grouped.most_memory());
}

fn postgres(options: &Options, report: &mut Report, world: &World, cluster: &Cluster, home: &Path) {
    let [served, bare] = ["served", "bare"].map(|name| world.place.copied(name));
    let body = filing(&world.known.companies["washer"].0).to_string();
    let (statements, id) = pgbench::capture(cluster, home, &served, &world.known.tokens["washer"], &body);
    let create = template(&served, &id);
    report.note(&format!(
        "On PostgreSQL one create writes {} rows by {} statements, those that find the caller among them.",
        create.rows.len(),
        statements.len()
    ));
    report.detail("The statements of one create on PostgreSQL", &statements.told());
    let scripts = [Script::Whole, Script::Rows, Script::Batched(TOGETHER)];
    let [whole_script, rows_script, batched_script] =
        scripts.map(|script| statements.write(home, &create, script));
    let server = Server::start(home, &served, true);
    let (tokens, asks) = asks(world);
    let mut start = 0;
    for connections in CONNECTIONS {
        let mut bench = |script: &Path, connections| {
            start += 1_000_000_000;
            pgbench::run(cluster, &bare, script, connections, options.time(), start)
        };
        let (mut flushes, mut served, mut whole, mut rows, mut batched, mut work) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for _ in 0..options.rounds {
            flushes.push(disk::flushes_per_second(home));
            let before = server.worked();
            served.push(drive(server.address, &tokens, &asks, connections, options.time()));
            work.push(server.worked().each(before, served.last().map_or(1, Measured::count))[1]);
            whole.push(bench(&whole_script, connections).0);
            rows.push(bench(&rows_script, connections).0);
            batched.push(bench(&batched_script, 1).0 * super::load::count(TOGETHER));
        }
        let (flushes, served) = (middle(flushes), Measured::median(served));
        let [whole, rows, batched] = [whole, rows, batched].map(middle);
        let what = |what: &str| format!("PostgreSQL: {what}, {connections} at once");
        report.create(&what("creates through HTTP"), &served, flushes);
        report.work(&what("creates through HTTP"), None, middle(work));
        report.rate(&what("pgbench, the same statements"), whole, flushes);
        report.rate(&what("pgbench, the rows only, a commit each"), rows, flushes);
        report.rate(
            &what(&format!("pgbench, the rows only, {TOGETHER} a commit (one connection)")),
            batched,
            flushes,
        );
        let aim = "≥ 0.70";
        report.ratio(&what("through HTTP ÷ pgbench"), served.per_second / whole, aim);
        report.ratio(&what("through HTTP ÷ rows batched"), served.per_second / batched, "–");
    }
    report.memory("PostgreSQL, after the creates", server.most_memory());
}
