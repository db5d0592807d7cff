//! What the OpenAPI document says of retries and versions, the same on every route: written here once, so that no handler
//! can leave it out.

use super::problem::{ConditionProblems, MissingConditionProblem};
use super::sent::heeds_keys;
use actix_web::http::Method;
use utoipa::IntoResponses;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::openapi::{Components, OpenApi, RefOr, Required, Response};

/// Adds the header parameters, the response headers and the problems of retries and versions to every route of `document`.
pub fn describe(document: &mut OpenApi) {
    let components = document.components.clone().unwrap_or_default();
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations(item) {
            let heeds_keys = heeds_keys(&method, path);
            if heeds_keys {
                parameter(operation, "Idempotency-Key", Required::False, IDEMPOTENCY_KEY, (1, 255));
            }
            let must_match = method == Method::PUT || method == Method::PATCH;
            if method != Method::GET {
                let required = if must_match { Required::True } else { Required::False };
                parameter(operation, "If-Match", required, IF_MATCH, (1, 8192));
                operation.responses.responses.extend(ConditionProblems::responses());
            }
            if must_match {
                operation.responses.responses.extend(MissingConditionProblem::responses());
            }
            for (status, response) in &mut operation.responses.responses {
                let RefOr::T(response) = response else { continue };
                if status.starts_with('2') && heeds_keys {
                    header(response, "Idempotent-Replayed", "`true` where it is the answer already given.");
                }
                if status.starts_with('2') && shows_a_version(response, &components) {
                    header(response, "ETag", "The version shown.");
                }
            }
        }
    }
}

const IDEMPOTENCY_KEY: &str =
    "Makes it safe to send the same again within 24 hours: 1 to 255 printable ASCII characters.";
const IF_MATCH: &str = "The ETag of the version it is meant for, or `*`.";

/// The operations of a path, each with its method.
pub fn operations(item: &mut PathItem) -> impl Iterator<Item = (Method, &mut Operation)> {
    let all = [
        (Method::GET, &mut item.get),
        (Method::POST, &mut item.post),
        (Method::PUT, &mut item.put),
        (Method::PATCH, &mut item.patch),
        (Method::DELETE, &mut item.delete),
    ];
    all.into_iter().filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

fn parameter(operation: &mut Operation, name: &str, required: Required, words: &str, length: (usize, usize)) {
    let schema =
        ObjectBuilder::new().schema_type(Type::String).min_length(Some(length.0)).max_length(Some(length.1));
    let parameter: Parameter = ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(required)
        .description(Some(words))
        .schema(Some(schema))
        .build();
    operation.parameters.get_or_insert_default().push(RefOr::T(parameter));
}

fn header(response: &mut Response, name: &str, words: &str) {
    let header = HeaderBuilder::new().description(Some(words)).build();
    response.headers.insert(name.to_owned(), RefOr::T(header));
}

fn shows_a_version(response: &Response, components: &Components) -> bool {
    response.content.values().any(|content| match content {
        RefOr::T(content) => content.schema.as_ref().is_some_and(|schema| has_version(schema, components)),
        RefOr::Ref(_) => false,
    })
}

fn has_version(schema: &RefOr<Schema>, components: &Components) -> bool {
    match schema {
        RefOr::Ref(reference) => {
            let name = reference.ref_location.rsplit('/').next().unwrap_or_default();
            components.schemas.get(name).is_some_and(|schema| has_version(schema, components))
        }
        RefOr::T(Schema::Object(object)) => object.properties.contains_key("version"),
        RefOr::T(Schema::AllOf(all)) => all.items.iter().any(|schema| has_version(schema, components)),
        RefOr::T(_) => false,
    }
}
