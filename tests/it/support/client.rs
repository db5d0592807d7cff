//! A small client of the API, and what it is answered.

use super::contract;
use super::sessions::Sessions;
use reqwest::header::HeaderMap;
use reqwest::{Method, RequestBuilder};
use serde_json::Value;

/// Speaks to one application, as nobody or as one person. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    root: String,
    caller: Caller,
    language: Option<&'static str>,
    /// Whether every answer is held to the OpenAPI document.
    is_held: bool,
}

#[derive(Debug, Clone)]
enum Caller {
    Nobody,
    /// Whoever this token was given to.
    Token(String),
    /// The person with this user name, with a session that holds at whatever time it is.
    Person(String, Box<Sessions>),
}

/// What came back.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    /// The body as it came.
    pub(crate) bytes: Vec<u8>,
    /// The body as JSON; a text where it is none; null where it is empty.
    pub(crate) body: Value,
}

impl Client {
    /// A client of the application at `root`, logged in as nobody.
    pub(crate) fn new(root: String) -> Self {
        onedoor::tls::use_ring();
        let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build();
        Self {
            http: http.expect("a client can be made"),
            root,
            caller: Caller::Nobody,
            language: None,
            is_held: true,
        }
    }

    /// A client of another server than the API at `root`, of which no document tells.
    pub(crate) fn beside_the_api(root: String) -> Self {
        Self { is_held: false, ..Self::new(root) }
    }

    /// The same with this token.
    pub(crate) fn with_token(&self, token: &str) -> Self {
        Self { caller: Caller::Token(token.to_owned()), ..self.clone() }
    }

    /// The same as the person with this user name.
    pub(crate) fn as_person(&self, username: &str, sessions: &Sessions) -> Self {
        Self { caller: Caller::Person(username.to_owned(), Box::new(sessions.clone())), ..self.clone() }
    }

    /// The same, asking for answers in this language.
    pub(crate) fn speaking(&self, language: &'static str) -> Self {
        Self { language: Some(language), ..self.clone() }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::POST, path).json(&body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::PUT, path).json(&body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::PATCH, path).json(&body)).await
    }

    /// A PATCH of what was read in this version.
    pub(crate) async fn patch_version(&self, path: &str, version: i32, body: Value) -> Answer {
        let request = self.request(Method::PATCH, path).header("if-match", format!("\"{version}\""));
        self.send(request.json(&body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path)).await
    }

    /// A request to be completed by hand and handed to [`Client::send`]. A path that begins with `/api/` or is one
    /// of the health paths or `/metrics` is taken as it is; any other stands under `/api/v1`.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let whole = path.starts_with("/api/") || ["/livez", "/readyz", "/metrics"].contains(&path);
        let base = if whole { "" } else { "/api/v1" };
        let mut request = self.http.request(method, format!("{}{base}{path}", self.root));
        if let Some(language) = self.language {
            request = request.header("accept-language", language);
        }
        request
    }

    /// The request with the token of whoever this client is.
    pub(crate) async fn authorised(&self, request: RequestBuilder) -> RequestBuilder {
        match &self.caller {
            Caller::Nobody => request,
            Caller::Token(token) => request.bearer_auth(token),
            Caller::Person(username, sessions) => request.bearer_auth(sessions.token(username).await),
        }
    }

    /// Sends a request as whoever this client is.
    pub(crate) async fn send(&self, request: RequestBuilder) -> Answer {
        self.try_send(request).await.expect("the application answers, and the answer comes whole")
    }

    /// The same where the connection may break before the answer has come whole.
    pub(crate) async fn try_send(&self, request: RequestBuilder) -> Result<Answer, reqwest::Error> {
        let request = self.authorised(request).await.build()?;
        let (method, path) = (request.method().clone(), request.url().path().to_owned());
        let response = self.http.execute(request).await?;
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let bytes = response.bytes().await?.to_vec();
        let text = || Value::from(String::from_utf8_lossy(&bytes).into_owned());
        let body = if bytes.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&bytes).unwrap_or_else(|_| text())
        };
        let answer = Answer { status, headers, bytes, body };
        if self.is_held {
            contract::hold(&method, &path, &answer);
        }
        Ok(answer)
    }
}

impl Answer {
    /// The body, when the status is this one; fails with the whole answer otherwise.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{:#}", self.body);
        self.body
    }

    /// Fails unless this is a problem with this status and code. Gives its body.
    #[track_caller]
    pub(crate) fn problem(self, status: u16, code: &str) -> Value {
        assert_eq!((self.status, self.body["code"].as_str()), (status, Some(code)), "{:#}", self.body);
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(self.body["status"], status);
        assert_eq!(self.body["type"], format!("urn:onedoor:problem:{code}"));
        self.body
    }

    /// Fails unless this is a problem with this status whose field at `pointer` is refused with `code`.
    #[track_caller]
    pub(crate) fn field_problem(self, status: u16, pointer: &str, code: &str) -> Value {
        assert_eq!(self.status, status, "{:#}", self.body);
        let named = |error: &Value| error["pointer"] == pointer && error["code"] == code;
        let errors = self.body["errors"].as_array().cloned().unwrap_or_default();
        assert!(errors.iter().any(named), "no {code} at {pointer}: {:#}", self.body);
        self.body
    }

    /// A header's value, empty when it is missing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}
