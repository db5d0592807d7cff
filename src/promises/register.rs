//! The registers: one row each for the book, the calendars, the categories, the duty table and the ladder, locked by every change to it and
//! holding the end of its journal. So changes come one after another, also with several replicas.

use crate::db::schema::registers;
use crate::db::{Conn, OrIgnore, for_update};
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::domain::lifecycle::Capacity;
use crate::fault::Fault;
use crate::journal::{self, Chain, Detail, Entry, SubjectKind};
use diesel::prelude::*;

/// Which register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Register {
    /// The versions of the promise book.
    Book,
    /// The versions of every calendar.
    Calendars,
    /// The categories.
    Categories,
    /// The duty table.
    DutyTable,
    /// The versions of the ladder.
    Ladder,
}

impl Register {
    /// Every register.
    pub(super) const ALL: [Self; 5] =
        [Self::Book, Self::Calendars, Self::Categories, Self::DutyTable, Self::Ladder];

    /// The name of its row.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Book => "promises",
            Self::Calendars => "calendars",
            Self::Categories => "categories",
            Self::DutyTable => "duty_table",
            Self::Ladder => "ladder",
        }
    }

    /// Makes its row where there is none.
    pub(super) fn open(self, conn: &mut Conn, at: Instant) -> Result<(), Fault> {
        OrIgnore(diesel::insert_into(registers::table).values((
            registers::id.eq(Id::new(at)),
            registers::name.eq(self.name()),
            registers::journal_seq.eq(0),
            registers::journal_head.eq(""),
        )))
        .execute(conn)?;
        Ok(())
    }

    /// Its row and the end of its journal; `None` before the first start has made it.
    pub(super) fn chain(self, conn: &mut Conn) -> Result<Option<(Id, Chain)>, Fault> {
        let row: Option<(Id, i32, String)> = registers::table
            .filter(registers::name.eq(self.name()))
            .select((registers::id, registers::journal_seq, registers::journal_head))
            .first(conn)
            .optional()?;
        Ok(row.map(|(id, seq, head)| (id, Chain { seq, head })))
    }

    /// Locks it until the transaction ends. What is read afterwards is what the change stands on.
    pub(super) fn hold(self, conn: &mut Conn, at: Instant) -> Result<Held, Fault> {
        self.open(conn, at)?;
        let query = registers::table.filter(registers::name.eq(self.name())).select((
            registers::id,
            registers::journal_seq,
            registers::journal_head,
        ));
        let (id, seq, head): (Id, i32, String) = for_update(query).get_result(conn)?;
        Ok(Held { id, chain: Chain { seq, head } })
    }
}

/// A register locked by this transaction.
#[derive(Debug)]
pub(super) struct Held {
    id: Id,
    chain: Chain,
}

impl Held {
    /// Writes one act into the register's journal.
    pub(super) fn record(
        mut self,
        conn: &mut Conn,
        at: Instant,
        (actor, capacity): (&Actor, Capacity),
        act: &'static str,
        detail: Detail,
    ) -> Result<(), Fault> {
        let entry = Entry { subject: (SubjectKind::Register, self.id), at, actor, capacity, act, detail };
        journal::record(conn, &mut self.chain, entry)?;
        diesel::update(registers::table.find(self.id))
            .set((registers::journal_seq.eq(self.chain.seq), registers::journal_head.eq(&self.chain.head)))
            .execute(conn)?;
        Ok(())
    }
}
