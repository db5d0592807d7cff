//! How a company rates an answer (好差评).

vocabulary! {
    /// The five levels of the national rating of government services. Whether the matter is *solved* is asked apart.
    pub enum RatingLevel {
        /// 非常满意, 5.
        VerySatisfied = "very_satisfied",
        /// 满意, 4.
        Satisfied = "satisfied",
        /// 基本满意, 3.
        BasicallySatisfied = "basically_satisfied",
        /// 不满意, 2: bad.
        Dissatisfied = "dissatisfied",
        /// 非常不满意, 1: bad.
        VeryDissatisfied = "very_dissatisfied",
    }
}

impl RatingLevel {
    /// The points of this level, from 5 (best) to 1.
    pub const fn score(self) -> i32 {
        match self {
            Self::VerySatisfied => 5,
            Self::Satisfied => 4,
            Self::BasicallySatisfied => 3,
            Self::Dissatisfied => 2,
            Self::VeryDissatisfied => 1,
        }
    }

    /// Whether this is a bad rating (差评), which the office must call back: the last two levels.
    pub const fn is_bad(self) -> bool {
        match self {
            Self::VerySatisfied | Self::Satisfied | Self::BasicallySatisfied => false,
            Self::Dissatisfied | Self::VeryDissatisfied => true,
        }
    }
}

vocabulary! {
    /// What a company is unhappy about.
    pub enum RatingReason {
        /// 态度: how it was spoken to.
        Attitude = "attitude",
        /// 超期: it took too long.
        Overdue = "overdue",
        /// 推诿: it was sent from one unit to the next.
        PushedAround = "pushed_around",
        /// 未解决: the matter stands as it stood.
        Unsolved = "unsolved",
        /// 政策限制: the unit did what it may; the rules allow no more.
        LimitedByPolicy = "limited_by_policy",
    }
}

#[cfg(test)]
mod tests {
    use super::RatingLevel;

    #[test]
    fn the_levels_score_five_down_to_one_and_only_the_last_two_are_bad() {
        let levels: Vec<_> = RatingLevel::ALL.iter().map(|level| (level.score(), level.is_bad())).collect();
        assert_eq!(levels, [(5, false), (4, false), (3, false), (2, true), (1, true)]);
    }
}
