//! A database of any size: the sample district, companies, and requests in the mix of a service that has run for years.

use super::copy::{Copied, Template, copy};
use super::options::Options;
use super::store::Place;
use super::walk::{self, Known};
use onedoor::domain::ids::{Id, Instant as At};
use onedoor::time::Time;
use std::collections::HashMap;
use std::path::Path;
use std::time::Instant;

/// A database that was seeded.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) place: Place,
    pub(crate) known: Known,
    pub(crate) requests: u64,
    pub(crate) open: u64,
    /// One request in each state: submitted, in progress, answered, concluded.
    pub(crate) samples: [String; 4],
    people: Vec<(String, String)>,
}

/// What requests are about: most about street lamps, one in 20 about lifts, one in 1,000 about water.
const TITLES: [(usize, &str); 2] = [(1000, "厂区停水，生产线不能开工"), (20, "办公楼电梯停运，货物不能上楼")];

const DAY: i64 = 86_400_000_000;
/// Open requests are counted from here, so that no two copies have one number.
const OPEN_FROM: u64 = 1_000_000_000;
/// Of so many requests, one is of each company that has a user who measures.
const SHARE: u64 = 1000;

/// A database with `requests` requests, of which `open` are not ended. Of the open ones three in ten wait for dispatch, six
/// are with a unit, one waits for its rating; they were filed in the last days, the ended ones over five years. Companies
/// and units (by the duty table) come in turn, mixed. One that was seeded earlier and kept is taken as it is.
pub(crate) fn seed(options: &Options, place: &Place, home: &Path, requests: u64, open: u64) -> World {
    let began = Instant::now();
    let noted = home.join(format!("{}.seeded", place.name()));
    let wanted = format!("{requests} {open} {}", options.companies);
    let earlier = std::fs::read_to_string(&noted).unwrap_or_default();
    if let Some(samples) = earlier.strip_prefix(&format!("{wanted}\n")) {
        let samples: Vec<String> = samples.lines().map(str::to_owned).collect();
        let (known, samples) = (Known::read(place, home), samples.try_into().expect("four ids"));
        let people = people(options, place, &known);
        return World { place: place.clone(), known, requests, open, samples, people };
    }
    drop(std::fs::remove_file(&noted));
    place.make_empty();
    walk::build(place);
    let known = Known::read(place, home);
    let samples = walk::walk(place, home, &known);
    let people = add_companies(options, place, &known);
    let world = World { place: place.clone(), known, requests, open, samples, people };
    world.add_closed(requests.saturating_sub(open));
    world.add_open(0, open);
    std::fs::write(noted, format!("{wanted}\n{}", world.samples.join("\n"))).expect("a note can be written");
    eprintln!("{} with {requests} requests seeded in {:.0} s", place.kind(), began.elapsed().as_secs_f64());
    world
}

/// Adds open requests until there are `open`.
pub(crate) fn open_more(_: &Options, world: &mut World, open: u64) {
    let more = open.saturating_sub(world.open);
    world.add_open(world.open, more);
    world.requests += more;
    world.open += more;
}

/// A company's template, and when the companies came.
fn company(place: &Place, known: &Known) -> (Template, i64) {
    let (company, membership) = &known.companies["washer"];
    let subjects = [company.clone(), known.persons["washer"].clone(), membership.clone()];
    let mut store = place.connect();
    let mut template = Template::of(&mut store, &subjects, HashMap::new());
    template.mark_unique(&["uscc", "username"]);
    (template, 1_500_000_000_000_000)
}

/// The ids of the companies that [`add_companies`] adds, each with its user.
fn people(options: &Options, place: &Place, known: &Known) -> Vec<(String, String)> {
    let (template, at) = company(place, known);
    let (company, _) = &known.companies["washer"];
    let person = &known.persons["washer"];
    (1..=options.companies)
        .map(|number| (template.id_of(company, number, at), template.id_of(person, number, at)))
        .collect()
}

fn add_companies(options: &Options, place: &Place, known: &Known) -> Vec<(String, String)> {
    let (template, at) = company(place, known);
    let people = people(options, place, known);
    let nobody = &known.persons["washer"];
    let copies = (1..=options.companies).map(|number| Copied {
        number,
        template: 0,
        at,
        company: nobody.clone(),
        person: nobody.clone(),
        category: nobody.clone(),
        unit: nobody.clone(),
        title: walk::TITLE,
    });
    copy(place, &[template], copies);
    people
}

impl World {
    fn templates(&self, of: &[usize]) -> Vec<Template> {
        let known = &self.known;
        let marks = HashMap::from([
            (known.companies["washer"].0.clone(), "company"),
            (known.persons["washer"].clone(), "person"),
            (known.categories["roads.lights"].clone(), "category"),
            (known.units["municipal_works"].clone(), "unit"),
            (walk::TITLE.to_owned(), "title"),
        ]);
        let mut store = self.place.connect();
        // Letters of long ago are not sent again.
        store.run("UPDATE outbox SET state = 'sent', next_at = NULL, ended_at = created_at WHERE next_at IS NOT NULL");
        let template = |index: &usize| {
            let mut template = Template::of(&mut store, &[self.samples[*index].clone()], marks.clone());
            template.mark_unique(&["number"]);
            template
        };
        of.iter().map(template).collect()
    }

    fn add_closed(&self, closed: u64) {
        let last = Time::system().now().micros() - 30 * DAY;
        let span = 5 * 365 * DAY;
        let copies = (1..=closed).map(|number| {
            let at = last - span / signed(closed.max(1)) * signed(closed - number);
            self.copied(number, 0, at)
        });
        self.add(&[3], copies);
    }

    fn add_open(&self, from: u64, open: u64) {
        let now = Time::system().now().micros();
        let copies = (from..from + open).map(|number| {
            let (template, days) = match number % 10 {
                0..3 => (0, 1),
                3..9 => (1, 5),
                _ => (2, 7),
            };
            let at = now - DAY * days / 1000 * signed(number * 7919 % 1000);
            self.copied(OPEN_FROM + number, template, at)
        });
        self.add(&[0, 1, 2], copies);
    }

    fn copied(&self, number: u64, template: usize, at: i64) -> Copied {
        let mixed = usize::try_from(number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33).unwrap_or(0);
        let own = (&self.known.companies["washer"].0, &self.known.persons["washer"]);
        let (company, person) = match self.people.get(mixed % self.people.len().max(1)) {
            Some((company, person)) if !number.is_multiple_of(SHARE) => (company, person),
            _ => own,
        };
        let (category, unit) = &self.known.duties[mixed % self.known.duties.len()];
        Copied {
            number,
            template,
            at,
            company: company.clone(),
            person: person.clone(),
            category: category.clone(),
            unit: unit.clone(),
            title: TITLES
                .iter()
                .find(|(every, _)| mixed.is_multiple_of(*every))
                .map_or(walk::TITLE, |(_, title)| *title),
        }
    }

    /// Copies the samples `of`, and has the words of the copies indexed by onedoor itself.
    fn add(&self, of: &[usize], copies: impl Iterator<Item = Copied> + Clone) {
        let templates = self.templates(of);
        copy(&self.place, &templates, copies.clone());
        let entered = copies.map(|copied| {
            let id = templates[copied.template].id_of(
                &self.samples[of[copied.template]],
                copied.number,
                copied.at,
            );
            (Id::parse(&id).expect("an id"), At::from_micros(copied.at).expect("a time"))
        });
        walk::index(&self.place, entered);
    }
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
