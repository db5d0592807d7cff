//! Word lists as text columns. A new list of the domain needs its line at the end of this file; a room's own list
//! names the macro where it stands.

use crate::domain::file_type::FileType;
use crate::domain::promise::Holder;
use crate::domain::rating::RatingLevel;
use crate::domain::words;

/// Stores each of these word lists as its `code()`. Reading a text that is no word of the list is an error that names
/// the list and the text.
macro_rules! stored_as_text {
    ($($list:ty),+ $(,)?) => {
        $(const _: () = {
            use diesel::backend::Backend;
            use diesel::deserialize::{self, FromSql, FromSqlRow};
            use diesel::expression::AsExpression;
            use diesel::serialize::{self, Output, ToSql};
            use diesel::sql_types::Text;

            #[derive(AsExpression, FromSqlRow)]
            #[diesel(foreign_derive)]
            #[diesel(sql_type = Text)]
            #[expect(dead_code, reason = "carries the derives of a type of another module")]
            struct Proxy($list);

            impl<DB> ToSql<Text, DB> for $list
            where
                DB: Backend,
                str: ToSql<Text, DB>,
            {
                fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                    self.code().to_sql(out)
                }
            }

            impl<DB> FromSql<Text, DB> for $list
            where
                DB: Backend,
                String: FromSql<Text, DB>,
            {
                fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
                    let text = String::from_sql(value)?;
                    Self::from_code(&text)
                        .ok_or_else(|| format!("no word of {} is spelt {text:?}", stringify!($list)).into())
                }
            }
        };)+
    };
}

pub(crate) use stored_as_text;

stored_as_text!(
    FileType,
    Holder,
    RatingLevel,
    words::AssignmentState,
    words::Channel,
    words::ClockKind,
    words::ClockOutcome,
    words::Confidence,
    words::Kind,
    words::Outcome,
    words::Pace,
    words::Part,
    words::RequestState,
    words::Role,
    words::Urgency,
);
