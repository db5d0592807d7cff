//! What the routes take: a path nobody knows is 404, a known path with another method is 405 with `Allow`, and which
//! take a token.

use crate::fault::{Code, Fault};
use actix_web::dev::ResourceDef;
use actix_web::http::Method;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use utoipa::openapi::path::{Operation, PathItem, Paths};

/// Every path the application knows, with the methods it takes.
#[derive(Clone)]
pub struct KnownPaths(Vec<Known>);

#[derive(Clone)]
struct Known {
    pattern: ResourceDef,
    methods: Vec<&'static str>,
    /// Those of the methods that take a token.
    guarded: Vec<&'static str>,
}

impl std::fmt::Debug for KnownPaths {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("KnownPaths")
    }
}

impl KnownPaths {
    /// The paths of an OpenAPI document.
    pub fn of(paths: &Paths) -> Self {
        let known = |(path, item): (&String, &PathItem)| Known {
            pattern: ResourceDef::new(path.as_str()),
            methods: methods(item, |_| true),
            guarded: methods(item, |operation| operation.security.is_some()),
        };
        Self(paths.paths.iter().map(known).collect())
    }

    /// The same with one path that is read by GET and stands in no document.
    #[must_use]
    pub fn and_page(mut self, path: &'static str) -> Self {
        let pattern = ResourceDef::new(path);
        self.0.push(Known { pattern, methods: vec!["GET", "HEAD"], guarded: Vec::new() });
        self
    }

    /// Whether `method` on `path` takes a token: whether its document says so.
    pub fn take_token(&self, method: &Method, path: &str) -> bool {
        let is_it = |known: &Known| known.guarded.contains(&method.as_str()) && known.pattern.is_match(path);
        self.0.iter().any(is_it)
    }

    /// The methods that `path` takes, or `None` when nobody knows it.
    fn allowed(&self, path: &str) -> Option<String> {
        let known = self.0.iter().filter(|known| known.pattern.is_match(path));
        let methods: Vec<&str> = known.flat_map(|known| known.methods.iter().copied()).collect();
        (!methods.is_empty()).then(|| methods.join(", "))
    }
}

fn methods(item: &PathItem, wanted: impl Fn(&Operation) -> bool) -> Vec<&'static str> {
    let known = [
        ("GET", &item.get),
        ("HEAD", &item.get),
        ("POST", &item.post),
        ("PUT", &item.put),
        ("PATCH", &item.patch),
        ("DELETE", &item.delete),
    ];
    let is_wanted = |operation: &Option<Operation>| operation.as_ref().is_some_and(&wanted);
    known.into_iter().filter(|(_, operation)| is_wanted(operation)).map(|(method, _)| method).collect()
}

/// The methods no path takes: they are refused everywhere, and nothing is echoed or connected (RFC 9110 §9.3.6, §9.3.8).
const NEVER: [Method; 2] = [Method::TRACE, Method::CONNECT];

/// The handler of everything no route took. `OPTIONS` on a known path is told the methods (RFC 9110 §9.3.7).
pub async fn unknown(request: HttpRequest) -> Result<HttpResponse, Fault> {
    let allowed = request.app_data::<KnownPaths>().and_then(|known| known.allowed(request.path()));
    let never = NEVER.contains(request.method()).then(String::new);
    let Some(allowed) = allowed.or(never) else {
        return Err(Fault::new(Code::NotFound));
    };
    if request.method() == Method::OPTIONS {
        return Ok(HttpResponse::NoContent().insert_header((header::ALLOW, allowed)).finish());
    }
    let mut refusal = HttpResponse::from_error(Fault::new(Code::MethodNotAllowed));
    if let Ok(value) = header::HeaderValue::from_str(&allowed) {
        refusal.headers_mut().insert(header::ALLOW, value);
    }
    Ok(refusal)
}
