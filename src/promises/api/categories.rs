//! The categories.

use super::{MOST_NAME, today};
use crate::domain::ids::Id;
use crate::fault::{Code, Fault};
use crate::people::{Act, Caller};
use crate::promises::categories;
use crate::promises::views::{CategoriesView, CategoryView};
use crate::promises::{self, CategoryChange, CategoryCode, NewCategory};
use crate::web::problem::{ReadProblems, WriteProblems};
use crate::web::{At, Body, Context, Fields, IfMatch, Key, Rendered, etag};
use actix_web::{HttpResponse, get, patch, post};
use chrono::NaiveDate;
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

/// List the categories
///
/// The classes that hold today, each with its sub-classes.
#[utoipa::path(
    tag = "categories",
    responses((status = 200, body = CategoriesView), ReadProblems),
    security(("bearer" = []))
)]
#[get("/categories")]
pub(crate) async fn list_categories(
    context: Context,
    _reader: Caller,
    At(at): At,
) -> Result<HttpResponse, Fault> {
    let on = today(&context, at);
    let classes = context.db.read(move |conn| promises::category_tree(conn, on)).await?;
    Ok(HttpResponse::Ok().json(CategoriesView::new(on, classes)))
}

/// Show a category
///
/// For everyone logged in.
#[utoipa::path(
    tag = "categories",
    params(("id" = Id, Path, description = "The category.")),
    responses((status = 200, body = CategoryView), ReadProblems),
    security(("bearer" = []))
)]
#[get("/categories/{id}")]
pub(crate) async fn show_category(
    context: Context,
    _reader: Caller,
    Key(id): Key,
) -> Result<HttpResponse, Fault> {
    let row = context.db.read(move |conn| promises::category(conn, id)).await?.ok_or_else(Fault::hidden)?;
    Ok(HttpResponse::Ok().insert_header(etag(row.version)).json(CategoryView::from(row)))
}

/// A category to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateCategory {
    /// `class`, or `class.sub_class` for a sub-class of a class that exists; lower-case letters, digits, underscores.
    #[schema(max_length = 80, example = "utilities.water")]
    code: String,
    /// Its Chinese name.
    #[schema(max_length = 60)]
    name: String,
    /// Its English name.
    #[schema(max_length = 60)]
    name_en: Option<String>,
    /// Its place among its like; behind the last where it is missing.
    #[schema(minimum = 1, maximum = 1000)]
    position: Option<i32>,
    /// The first day it holds; today where it is missing.
    #[serde(default, deserialize_with = "crate::domain::day::optional")]
    valid_from: Option<NaiveDate>,
}

impl CreateCategory {
    /// The command, or every wrong field.
    fn checked(&self, today: NaiveDate) -> Result<NewCategory, Fault> {
        let mut fields = Fields::new();
        let code = CategoryCode::parse(&self.code);
        if code.is_none() {
            fields.refuse(Code::CategoryCodeInvalid, "/code");
        }
        let name = fields.line("/name", &self.name, MOST_NAME);
        let name_en = fields.optional_line("/name_en", self.name_en.as_deref(), MOST_NAME);
        check_position(&mut fields, self.position);
        fields.finish()?;
        let code = code.ok_or_else(|| Fault::field(Code::CategoryCodeInvalid, "/code"))?;
        let valid_from = self.valid_from.unwrap_or(today);
        Ok(NewCategory { code, name, name_en, position: self.position, valid_from })
    }
}

/// Add a category
///
/// For administrators. The code of a sub-class begins with that of its class.
#[utoipa::path(
    tag = "categories",
    request_body = CreateCategory,
    responses((status = 201, body = CategoryView), WriteProblems),
    security(("bearer" = []))
)]
#[post("/categories")]
pub(crate) async fn create_category(
    act: Act,
    Body(form): Body<CreateCategory>,
) -> Result<HttpResponse, Fault> {
    let command = form.checked(today(&act.context, act.at))?;
    act.create(categories::is_seen, move |conn, at, actor| {
        let row = promises::create_category(conn, at, actor, &command)?;
        let (id, version) = (row.id, row.version);
        Ok(Rendered::created(&CategoryView::from(row))?.version(version).at("/api/v1/categories", id))
    })
    .await
}

/// What is to become different; what is missing stays as it is, and `null` takes away.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AmendCategory {
    /// Its Chinese name.
    #[schema(max_length = 60)]
    name: Option<String>,
    /// Its English name.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 60)]
    name_en: Option<Option<String>>,
    /// Its place among its like.
    #[schema(minimum = 1, maximum = 1000)]
    position: Option<i32>,
    /// The first day it no longer holds. A class that ends takes its sub-classes with it.
    #[serde(default, deserialize_with = "crate::domain::day::told")]
    #[schema(value_type = Option<NaiveDate>)]
    valid_until: Option<Option<NaiveDate>>,
}

impl AmendCategory {
    /// The command, or every wrong field.
    fn checked(&self) -> Result<CategoryChange, Fault> {
        let mut fields = Fields::new();
        let name = self.name.as_deref().map(|name| fields.line("/name", name, MOST_NAME));
        let name_en =
            self.name_en.as_ref().map(|name| fields.optional_line("/name_en", name.as_deref(), MOST_NAME));
        check_position(&mut fields, self.position);
        fields.finish()?;
        Ok(CategoryChange { name, name_en, position: self.position, valid_until: self.valid_until })
    }
}

/// Change a category
///
/// Rename it, move it, or set when it ends: for administrators.
#[utoipa::path(
    tag = "categories",
    params(
        ("id" = Id, Path, description = "The category.")
    ),
    request_body = AmendCategory,
    responses((status = 200, body = CategoryView), WriteProblems),
    security(("bearer" = []))
)]
#[patch("/categories/{id}")]
pub(crate) async fn amend_category(
    context: Context,
    Caller(actor): Caller,
    At(at): At,
    Key(id): Key,
    if_match: IfMatch,
    Body(form): Body<AmendCategory>,
) -> Result<HttpResponse, Fault> {
    let change = form.checked()?;
    let row = context
        .db
        .write(move |conn| promises::amend_category(conn, at, &actor, id, &if_match, &change))
        .await?;
    Ok(HttpResponse::Ok().insert_header(etag(row.version)).json(CategoryView::from(row)))
}

fn check_position(fields: &mut Fields, position: Option<i32>) {
    if position.is_some_and(|position| !(1..=1000).contains(&position)) {
        let values = vec![("least", "1".to_owned()), ("most", "1000".to_owned())];
        fields.refuse_with(Code::OutOfRange, "/position", values);
    }
}

/// Tells a member that is `null` from one that is missing.
fn given<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Some)
}
