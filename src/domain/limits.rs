//! How the OpenAPI document tells the limits of what stands in a list, which an attribute of its field cannot.

use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Type};

/// The most lines of evidence, and milestones, of one answer.
pub const MOST_LINES: usize = 20;

/// The most characters of a long text.
pub const TEXT: usize = 5000;

/// The most files of one act that the settings may allow.
pub const MOST_FILES: usize = 50;

/// Lines of evidence.
pub(crate) fn evidence() -> ArrayBuilder {
    let line = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(TEXT));
    let list = ArrayBuilder::new().items(line).max_items(Some(MOST_LINES));
    list.description(Some("Solved: what shows that it is, a line each."))
}

/// Milestones by their positions in a plan.
pub(crate) fn positions() -> ArrayBuilder {
    let position = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0)).maximum(Some(i32::MAX));
    let list = ArrayBuilder::new().items(position).max_items(Some(MOST_LINES));
    list.description(Some("The milestones that are done now, by their positions in the plan."))
}

/// Files, whose bytes are bounded by a setting.
pub(crate) fn files() -> ArrayBuilder {
    let file = ObjectBuilder::new().schema_type(Type::String).content_media_type("application/octet-stream");
    let list = ArrayBuilder::new().items(file).min_items(Some(1)).max_items(Some(MOST_FILES));
    list.description(Some("The files."))
}
