//! Reads at two sizes side by side: one request, the board, lists, pages far down, search; start, and memory.

use super::load::{Ask, Measured, drive};
use super::options::Options;
use super::report::Report;
use super::server::Server;
use super::world::World;
use std::path::Path;

/// What is asked: by whom, and of what.
type Question = (&'static str, &'static str, String);

/// How many pages of 100 are turned before the page that is measured.
const DEEP: usize = 10;

/// Asks both worlds the same questions in turn.
pub(crate) fn measure(
    options: &Options,
    report: &mut Report,
    (small, large): (&World, &World),
    home: &Path,
    open: &str,
) {
    let kind = small.place.kind();
    let servers = [small, large].map(|world| Server::start(home, &world.place, true));
    report.begin_reads(kind, open, [small, large].map(|world| (world.requests, world.open)));
    let ready = servers.each_ref().map(|server| server.ready_after.as_secs_f64() * 1000.0);
    let questions = [small, large].map(|world| {
        let mut questions = questions(world);
        questions.extend(deep(&servers[usize::from(std::ptr::eq(world, large))], world));
        questions
    });
    for (of_small, of_large) in questions[0].iter().zip(&questions[1]) {
        let mut measured = [Vec::new(), Vec::new()];
        for round in 0..=options.rounds {
            for (side, world) in [small, large].into_iter().enumerate() {
                let (_, user, path) = [of_small, of_large][side];
                let tokens = [world.known.tokens[*user].clone()];
                let time = options.time() / 12;
                let result = drive(servers[side].address, &tokens, &[Ask::get(path)], 1, time);
                // The first round warms both.
                if round > 0 {
                    measured[side].push(result);
                }
            }
        }
        let [small, large] = measured.map(Measured::median);
        let (name, user, _) = of_small;
        report.read(&format!("{name} ({user})"), &small, &large);
    }
    for connections in [8, 64] {
        let both = [0, 1].map(|side| {
            let world = [small, large][side];
            let ask = Ask::get(&format!("/api/v1/requests/{}", world.samples[1]));
            drive(
                servers[side].address,
                &[world.known.tokens["dispatcher"].clone()],
                &[ask],
                connections,
                options.time(),
            )
        });
        report.read(&format!("one request, {connections} at once"), &both[0], &both[1]);
    }
    report.start(kind, ready);
    report.memory(&format!("{kind}, small, {open}"), servers[0].most_memory());
    report.memory(&format!("{kind}, large, {open}"), servers[1].most_memory());
}

fn questions(world: &World) -> Vec<Question> {
    let known = &world.known;
    let (unit, category) = (&known.units["municipal_works"], &known.categories["roads.lights"]);
    let (company, _) = &known.companies["washer"];
    let list = |filter: &str| format!("/api/v1/requests?{}", escaped(filter));
    let handler = "municipal_works.handler";
    vec![
        ("one request in progress", "dispatcher", format!("/api/v1/requests/{}", world.samples[1])),
        ("one request concluded", "washer", format!("/api/v1/requests/{}", world.samples[3])),
        ("board", "dispatcher", "/api/v1/board".to_owned()),
        ("board", "leader", "/api/v1/board".to_owned()),
        ("board", handler, "/api/v1/board".to_owned()),
        ("newest", "dispatcher", list("")),
        ("newest in progress", "dispatcher", list("state=in_progress")),
        ("newest concluded", "dispatcher", list("state=concluded")),
        ("newest of a category", "dispatcher", list(&format!("category={category}"))),
        (
            "newest of a category in progress",
            "dispatcher",
            list(&format!("category={category}&state=in_progress")),
        ),
        ("newest of a unit", "dispatcher", list(&format!("unit={unit}"))),
        ("newest of a unit in progress", "dispatcher", list(&format!("unit={unit}&state=in_progress"))),
        ("newest of a unit concluded", "dispatcher", list(&format!("unit={unit}&state=concluded"))),
        ("newest of a company", "dispatcher", list(&format!("company={company}"))),
        ("newest of a company concluded", "dispatcher", list(&format!("company={company}&state=concluded"))),
        ("red", "dispatcher", list("light=red")),
        ("yellow", "dispatcher", list("light=yellow")),
        ("green", "dispatcher", list("light=green")),
        ("without a light", "dispatcher", list("light=none")),
        ("red of a unit", "dispatcher", list(&format!("unit={unit}&light=red"))),
        ("red of a category", "dispatcher", list(&format!("category={category}&light=red"))),
        ("newest complaints, of which there are none", "dispatcher", list("kind=complaint")),
        ("due first", "dispatcher", list("sort=due")),
        ("newest", "leader", list("")),
        ("red", "leader", list("light=red")),
        ("newest in progress", "leader", list("state=in_progress")),
        ("newest", handler, list("")),
        ("newest in progress", handler, list("state=in_progress")),
        ("newest concluded", handler, list("state=concluded")),
        ("red", handler, list("light=red")),
        ("yellow", handler, list("light=yellow")),
        ("green", handler, list("light=green")),
        ("due first", handler, list("sort=due")),
        ("search, a word in all", "dispatcher", list("q=路灯")),
        ("search, a word in 5 %", "dispatcher", list("q=电梯")),
        ("search, a word in 0.1 %", "dispatcher", list("q=停水")),
        ("search, a number", "dispatcher", list("q=QS00000000000100")),
        ("search, a word in none", "dispatcher", list("q=隧道")),
        ("search, a word in 5 %", handler, list("q=电梯")),
        ("search, a word in all", "washer", list("q=路灯")),
        ("newest", "washer", list("")),
        ("newest in progress", "washer", list("state=in_progress")),
        ("red", "washer", list("light=red")),
        ("green", "washer", list("light=green")),
        ("due first", "washer", list("sort=due")),
    ]
}

/// The text with every byte beyond ASCII escaped (RFC 3986 §2.1).
fn escaped(text: &str) -> String {
    let escape =
        |byte: u8| if byte.is_ascii() { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(escape).collect()
}

/// The same lists some pages down, or at their end where they are shorter.
fn deep(server: &Server, world: &World) -> Vec<Question> {
    let lists = [
        ("newest, a page far down", "dispatcher", "state=concluded"),
        ("newest, a page far down", "municipal_works.handler", ""),
        ("newest, a page far down", "leader", ""),
    ];
    let page = |(name, user, filter): (&'static str, &'static str, &str)| {
        let mut client = super::http::Client::connect(server.address, &world.known.tokens[user]);
        let mut path = format!("/api/v1/requests?limit=100&{filter}");
        for _ in 0..DEEP {
            let page = client.get(&path);
            let Some(next) = page["next"].as_str() else { break };
            path = format!("/api/v1/requests?limit=100&{filter}&cursor={next}");
        }
        (name, user, path.replace("limit=100", "limit=20"))
    };
    lists.into_iter().map(page).collect()
}
