//! What an answer must carry, by its outcome.
//!
//! [`Answer`] is the whole of it as the API takes it and a draft keeps it; [`Answer::misses`] tells everything that
//! is not there, so that a handler mends it in one go.

use super::words::Outcome;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

vocabulary! {
    /// Where else a company can turn with what is not done here.
    pub enum OtherDoor {
        /// A court (诉讼).
        Litigation = "litigation",
        /// Administrative reconsideration (行政复议).
        Reconsideration = "reconsideration",
        /// Arbitration, of labour or of trade (仲裁).
        Arbitration = "arbitration",
        /// Letters and visits (信访).
        Petition = "petition",
        /// Discipline inspection and supervision (纪检监察).
        DisciplineInspection = "discipline_inspection",
        /// A request for government information (信息公开申请).
        InformationDisclosure = "information_disclosure",
        /// The 12345 hotline (热线).
        Hotline = "hotline",
        /// Another; the public text names it.
        Other = "other",
    }
}

vocabulary! {
    /// What is wrong with an answer.
    pub enum AnswerFault {
        /// A text is blank: the one the company reads, a piece of evidence, or what a milestone does.
        TextEmpty = "text_empty",
        /// Solved, but nothing shows it.
        EvidenceNeeded = "evidence_needed",
        /// Explained, but without the law's or the policy's ground.
        GroundNeeded = "ground_needed",
        /// Promised, but nothing dated.
        MilestonesNeeded = "milestones_needed",
        /// A milestone's date is today or over.
        NotInFuture = "not_in_future",
        /// Cannot be done, but it does not say why.
        WhyNeeded = "why_needed",
        /// Cannot be done, but no other door is named.
        OtherDoorNeeded = "other_door_needed",
        /// Milestones are for a promise only, another door for what cannot be done only.
        NotOfThisOutcome = "not_of_this_outcome",
    }
}

/// One dated step of a promise; it becomes a commitment with a clock when the answer is released.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Milestone {
    /// What will be done.
    #[schema(max_length = 200)]
    pub what: String,
    /// The day by which, in the district's zone.
    #[serde(deserialize_with = "super::day::required")]
    pub by: NaiveDate,
}

/// One unit's answer, or the office's own: the text for the company, the note for the office, and what its outcome
/// must carry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// Which of the four it is.
    pub outcome: Outcome,
    /// What the company reads.
    #[schema(max_length = 5000)]
    pub public_text: String,
    /// What only staff read.
    #[serde(default)]
    #[schema(max_length = 5000)]
    pub internal_note: Option<String>,
    /// Solved: what shows that it is, a line each.
    #[serde(default)]
    #[schema(schema_with = crate::domain::limits::evidence)]
    pub evidence: Vec<String>,
    /// Explained: the law or the policy it rests on.
    #[serde(default)]
    #[schema(max_length = 5000)]
    pub ground: Option<String>,
    /// Promised: what is done by when.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub milestones: Vec<Milestone>,
    /// Cannot: why.
    #[serde(default)]
    #[schema(max_length = 5000)]
    pub why: Option<String>,
    /// Cannot: where else the company can turn.
    #[serde(default)]
    pub other_door: Option<OtherDoor>,
}

/// One thing an answer lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Miss {
    /// The field, as a JSON pointer (RFC 6901) from the answer's root.
    pub field: String,
    /// What is wrong with it.
    pub code: AnswerFault,
}

impl Answer {
    /// Every text the company reads once it is released.
    pub fn public_texts(&self) -> impl Iterator<Item = &str> {
        let optional = [&self.ground, &self.why].into_iter().flatten();
        let milestones = self.milestones.iter().map(|milestone| &milestone.what);
        std::iter::once(&self.public_text)
            .chain(&self.evidence)
            .chain(optional)
            .chain(milestones)
            .map(String::as_str)
    }

    /// Everything this answer lacks on the day `today` of the district's zone; empty when it may be approved.
    ///
    /// Evidence, ground and why may stand beside any outcome; milestones and another door may not, because they
    /// start commitments and send the company away.
    pub fn misses(&self, today: NaiveDate) -> Vec<Miss> {
        let mut misses = Vec::new();
        let mut miss = |field: String, code| misses.push(Miss { field, code });

        if is_blank(&self.public_text) {
            miss("/public_text".to_owned(), AnswerFault::TextEmpty);
        }
        for (place, _) in self.evidence.iter().enumerate().filter(|(_, line)| is_blank(line)) {
            miss(format!("/evidence/{place}"), AnswerFault::TextEmpty);
        }
        for (place, milestone) in self.milestones.iter().enumerate() {
            if is_blank(&milestone.what) {
                miss(format!("/milestones/{place}/what"), AnswerFault::TextEmpty);
            }
            if milestone.by <= today {
                miss(format!("/milestones/{place}/by"), AnswerFault::NotInFuture);
            }
        }
        match self.outcome {
            Outcome::Solved if self.evidence.is_empty() => {
                miss("/evidence".to_owned(), AnswerFault::EvidenceNeeded);
            }
            Outcome::Explained if lacks(self.ground.as_deref()) => {
                miss("/ground".to_owned(), AnswerFault::GroundNeeded);
            }
            Outcome::Promised if self.milestones.is_empty() => {
                miss("/milestones".to_owned(), AnswerFault::MilestonesNeeded);
            }
            Outcome::Cannot => {
                if lacks(self.why.as_deref()) {
                    miss("/why".to_owned(), AnswerFault::WhyNeeded);
                }
                if self.other_door.is_none() {
                    miss("/other_door".to_owned(), AnswerFault::OtherDoorNeeded);
                }
            }
            Outcome::Solved | Outcome::Explained | Outcome::Promised => {}
        }
        if self.outcome != Outcome::Promised && !self.milestones.is_empty() {
            miss("/milestones".to_owned(), AnswerFault::NotOfThisOutcome);
        }
        if self.outcome != Outcome::Cannot && self.other_door.is_some() {
            miss("/other_door".to_owned(), AnswerFault::NotOfThisOutcome);
        }
        misses
    }
}

