//! Who acts, and what they are where.

use super::ids::Id;
use super::words::Role;

/// One role a person holds now, in a unit or in a company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The role.
    pub role: Role,
    /// Where it is held.
    pub place: Place,
}

/// Where a role is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In no one unit: an administrator's or an auditor's role, held in the whole house.
    House,
    /// In a company.
    Company(Id),
    /// In a unit.
    Unit {
        /// The unit itself.
        unit: Id,
        /// The unit and every unit below it: what the role reaches.
        scope: Vec<Id>,
    },
}

/// The one on whose account something is done. Only a person who has logged in, the command line, and the program's
/// own loops become one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The person; `None` when the program acts by itself.
    pub person: Option<Id>,
    /// The roles held now.
    pub standings: Vec<Standing>,
}

impl Actor {
    /// The program itself: time, consequences, the command line.
    pub const fn system() -> Self {
        Self { person: None, standings: Vec::new() }
    }

    /// Whether the program itself acts.
    pub const fn is_system(&self) -> bool {
        self.person.is_none()
    }

    /// The roles with where they are held, as one text: the same for the same roles in whatever order.
    pub fn standing(&self) -> String {
        let spell = |standing: &Standing| match &standing.place {
            Place::House => standing.role.code().to_owned(),
            Place::Company(id) | Place::Unit { unit: id, .. } => format!("{}:{id}", standing.role.code()),
        };
        let mut all: Vec<String> = self.standings.iter().map(spell).collect();
        all.sort_unstable();
        all.join(" ")
    }

    /// Whether this role is held anywhere.
    pub fn has_role(&self, role: Role) -> bool {
        self.standings.iter().any(|standing| standing.role == role)
    }

    /// Whether the actor is of the office: a dispatcher.
    pub fn is_office(&self) -> bool {
        self.has_role(Role::Dispatcher)
    }

    /// Whether the actor files for this company.
    pub fn acts_for(&self, company: Id) -> bool {
        self.standings.iter().any(|standing| standing.place == Place::Company(company))
    }

    /// The companies the actor files for.
    pub fn companies(&self) -> Vec<Id> {
        let company = |standing: &Standing| match standing.place {
            Place::Company(id) => Some(id),
            Place::House | Place::Unit { .. } => None,
        };
        self.standings.iter().filter_map(company).collect()
    }

    /// Whether this role is held in the unit or in one above it.
    pub fn has_role_over(&self, role: Role, unit: Id) -> bool {
        self.standings.iter().any(|standing| standing.role == role && reaches(&standing.place, unit))
    }

    /// The nearest unit above `unit`, never itself, in which this role is held.
    pub fn holds_above(&self, role: Role, unit: Id) -> Option<Id> {
        let above = |standing: &Standing| match &standing.place {
            Place::Unit { unit: held, scope } if *held != unit && scope.contains(&unit) => {
                Some((scope.len(), *held))
            }
            Place::Unit { .. } | Place::House | Place::Company(_) => None,
        };
        let held = self.standings.iter().filter(|standing| standing.role == role).filter_map(above);
        held.min().map(|(_, held)| held)
    }

    /// The units below those in which this role is held.
    pub fn below(&self, role: Role) -> Vec<Id> {
        let scopes = self.standings.iter().filter(|standing| standing.role == role);
        let below = scopes.flat_map(|standing| match &standing.place {
            Place::Unit { unit, scope } => scope.iter().copied().filter(|id| id != unit).collect(),
            Place::House | Place::Company(_) => Vec::new(),
        });
        below.collect()
    }

    /// The unit in which this role is held, the first of several.
    pub fn unit_of(&self, role: Role) -> Option<Id> {
        self.standings.iter().find_map(|standing| match standing.place {
            Place::Unit { unit, .. } if standing.role == role => Some(unit),
            Place::Unit { .. } | Place::House | Place::Company(_) => None,
        })
    }

    /// The units whose work the actor may read: those its roles other than dispatcher, specialist, auditor and admin
    /// reach.
    pub fn reach(&self) -> Vec<Id> {
        let mut units: Vec<Id> = self
            .standings
            .iter()
            .filter(|standing| {
                !matches!(standing.role, Role::Dispatcher | Role::Specialist | Role::Auditor | Role::Admin)
            })
            .flat_map(|standing| match &standing.place {
                Place::Unit { scope, .. } => scope.clone(),
                Place::House | Place::Company(_) => Vec::new(),
            })
            .collect();
        units.sort_unstable();
        units.dedup();
        units
    }

    /// Whether the actor may read every request: the office and the auditor.
    pub fn reads_everything(&self) -> bool {
        self.is_system() || self.is_office() || self.has_role(Role::Auditor)
    }
}

fn reaches(place: &Place, unit: Id) -> bool {
    match place {
        Place::Unit { scope, .. } => scope.contains(&unit),
        Place::House => true,
        Place::Company(_) => false,
    }
}
