//! The types of file the house takes, and what each is called elsewhere.

vocabulary! {
    /// A type of file.
    pub enum FileType {
        /// Portable Document Format (ISO 32000).
        Pdf = "pdf",
        /// JPEG.
        Jpeg = "jpeg",
        /// PNG.
        Png = "png",
        /// WebP (RFC 9649).
        Webp = "webp",
        /// A text document of Office Open XML (ISO/IEC 29500).
        Docx = "docx",
        /// A workbook of Office Open XML.
        Xlsx = "xlsx",
        /// Slides of Office Open XML.
        Pptx = "pptx",
        /// A text document of Word 97 to 2003.
        Doc = "doc",
        /// A workbook of Excel 97 to 2003.
        Xls = "xls",
        /// Plain text in UTF-8.
        Text = "txt",
    }
}

impl FileType {
    /// Its media type, as IANA registers it.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Pptx => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            Self::Doc => "application/msword",
            Self::Xls => "application/vnd.ms-excel",
            Self::Text => "text/plain; charset=utf-8",
        }
    }

    /// How the name of such a file may end, after the dot; the first is the usual one.
    pub const fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Pdf => &["pdf"],
            Self::Jpeg => &["jpg", "jpeg"],
            Self::Png => &["png"],
            Self::Webp => &["webp"],
            Self::Docx => &["docx"],
            Self::Xlsx => &["xlsx"],
            Self::Pptx => &["pptx"],
            Self::Doc => &["doc", "wps"],
            Self::Xls => &["xls", "et"],
            Self::Text => &["txt", "csv", "log"],
        }
    }

    /// Whether it is a picture, of which a small one can be made.
    pub const fn is_picture(self) -> bool {
        matches!(self, Self::Jpeg | Self::Png | Self::Webp)
    }
}
