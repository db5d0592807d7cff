//! Where objects lie: what the settings say of it.

use serde::Deserialize;
use std::fmt;

/// A store that speaks S3. It is used when `bucket` names one.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct S3 {
    /// The bucket; empty where a folder is used instead.
    pub bucket: String,
    /// Where the store is, as `https://HOST`; empty for the one the region implies.
    pub endpoint: String,
    /// The region.
    pub region: String,
    /// The key that is not secret.
    pub access_key: String,
    /// The one that is.
    pub secret_key: Secret,
    /// Whether the bucket stands in the path, and not in the name of the host.
    pub path_style: bool,
}

/// A text that no log shows.
#[derive(Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// The secret with this text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret")
    }
}
