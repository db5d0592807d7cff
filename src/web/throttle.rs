//! How much one caller may ask: requests a second of a person, of all who stand for a company, of an address.
//!
//! Counted by GCRA (a leaky bucket as a meter) in this process alone: replicas count apart. A token that was good once is
//! remembered with whose it is, so that a flood under it is refused before the database hears of it; what a token opens is
//! asked of the database each time all the same.

use super::Peer;
use crate::config::Limits;
use crate::domain::ids::Id;
use crate::fault::{Code, Fault};
use crate::time::Time;
use governor::clock::{Clock, Reference};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use ipnet::IpNet;
use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The most tokens remembered; then all are forgotten, which costs each one look into the database.
const MOST_TOKENS: usize = 100_000;

/// The most addresses counted one by one; those beyond share one count until [`Throttle::forget_idle`].
const MOST_ADDRESSES: usize = 100_000;

/// The counts of one process. Clones share them.
#[derive(Clone)]
pub struct Throttle(Arc<Counts>);

struct Counts {
    people: Option<Counter<Id>>,
    companies: Option<Counter<Id>>,
    /// By what [`Peer::block`] counts as one; `None` is all beyond the most.
    addresses: Option<Counter<Option<IpNet>>>,
    /// Whose token has this digest.
    tokens: Mutex<HashMap<String, Arc<Owner>>>,
}

struct Owner {
    person: Id,
    companies: Vec<Id>,
}

impl fmt::Debug for Throttle {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Throttle")
    }
}

impl Throttle {
    /// Nobody has asked anything yet.
    pub fn new(limits: &Limits, time: &Time) -> Self {
        Self(Arc::new(Counts {
            people: Counter::new(limits.person_per_second, limits.person_burst, time),
            companies: Counter::new(limits.company_per_second, limits.company_burst, time),
            addresses: Counter::new(limits.address_per_second, limits.address_burst, time),
            tokens: Mutex::new(HashMap::new()),
        }))
    }

    /// Counts a request without a token, from this address. Fails with `too_many_requests` and when to come again.
    pub fn count_stranger(&self, from: Peer) -> Result<(), Fault> {
        let Some(addresses) = &self.0.addresses else { return Ok(()) };
        let counted_apart = addresses.limiter.len() < MOST_ADDRESSES;
        addresses.count(counted_apart.then(|| from.block()))
    }

    /// Counts a request with the token of this digest, before anybody knows whether it is good: for its owner where it
    /// was good before, else for the address. Fails as [`Throttle::count_stranger`].
    pub fn count_token(&self, digest: &str, from: Peer) -> Result<(), Fault> {
        let owner = self.tokens().get(digest).cloned();
        owner.map_or_else(|| self.count_stranger(from), |owner| self.count(&owner))
    }

    /// Says that the token of this digest is good and whose it is; one that was not known is counted for its owner too.
    /// Fails as [`Throttle::count_stranger`].
    pub fn know_token(&self, digest: &str, person: Id, companies: Vec<Id>) -> Result<(), Fault> {
        let owner = Arc::new(Owner { person, companies });
        let known = {
            let mut tokens = self.tokens();
            if tokens.len() >= MOST_TOKENS {
                tokens.clear();
            }
            tokens.insert(digest.to_owned(), Arc::clone(&owner)).is_some()
        };
        if known { Ok(()) } else { self.count(&owner) }
    }

    /// Forgets whoever has long been quiet.
    pub fn forget_idle(&self) {
        let Counts { people, companies, addresses, .. } = &*self.0;
        for counter in [people, companies].into_iter().flatten() {
            counter.limiter.retain_recent();
        }
        if let Some(addresses) = addresses {
            addresses.limiter.retain_recent();
        }
    }

    fn count(&self, owner: &Owner) -> Result<(), Fault> {
        if let Some(people) = &self.0.people {
            people.count(owner.person)?;
        }
        match &self.0.companies {
            Some(companies) => owner.companies.iter().try_for_each(|company| companies.count(*company)),
            None => Ok(()),
        }
    }

    fn tokens(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<Owner>>> {
        self.0.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The counts of all of one kind.
struct Counter<K: Hash + Eq + Clone> {
    limiter: RateLimiter<K, HashMapStateStore<K>, Steady, NoOpMiddleware<Duration>>,
    clock: Steady,
}

impl<K: Hash + Eq + Clone> Counter<K> {
    /// `None` where nothing is limited.
    fn new(per_second: u32, burst: u32, time: &Time) -> Option<Self> {
        let quota = Quota::per_second(NonZeroU32::new(per_second)?).allow_burst(NonZeroU32::new(burst)?);
        let clock = Steady(time.clone());
        Some(Self { limiter: RateLimiter::hashmap_with_clock(quota, clock.clone()), clock })
    }

    fn count(&self, key: K) -> Result<(), Fault> {
        self.limiter.check_key(&key).map_err(|until| {
            let wait = until.earliest_possible().duration_since(self.clock.now());
            let seconds =
                u32::try_from(Duration::from(wait).as_millis().div_ceil(1000)).unwrap_or(u32::MAX).max(1);
            Fault::new(Code::TooManyRequests).with("seconds", seconds).retry_after(seconds)
        })
    }
}

/// The application's steady time, for the counts.
#[derive(Debug, Clone)]
struct Steady(Time);

impl Clock for Steady {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.steady()
    }
}
