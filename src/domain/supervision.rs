//! Supervision (督办): how an order goes, who may sign one of which level, and in which order the steps are taken.

use super::lifecycle::Capacity;

vocabulary! {
    /// Where a supervision order stands.
    pub enum OrderState {
        /// Drafted by a rule or by hand; nobody has signed it (待签发).
        Draft = "draft",
        /// Signed and numbered; the unit owes a reply (已签发).
        Issued = "issued",
        /// The unit has replied, and nobody has ruled on it (已回复).
        Replied = "replied",
        /// The reply is accepted (已办结).
        Accepted = "accepted",
        /// Never signed, with a reason (不予签发).
        Dropped = "dropped",
        /// Void after it was signed; its number is given to no other (已作废).
        Voided = "voided",
    }
}

vocabulary! {
    /// What can be done to an order.
    pub enum OrderAct {
        /// Level, demand, date and copies are changed.
        Change = "change",
        /// A named signer signs it: it gets its number, and the unit's time to reply starts (签发).
        Issue = "issue",
        /// It is not signed.
        Drop = "drop",
        /// The unit replies (回复).
        Reply = "reply",
        /// The reply does not do; the time to reply runs on (退回).
        SendBack = "send_back",
        /// The reply does (采纳).
        Accept = "accept",
        /// It is void (作废).
        Void = "void",
        /// The unit is summoned to a talk (约谈).
        Summon = "summon",
    }
}

vocabulary! {
    /// Why an act on an order is refused now.
    pub enum OrderRefusal {
        /// It is signed already.
        NotADraft = "not_a_draft",
        /// Nobody has signed it.
        OrderNotIssued = "order_not_issued",
        /// The unit has not replied.
        NoReply = "no_reply",
        /// The unit has replied, and nobody has ruled on it.
        ReplyWaits = "reply_waits",
        /// It is accepted, dropped or void.
        OrderOver = "order_over",
    }
}

vocabulary! {
    /// How much weight an order has; the more, the higher its signer.
    pub enum OrderLevel {
        /// 一般督办: signed by the office, or by who is over the unit.
        Ordinary = "ordinary",
        /// 重点督办: signed by a supervisor or a leader over the unit.
        Key = "key",
        /// 挂牌督办: signed by a leader over the unit.
        Listed = "listed",
    }
}

vocabulary! {
    /// Why an order is drafted.
    pub enum OrderGround {
        /// A clock of the unit is past due.
        Overdue = "overdue",
        /// The company was not content when the office called (回访不满意).
        Unhappy = "unhappy",
        /// The company was not content with what was done again (重办后仍不满意).
        BadAgain = "bad_again",
        /// Somebody drafted it by hand.
        ByHand = "by_hand",
    }
}

vocabulary! {
    /// The steps of supervision, each heavier than the one before.
    pub enum Step {
        /// 提醒.
        Remind = "remind",
        /// 催办.
        Urge = "urge",
        /// 督办.
        Order = "order",
        /// 约谈.
        Talk = "talk",
    }
}

impl OrderState {
    /// The state an order is in after `act`, or why that cannot be done now.
    pub const fn after(self, act: OrderAct) -> Result<Self, OrderRefusal> {
        use OrderAct::{Accept, Change, Drop, Issue, Reply, SendBack, Summon, Void};
        match (self, act) {
            (Self::Draft, Change) => Ok(Self::Draft),
            (Self::Draft, Issue) | (Self::Issued, Summon) | (Self::Replied, SendBack) => Ok(Self::Issued),
            (Self::Draft, Drop) => Ok(Self::Dropped),
            (Self::Issued, Reply) | (Self::Replied, Summon) => Ok(Self::Replied),
            (Self::Replied, Accept) => Ok(Self::Accepted),
            (Self::Issued | Self::Replied, Void) => Ok(Self::Voided),

            (Self::Draft, Reply | SendBack | Accept | Void | Summon) => Err(OrderRefusal::OrderNotIssued),
            (Self::Issued, Accept | SendBack) => Err(OrderRefusal::NoReply),
            (Self::Replied, Reply) => Err(OrderRefusal::ReplyWaits),
            (Self::Issued | Self::Replied, Change | Issue | Drop) => Err(OrderRefusal::NotADraft),
            (
                Self::Accepted | Self::Dropped | Self::Voided,
                Change | Issue | Drop | Reply | SendBack | Accept | Void | Summon,
            ) => Err(OrderRefusal::OrderOver),
        }
    }
}

