//! One macro for the closed lists of words the work uses.

/// Declares an enum whose variants each carry one stable code: the spelling in the database, in the API and in
/// configuration.
///
/// It gives `ALL` (every variant in order), `code()`, `from_code()`, and the serde and OpenAPI spellings.
macro_rules! vocabulary {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $code:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord,
            serde::Serialize, serde::Deserialize, utoipa::ToSchema,
        )]
        pub enum $name {
            // The document's derive does not see through serde's attribute where a macro has put the word in.
            $($(#[$variant_meta])* #[serde(rename = $code)] #[schema(rename = $code)] $variant,)+
        }

        impl $name {
            /// Every word of this list, in its order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable spelling, as stored and as spoken by the API.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code),+
                }
            }

            /// The word with this spelling, or `None`.
            pub fn from_code(code: &str) -> Option<Self> {
                match code {
                    $($code => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    };
}
