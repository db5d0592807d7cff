//! The shape of every list: a page of items and an opaque cursor to the next (keyset, never offset).

use crate::fault::{Code, Fault};
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// What every list takes beside its own filters.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// The cursor a page before this one gave as `next`.
    pub cursor: Option<String>,
    /// How many items at most: 1 to 100, 20 by default.
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub limit: Option<u32>,
}

impl PageQuery {
    /// How many items to give.
    pub fn limit(&self) -> Result<usize, Fault> {
        match self.limit.unwrap_or(20) {
            limit @ 1..=100 => usize::try_from(limit).map_err(Fault::internal),
            _ => Err(Fault::field(Code::OutOfRange, "?limit").with("least", 1).with("most", 100)),
        }
    }

    /// The place in the list called `list` that the cursor names, or `None` at the beginning.
    pub fn place<T: DeserializeOwned>(&self, list: &str) -> Result<Option<T>, Fault> {
        self.cursor.as_deref().map(|cursor| Cursor::read(list, cursor)).transpose()
    }
}

/// Writes and reads opaque cursors: the list's name and the last item's keys, as base64url of JSON.
#[derive(Debug)]
pub struct Cursor;

impl Cursor {
    /// The cursor that stands for `place` in the list called `list`.
    pub fn write<T: Serialize>(list: &str, place: &T) -> Result<String, Fault> {
        serde_json::to_vec(&(list, place)).map(|bytes| URL_SAFE_NO_PAD.encode(bytes)).map_err(Fault::internal)
    }

    /// The place in the list called `list` that a cursor stands for; refused when it is none of ours, or another's.
    pub fn read<T: DeserializeOwned>(list: &str, cursor: &str) -> Result<T, Fault> {
        let refused = || Fault::field(Code::InvalidCursor, "?cursor");
        let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| refused())?;
        // Nothing we write holds NUL, which PostgreSQL takes in no text.
        let has_nul = String::from_utf8_lossy(&bytes).contains("\\u0000");
        match serde_json::from_slice::<(String, T)>(&bytes) {
            Ok((of, place)) if of == list && !has_nul => Ok(place),
            _ => Err(refused()),
        }
    }
}

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    /// The items, in the list's order.
    pub items: Vec<T>,
    /// The cursor of the next page; missing at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// How many rows to ask for where `limit` are to be given: one more, which tells whether another page follows.
pub fn one_more(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1)
}

impl<T> Page<T> {
    /// A page of at most `limit` of `rows`, of which one more was asked for to know whether another page follows, in the
    /// list called `list`.
    pub fn cut<P: Serialize>(
        mut rows: Vec<T>,
        limit: usize,
        list: &str,
        place: impl Fn(&T) -> P,
    ) -> Result<Self, Fault> {
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = match rows.last() {
            Some(last) if more => Some(Cursor::write(list, &place(last))?),
            _ => None,
        };
        Ok(Self { items: rows, next })
    }

    /// The same page with each item shown by `view`.
    pub fn map<U>(self, view: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(view).collect(), next: self.next }
    }
}

impl<T: Serialize> Page<T> {
    /// The answer with this page, and a `Link` to the next one (RFC 8288).
    pub fn answer(&self, request: &HttpRequest) -> HttpResponse {
        let mut answer = HttpResponse::Ok();
        if let Some(next) = &self.next {
            let kept = request
                .query_string()
                .split('&')
                .filter(|pair| !pair.is_empty() && !pair.starts_with("cursor="));
            let query = kept.chain([format!("cursor={next}").as_str()]).collect::<Vec<_>>().join("&");
            answer.insert_header((header::LINK, format!("<{}?{query}>; rel=\"next\"", request.path())));
        }
        answer.json(self)
    }
}
