//! In what capacity someone acts on one request.

vocabulary! {
    /// In what capacity someone acts on one request: a role that has been checked against that request.
    ///
    /// A room finds it from the actor's memberships before it asks the machine, so a handler of another unit is
    /// no `handler` here.
    pub enum Capacity {
        /// A user of the company that filed it.
        Company = "company",
        /// The office.
        Dispatcher = "dispatcher",
        /// Handles it in the unit the assignment belongs to.
        Handler = "handler",
        /// Signs the answers of the unit the assignment belongs to.
        Signer = "signer",
        /// Handles it in the request's lead unit, and acts on another unit's assignment.
        Lead = "lead",
        /// Chases the units on it.
        Supervisor = "supervisor",
        /// Leads a unit on it.
        Leader = "leader",
        /// Filed it for the company on a visit.
        Specialist = "specialist",
        /// Reads it, changes nothing.
        Auditor = "auditor",
        /// Keeps people and settings.
        Admin = "admin",
        /// Time that ran out, or the consequence of another act.
        System = "system",
    }
}