/// Whether a text says nothing.
fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

/// Whether a text is not there or says nothing.
fn lacks(text: Option<&str>) -> bool {
    text.is_none_or(is_blank)
}

#[cfg(test)]
mod tests {
    use super::{Answer, AnswerFault, Milestone, NaiveDate, OtherDoor, Outcome};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn answer(outcome: Outcome) -> Answer {
        Answer {
            outcome,
            public_text: "The new signal stands since Tuesday.".to_owned(),
            internal_note: None,
            evidence: Vec::new(),
            ground: None,
            milestones: Vec::new(),
            why: None,
            other_door: None,
        }
    }

    fn misses(answer: &Answer) -> Vec<(String, AnswerFault)> {
        answer.misses(day("2026-09-24")).into_iter().map(|miss| (miss.field, miss.code)).collect()
    }

    fn milestone(what: &str, by: &str) -> Milestone {
        Milestone { what: what.to_owned(), by: day(by) }
    }

    #[test]
    fn a_solved_answer_needs_evidence() {
        let mut solved = answer(Outcome::Solved);
        assert_eq!(misses(&solved), [("/evidence".to_owned(), AnswerFault::EvidenceNeeded)]);
        solved.evidence = vec!["Photograph of the signal".to_owned(), " ".to_owned()];
        assert_eq!(misses(&solved), [("/evidence/1".to_owned(), AnswerFault::TextEmpty)]);
        solved.evidence.truncate(1);
        assert_eq!(misses(&solved), []);
    }

    #[test]
    fn an_explained_answer_needs_its_ground() {
        let mut explained = answer(Outcome::Explained);
        explained.ground = Some(" \u{3000}".to_owned());
        assert_eq!(misses(&explained), [("/ground".to_owned(), AnswerFault::GroundNeeded)]);
        explained.ground = Some("Regulation on urban drainage, article 12".to_owned());
        assert_eq!(misses(&explained), []);
    }

    #[test]
    fn a_promise_needs_a_dated_step_after_today() {
        let mut promised = answer(Outcome::Promised);
        assert_eq!(misses(&promised), [("/milestones".to_owned(), AnswerFault::MilestonesNeeded)]);
        promised.milestones = vec![milestone("Survey", "2026-09-24"), milestone("", "2026-10-10")];
        assert_eq!(
            misses(&promised),
            [
                ("/milestones/0/by".to_owned(), AnswerFault::NotInFuture),
                ("/milestones/1/what".to_owned(), AnswerFault::TextEmpty),
            ]
        );
        promised.milestones = vec![milestone("Survey", "2026-09-25")];
        assert_eq!(misses(&promised), []);
    }

    #[test]
    fn what_cannot_be_done_needs_why_and_another_door() {
        let mut cannot = answer(Outcome::Cannot);
        assert_eq!(
            misses(&cannot),
            [
                ("/why".to_owned(), AnswerFault::WhyNeeded),
                ("/other_door".to_owned(), AnswerFault::OtherDoorNeeded),
            ]
        );
        cannot.why = Some("The land is farmland under permanent protection.".to_owned());
        cannot.other_door = Some(OtherDoor::Reconsideration);
        assert_eq!(misses(&cannot), []);
    }

    #[test]
    fn every_outcome_needs_a_public_text_and_none_needs_a_note() {
        let mut explained = answer(Outcome::Explained);
        explained.ground = Some("Article 12".to_owned());
        explained.public_text = "\n".to_owned();
        assert_eq!(misses(&explained), [("/public_text".to_owned(), AnswerFault::TextEmpty)]);
    }

    #[test]
    fn milestones_and_another_door_do_not_slip_into_another_outcome() {
        let mut solved = answer(Outcome::Solved);
        solved.evidence = vec!["Photograph".to_owned()];
        solved.milestones = vec![milestone("Paint", "2026-10-10")];
        solved.other_door = Some(OtherDoor::Hotline);
        assert_eq!(
            misses(&solved),
            [
                ("/milestones".to_owned(), AnswerFault::NotOfThisOutcome),
                ("/other_door".to_owned(), AnswerFault::NotOfThisOutcome),
            ]
        );
    }
}