impl OrderLevel {
    /// Whether somebody in this capacity may sign an order of this level: the office, then the inspection office, then the
    /// leader.
    pub const fn is_signed_by(self, capacity: Capacity) -> bool {
        match self {
            Self::Ordinary => {
                matches!(capacity, Capacity::Dispatcher | Capacity::Supervisor | Capacity::Leader)
            }
            Self::Key => matches!(capacity, Capacity::Supervisor | Capacity::Leader),
            Self::Listed => matches!(capacity, Capacity::Leader),
        }
    }
}

impl Step {
    /// Whether this step may be taken where `last` was the last one: none goes back but to another order, and a talk follows
    /// an order.
    pub fn may_follow(self, last: Option<Self>) -> bool {
        let rank = |step: Self| Self::ALL.iter().position(|other| *other == step);
        match self {
            Self::Talk => matches!(last, Some(Self::Order | Self::Talk)),
            Self::Order => true,
            Self::Remind | Self::Urge => last.is_none_or(|last| rank(last) <= rank(self)),
        }
    }
}

/// An order's number as it is written: the issuer's prefix, the year in tortoise-shell brackets, and the number without
/// leading zeros (GB/T 9704-2012 §7.2.5).
pub fn number(prefix: &str, year: i32, sequence: i32) -> String {
    format!("{prefix}〔{year}〕{sequence}号")
}

#[cfg(test)]
mod tests {
    use super::{OrderAct, OrderLevel, OrderState, Step, number};
    use crate::domain::lifecycle::Capacity;

    /// By hand: one column for each act of `OrderAct::ALL`.
    const TABLE: [(&str, [&str; 8]); 6] = [
        (
            "draft",
            [
                "draft",
                "issued",
                "dropped",
                "order_not_issued",
                "order_not_issued",
                "order_not_issued",
                "order_not_issued",
                "order_not_issued",
            ],
        ),
        (
            "issued",
            [
                "not_a_draft",
                "not_a_draft",
                "not_a_draft",
                "replied",
                "no_reply",
                "no_reply",
                "voided",
                "issued",
            ],
        ),
        (
            "replied",
            [
                "not_a_draft",
                "not_a_draft",
                "not_a_draft",
                "reply_waits",
                "issued",
                "accepted",
                "voided",
                "replied",
            ],
        ),
        ("accepted", ["order_over"; 8]),
        ("dropped", ["order_over"; 8]),
        ("voided", ["order_over"; 8]),
    ];

    #[test]
    fn an_order_goes_as_the_table_says() {
        assert_eq!(TABLE.len(), OrderState::ALL.len());
        for (state, row) in TABLE {
            let state = OrderState::from_code(state).unwrap();
            for (act, expected) in OrderAct::ALL.iter().zip(row) {
                let found = state.after(*act).map_or_else(|refusal| refusal.code(), |next| next.code());
                assert_eq!(found, expected, "{} {}", state.code(), act.code());
            }
        }
    }

    #[test]
    fn the_heavier_the_order_the_higher_its_signer() {
        use Capacity::{Auditor, Company, Dispatcher, Handler, Leader, Signer, Supervisor};
        let signers = |level: OrderLevel| {
            let all = [Company, Dispatcher, Handler, Signer, Supervisor, Leader, Auditor];
            all.into_iter().filter(|capacity| level.is_signed_by(*capacity)).collect::<Vec<_>>()
        };
        assert_eq!(signers(OrderLevel::Ordinary), [Dispatcher, Supervisor, Leader]);
        assert_eq!(signers(OrderLevel::Key), [Supervisor, Leader]);
        assert_eq!(signers(OrderLevel::Listed), [Leader]);
    }

    #[test]
    fn no_step_goes_back_and_a_talk_follows_an_order() {
        use Step::{Order, Remind, Talk, Urge};
        let may = |step: Step, last: &[Option<Step>]| last.iter().all(|last| step.may_follow(*last));
        assert!(may(Remind, &[None, Some(Remind)]) && !Remind.may_follow(Some(Urge)));
        assert!(may(Urge, &[None, Some(Remind), Some(Urge)]) && !Urge.may_follow(Some(Order)));
        assert!(may(Order, &[None, Some(Remind), Some(Urge), Some(Order), Some(Talk)]));
        assert!(
            may(Talk, &[Some(Order), Some(Talk)]) && !Talk.may_follow(Some(Urge)) && !Talk.may_follow(None)
        );
    }

    #[test]
    fn a_number_is_written_as_on_official_papers() {
        assert_eq!(number("区督字", 2026, 12), "区督字〔2026〕12号");
    }
}
