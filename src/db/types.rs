//! How the values of the domain are stored, the same text for both databases.
//!
//! | value | SQL type | PostgreSQL | SQLite |
//! |---|---|---|---|
//! | [`Instant`] | [`sql::Instant`] | `timestamptz` | `INTEGER`, microseconds since 1970 |
//! | [`Id`] | [`sql::Id`] | `uuid` | `BLOB` of 16 bytes |
//! | [`Json`] | [`sql::Document`] | `jsonb` | `TEXT` |
//! | a word list | `Text` | `text` | `TEXT` |
//!
//! A whole number, a boolean (`INTEGER` 0 or 1 on SQLite), text and a date (`TEXT` on SQLite) are diesel's own.

use super::connection::MultiBackend;
use crate::domain::ids::{Id, Instant};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{BigInt, Binary, HasSqlType, Text};
use diesel::sqlite::Sqlite;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Debug;
use std::io::Write;

/// The SQL types of onedoor, for `diesel::table!`.
pub mod sql {
    use diesel::query_builder::QueryId;
    use diesel::sql_types::{SqlOrd, SqlType};

    /// A point in time to the microsecond: `timestamptz`, or whole microseconds since 1970.
    #[derive(Debug, Clone, Copy, Default, QueryId, SqlType)]
    #[diesel(postgres_type(oid = 1184, array_oid = 1185))]
    #[diesel(sqlite_type(name = "Long"))]
    pub struct Instant;

    impl SqlOrd for Instant {}

    /// An identifier: `uuid`, or its 16 bytes. It sorts by its bytes on both.
    #[derive(Debug, Clone, Copy, Default, QueryId, SqlType)]
    #[diesel(postgres_type(oid = 2950, array_oid = 2951))]
    #[diesel(sqlite_type(name = "Binary"))]
    pub struct Id;

    /// A JSON document, never queried inside: `jsonb`, or its text.
    #[derive(Debug, Clone, Copy, Default, QueryId, SqlType)]
    #[diesel(postgres_type(oid = 3802, array_oid = 3807))]
    #[diesel(sqlite_type(name = "Text"))]
    pub struct Document;
}

/// A value kept as a JSON document.
///
/// Reading fails where the stored document does not fit the type: give a new member a serde default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, AsExpression, FromSqlRow)]
#[diesel(sql_type = sql::Document)]
pub struct Json<T: Debug + 'static = serde_json::Value>(pub T);

#[derive(AsExpression, FromSqlRow)]
#[diesel(foreign_derive)]
#[diesel(sql_type = sql::Instant)]
#[expect(dead_code, reason = "carries the derives of a type of another module")]
struct InstantProxy(Instant);

#[derive(AsExpression, FromSqlRow)]
#[diesel(foreign_derive)]
#[diesel(sql_type = sql::Id)]
#[expect(dead_code, reason = "carries the derives of a type of another module")]
struct IdProxy(Id);

/// Joins the two implementations each type has to the one the shared connection asks for.
macro_rules! on_either_database {
    ($sql:ty, $instance:expr, [$($generics:tt)*], $value:ty) => {
        impl HasSqlType<$sql> for MultiBackend {
            fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
                Self::lookup_sql_type::<$sql>(lookup)
            }
        }

        impl<$($generics)*> FromSql<$sql, MultiBackend> for $value {
            fn from_sql(value: <MultiBackend as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                value.from_sql::<Self, $sql>()
            }
        }

        impl<$($generics)*> ToSql<$sql, MultiBackend> for $value {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
                out.set_value(($instance, self));
                Ok(IsNull::No)
            }
        }
    };
}

on_either_database!(sql::Instant, sql::Instant, [], Instant);
on_either_database!(sql::Id, sql::Id, [], Id);
on_either_database!(
    sql::Document,
    sql::Document,
    [T: Debug + Serialize + DeserializeOwned + Send + Sync + 'static],
    Json<T>
);

/// PostgreSQL counts from 2000-01-01T00:00:00Z: that instant in microseconds since 1970.
const POSTGRES_EPOCH: i64 = 946_684_800_000_000;

const OUT_OF_RANGE: &str = "an instant outside the years onedoor knows";

impl FromSql<sql::Instant, Pg> for Instant {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let micros = <i64 as FromSql<BigInt, Pg>>::from_sql(value)?;
        micros.checked_add(POSTGRES_EPOCH).and_then(Self::from_micros).ok_or_else(|| OUT_OF_RANGE.into())
    }
}

impl ToSql<sql::Instant, Pg> for Instant {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let micros = self.micros().checked_sub(POSTGRES_EPOCH).ok_or(OUT_OF_RANGE)?;
        <i64 as ToSql<BigInt, Pg>>::to_sql(&micros, &mut out.reborrow())
    }
}

impl FromSql<sql::Instant, Sqlite> for Instant {
    fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let micros = <i64 as FromSql<BigInt, Sqlite>>::from_sql(value)?;
        Self::from_micros(micros).ok_or_else(|| OUT_OF_RANGE.into())
    }
}

impl ToSql<sql::Instant, Sqlite> for Instant {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.micros());
        Ok(IsNull::No)
    }
}

impl FromSql<sql::Id, Pg> for Id {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Self::from_uuid(uuid::Uuid::from_slice(value.as_bytes())?))
    }
}

impl ToSql<sql::Id, Pg> for Id {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(self.uuid().as_bytes())?;
        Ok(IsNull::No)
    }
}

impl FromSql<sql::Id, Sqlite> for Id {
    fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let bytes = <Vec<u8> as FromSql<Binary, Sqlite>>::from_sql(value)?;
        Ok(Self::from_uuid(uuid::Uuid::from_slice(&bytes)?))
    }
}

impl ToSql<sql::Id, Sqlite> for Id {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.uuid().as_bytes().to_vec());
        Ok(IsNull::No)
    }
}

/// The version byte PostgreSQL puts before the text of a `jsonb` on the wire.
const JSONB_VERSION: u8 = 1;

impl<T: Debug + DeserializeOwned> FromSql<sql::Document, Pg> for Json<T> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        match value.as_bytes() {
            [JSONB_VERSION, text @ ..] => Ok(Self(serde_json::from_slice(text)?)),
            _ => Err("a jsonb in a form onedoor does not know".into()),
        }
    }
}

impl<T: Debug + Serialize> ToSql<sql::Document, Pg> for Json<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(&[JSONB_VERSION])?;
        serde_json::to_writer(out, &self.0)?;
        Ok(IsNull::No)
    }
}

impl<T: Debug + DeserializeOwned> FromSql<sql::Document, Sqlite> for Json<T> {
    fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let text = <String as FromSql<Text, Sqlite>>::from_sql(value)?;
        Ok(Self(serde_json::from_str(&text)?))
    }
}

impl<T: Debug + Serialize> ToSql<sql::Document, Sqlite> for Json<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(serde_json::to_string(&self.0)?);
        Ok(IsNull::No)
    }
}
