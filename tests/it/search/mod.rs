//! Searching requests by words: what is found is what stands in what the caller is shown, on both databases.

mod keeping;
mod pages;
mod sight;
mod words;

use crate::support::client::Client;
use serde_json::Value;

/// The path of the list asked with these parameters, every byte escaped.
fn asked(parameters: &[(&str, &str)]) -> String {
    let escaped = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    let pairs: Vec<String> =
        parameters.iter().map(|(name, value)| format!("{name}={}", escaped(value))).collect();
    format!("/requests?{}", pairs.join("&"))
}

/// One page of what `client` finds by `q`, narrowed by `more`.
async fn page(client: &Client, q: &str, more: &[(&str, &str)]) -> Value {
    let parameters = [&[("q", q)], more].concat();
    client.get(&asked(&parameters)).await.expect(200)
}

/// The titles of all that `client` finds by `q`, in the list's order, in pages of seven.
async fn found_with(client: &Client, q: &str, more: &[(&str, &str)]) -> Vec<String> {
    let mut titles = Vec::new();
    let mut cursor = String::new();
    loop {
        let mut narrowed = vec![("limit", "7")];
        narrowed.extend(more);
        if !cursor.is_empty() {
            narrowed.push(("cursor", &cursor));
        }
        let page = page(client, q, &narrowed).await;
        let items = page["items"].as_array().expect("a page has items");
        titles.extend(items.iter().map(|item| item["title"].as_str().unwrap_or_default().to_owned()));
        match page["next"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => return titles,
        }
    }
}

/// As [`found_with`], not narrowed.
async fn found(client: &Client, q: &str) -> Vec<String> {
    found_with(client, q, &[]).await
}
