//! The table of problem codes: code, HTTP status, words in Chinese and English.
//!
//! `{name}` in the words is filled from the fault's values. A code never changes its meaning; it may only be added
//! to. Statuses are those of RFC 9110 §15.

use super::Language;

macro_rules! code_table {
    ($($variant:ident $code:literal $status:literal $chinese:literal $english:literal;)+) => {
        /// A stable problem code. `ALL` is the whole table.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code {
            $(#[doc = $english] $variant,)+
        }

        impl Code {
            /// Every code, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable spelling.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// The HTTP status this code is answered with.
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status),+ }
            }

            const fn template(self, language: Language) -> &'static str {
                match (self, language) {
                    $((Self::$variant, Language::Chinese) => $chinese,
                      (Self::$variant, Language::English) => $english,)+
                }
            }

            /// The code with this spelling, or `None`.
            pub fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

impl Code {
    /// The words of this code in `language`, with `{name}` replaced by the value of that name.
    pub fn words(self, language: Language, values: &[(&'static str, String)]) -> String {
        values.iter().fold(self.template(language).to_owned(), |words, (name, value)| {
            words.replace(&format!("{{{name}}}"), value)
        })
    }
}

code_table! {
    // The message itself.
    InvalidJson "invalid_json" 400 "请求体不是合法的 JSON：{detail}" "The body is not valid JSON: {detail}";
    LoneSurrogate "lone_surrogate" 400 "文本中含有不成对的代理字符" "The text holds a lone surrogate";
    InvalidQuery "invalid_query" 400 "查询参数有误：{detail}" "A query parameter is wrong: {detail}";
    InvalidCursor "invalid_cursor" 400 "分页游标无效或已不适用" "The cursor is not valid for this list";
    InvalidHeader "invalid_header" 400 "请求头 {name} 有误" "The header {name} is not valid";
    UnsupportedMediaType "unsupported_media_type" 415 "请求体须为 application/json" "The body must be application/json";
    BodyTooLarge "body_too_large" 413 "请求体超过 {most} 字节" "The body is larger than {most} bytes";
    JsonTooDeep "json_too_deep" 400 "JSON 嵌套超过 {most} 层" "The JSON is nested more than {most} deep";
    JsonTooManyValues "json_too_many_values" 400 "JSON 中的值超过 {most} 个" "The JSON has more than {most} values";
    BodyTooSlow "body_too_slow" 408 "请求体未在时限内送达" "The body did not come in time";
    UrlTooLong "url_too_long" 414 "请求地址超过 {most} 字节" "The address is longer than {most} bytes";
    HeadersTooLarge "headers_too_large" 431 "请求头超过 {bytes} 字节或 {fields} 项" "The header section has more than {bytes} bytes or {fields} fields";
    MultipartNeeded "multipart_needed" 415 "请求体须为 multipart/form-data" "The body must be multipart/form-data";
    InvalidMultipart "invalid_multipart" 400 "请求体不是完整的 multipart/form-data：{detail}" "The body is not whole multipart/form-data: {detail}";
    UploadTooSlow "upload_too_slow" 408 "上传超过 {seconds} 秒" "The upload took longer than {seconds} seconds";
    RangeNotSatisfiable "range_not_satisfiable" 416 "所求范围超出文件" "The range lies outside the file";
    MethodNotAllowed "method_not_allowed" 405 "此地址不支持该方法" "This address does not take that method";
    // Fields.
    UnknownField "unknown_field" 422 "不认识的字段 {field}" "There is no field {field} here";
    FieldTwice "field_twice" 422 "字段 {field} 出现两次" "The field {field} stands twice";
    ReasonTwice "reason_twice" 422 "同一原因不能出现两次" "A reason may appear only once";
    MissingField "missing_field" 422 "缺少字段 {field}" "The field {field} is missing";
    WrongType "wrong_type" 422 "字段类型不对：{detail}" "The field has the wrong type: {detail}";
    InvalidValue "invalid_value" 422 "字段取值有误：{detail}" "The value is not valid: {detail}";
    UnknownWord "unknown_word" 422 "不是可用的取值：{detail}" "Not one of the words allowed here: {detail}";
    NulCharacter "nul_character" 422 "文本不能含有 NUL 字符" "Text must not hold the NUL character";
    ControlCharacter "control_character" 422 "文本不能含有控制字符" "Text must not hold control characters";
    TextEmpty "text_empty" 422 "不能为空" "Must not be empty";
    TextTooLong "text_too_long" 422 "最多 {most} 个字，现有 {length} 个字" "At most {most} characters; there are {length}";
    TextTooShort "text_too_short" 422 "至少 {least} 个字" "At least {least} characters";
    TooMany "too_many" 422 "最多 {most} 项" "At most {most} items";
    OutOfRange "out_of_range" 422 "须在 {least} 到 {most} 之间" "Must lie between {least} and {most}";
    NotInFuture "not_in_future" 422 "须是将来的时间" "Must lie in the future";
    InvalidDate "invalid_date" 422 "日期有误" "Not a valid date";
    DateTooEarly "date_too_early" 422 "日期不能早于 {earliest}" "Must not be before {earliest}";
    DateTooLate "date_too_late" 422 "日期不能晚于 {latest}" "Must not be after {latest}";
    CategoryCodeInvalid "category_code_invalid" 422 "类别代码须为“大类”或“大类.小类”，由小写字母、数字和下划线组成并以字母开头" "A category code is class or class.sub_class, in lower-case letters, digits and underscores, each beginning with a letter";
    UsccLength "uscc_length" 422 "统一社会信用代码须为 18 位" "A unified social credit code has 18 characters";
    UsccCharacter "uscc_character" 422 "统一社会信用代码含有不允许的字符" "The unified social credit code holds a character it may not";
    UsccCheck "uscc_check" 422 "统一社会信用代码校验不通过" "The check character of the unified social credit code is wrong";
    UsccAuthority "uscc_authority" 422 "统一社会信用代码的登记管理部门或机构类别不存在" "No such authority and category in a unified social credit code";
    UsccRepeated "uscc_repeated" 422 "统一社会信用代码不能由同一字符重复组成" "A unified social credit code is not one character repeated";
    PhoneInvalid "phone_invalid" 422 "电话号码有误" "Not a phone number";
    UsernameInvalid "username_invalid" 422 "用户名须为 3 到 32 位小写字母、数字、点、横线或下划线，且以字母开头" "A user name has 3 to 32 lower-case letters, digits, dots, hyphens or underscores and begins with a letter";
    PasswordTooShort "password_too_short" 422 "密码至少 {least} 位" "A password has at least {least} characters";
    PasswordTooLong "password_too_long" 422 "密码最多 {most} 位" "A password has at most {most} characters";
    PasswordIsName "password_is_name" 422 "密码不能与用户名或电话相同" "A password must differ from the user name and the phone";
    PasswordKinds "password_kinds" 422 "密码须含大写字母、小写字母、数字、其他字符中的至少 {least} 类" "A password has at least {least} of upper case, lower case, digits and other characters";
    PasswordHoldsWord "password_holds_word" 422 "密码不能含有“{word}”" "A password must not hold «{word}»";
    PasswordCommon "password_common" 422 "该密码过于常见" "That password is among the most common ones";
    PasswordUsed "password_used" 422 "不能与最近 {last} 次密码相同" "It must differ from the last {last} passwords";
    ResetTokenInvalid "reset_token_invalid" 422 "重置码无效、已使用或已过期" "The code of the letter is wrong, used, or too old";
    TotpCodeWrong "totp_code_wrong" 422 "动态口令不对" "The authenticator's code is wrong";
    ReferenceUnknown "reference_unknown" 422 "所指的 {what} 不存在" "The {what} referred to does not exist";
    ReferenceNotValid "reference_not_valid" 422 "所指的 {what} 当前无效" "The {what} referred to is not valid at this time";
    EmailInvalid "email_invalid" 422 "电子邮箱有误" "Not an e-mail address";
    UnitCodeInvalid "unit_code_invalid" 422 "单位代码须为 1 到 32 位小写字母、数字、横线或下划线，且以字母开头" "A unit's code has 1 to 32 lower-case letters, digits, hyphens or underscores and begins with a letter";
    UsccNotTaken "uscc_not_taken" 422 "仅已登记企业填写统一社会信用代码" "Only a registered company has a unified social credit code";
    RoleNotHere "role_not_here" 422 "该角色不能设在此处" "That role cannot be held there";
    // Files.
    FileNeeded "file_needed" 422 "至少须有一个文件" "There must be at least one file";
    FileEmpty "file_empty" 422 "文件为空" "The file is empty";
    FileTooLarge "file_too_large" 413 "文件超过 {most} 字节" "The file is larger than {most} bytes";
    FileTypeRefused "file_type_refused" 422 "文件内容不是可接受的类型：{types}" "By what is in it the file is of no type taken here: {types}";
    TooManyDrafts "too_many_drafts" 409 "未使用的上传文件最多 {most} 个，请先使用或删除" "At most {most} uploads may wait to be attached; attach or delete some first";
    AttachmentTwice "attachment_twice" 422 "同一文件不能出现两次" "A file may be named only once";
    RequestFull "request_full" 409 "一件诉求的附件最多 {files} 个、共 {bytes} 字节" "A request holds at most {files} files of {bytes} bytes together";
    NoThumbnail "no_thumbnail" 404 "没有缩略图" "There is no small picture of it";
    // Who.
    NotLoggedIn "not_logged_in" 401 "请先登录" "Log in first";
    LogInFailed "log_in_failed" 401 "用户名或密码不对" "The name or the password is wrong";
    TooManyAttempts "too_many_attempts" 429 "尝试次数过多，请在 {seconds} 秒后再试" "Too many attempts; try again in {seconds} seconds";
    TotpNeeded "totp_needed" 401 "请输入动态口令" "The authenticator's code is needed too";
    TotpWrong "totp_wrong" 401 "动态口令不对或已使用" "The authenticator's code is wrong or was used";
    TotpEnrolmentNeeded "totp_enrolment_needed" 403 "该角色须先启用动态口令" "The role needs an authenticator: enrol one first";
    TotpEnrolled "totp_enrolled" 409 "已启用动态口令" "An authenticator is enrolled already";
    NoTotp "no_totp" 409 "尚未启用动态口令" "No authenticator is enrolled";
    PasswordWrong "password_wrong" 422 "当前密码不对" "The current password is wrong";
    PasswordChangeNeeded "password_change_needed" 403 "请先更改密码：它是一次性的，或已到期" "Change the password first: it is a one-time one, or too old";
    NotAllowed "not_allowed" 403 "您无权进行此操作" "You may not do this";
    NotFound "not_found" 404 "没有找到" "There is no such thing";
    CompanyPending "company_pending" 403 "企业尚待营商办审核" "The company waits for the office's approval";
    // What stands against it.
    PreconditionRequired "precondition_required" 428 "请先读取，并在 If-Match 中带上所读版本的 ETag" "Read it first, and send the ETag of what you read as If-Match";
    PreconditionFailed "precondition_failed" 412 "内容已被更改，请重新读取后再试" "It was changed meanwhile; read it again";
    IdempotencyKeyInvalid "idempotency_key_invalid" 400 "Idempotency-Key 须为一个，1 到 255 个可打印的 ASCII 字符" "There is one Idempotency-Key at most, of 1 to 255 printable ASCII characters";
    IdempotencyKeyReused "idempotency_key_reused" 422 "该 Idempotency-Key 已用于另一内容的请求" "This Idempotency-Key was used with another body";
    IdempotencyKeyInUse "idempotency_key_in_use" 409 "带同一 Idempotency-Key 的请求正在办理，请稍后再试" "A request with the same Idempotency-Key is under way; try again after Retry-After";
    VersionConflict "version_conflict" 409 "内容已被他人更改，请刷新后再试" "Somebody changed it meanwhile; read it again";
    AlreadyExists "already_exists" 409 "已存在相同的 {what}" "The same {what} exists already";
    CompanyExists "company_exists" 409 "该统一社会信用代码已登记" "A company with this unified social credit code is registered";
    UsernameTaken "username_taken" 409 "用户名已被使用" "The user name is taken";
    PhoneNotMasked "phone_not_masked" 409 "您看到的已是完整号码" "You see the number whole already";
    PhoneTaken "phone_taken" 409 "电话已被使用" "The phone is taken";
    LastAdmin "last_admin" 409 "不能停用最后一位管理员" "The last administrator cannot be disabled";
    UnitHasChildren "unit_has_children" 409 "尚有有效的下级单位" "Units below it are still valid";
    OfficeMissing "office_missing" 409 "尚未设立营商环境办公室" "There is no office yet; an administrator adds it";
    // The flow: why not now.
    NotYours "not_yours" 403 "该操作不由您办理" "This act is not yours";
    NotDispatchedYet "not_dispatched_yet" 409 "诉求尚未分派" "The request is not dispatched yet";
    AlreadyDispatched "already_dispatched" 409 "诉求已经分派" "The request is dispatched already";
    NotAnsweredYet "not_answered_yet" 409 "诉求尚未答复" "The request is not answered yet";
    AlreadyAnswered "already_answered" 409 "诉求已经答复" "The request is answered already";
    AlreadyEnded "already_ended" 409 "诉求已经结束" "The request has ended";
    WaitingForCompany "waiting_for_company" 409 "正在等待企业补充材料" "It waits for papers from the company";
    NotWaitingForCompany "not_waiting_for_company" 409 "当前没有等待企业补充的材料" "No papers of the company are waited for";
    WithdrawNeedsOffice "withdraw_needs_office" 409 "已分派的诉求须经营商办回访确认后撤回" "After dispatch a withdrawal must be confirmed by a call from the office";
    MergedIntoAnother "merged_into_another" 409 "诉求已并案，随主案答复" "The request was merged and is answered with the other one";
    NotSignedYet "not_signed_yet" 409 "尚未签收" "The unit has not signed for it yet";
    AlreadySigned "already_signed" 409 "已经签收" "The unit has signed for it already";
    NoDraft "no_draft" 409 "尚无拟稿" "There is no draft";
    NotApprovedYet "not_approved_yet" 409 "答复尚未审签" "No answer is approved yet";
    AlreadyApproved "already_approved" 409 "答复已经审签" "The answer is approved already";
    AlreadyAccepted "already_accepted" 409 "答复已发布或采纳" "The answer is released or taken in already";
    ReturnPending "return_pending" 409 "退单待裁" "The unit asked to give it back; the ruling is open";
    AssignmentOver "assignment_over" 409 "子单已退回或关闭" "The unit's part is over";
    NoReturn "no_return" 409 "没有待裁定的退单" "No return waits for a ruling";
    NotReleasedYet "not_released_yet" 409 "该部分答复尚未发布" "This part's answer is not released yet";
    NotMerged "not_merged" 409 "诉求未并案" "The request is not merged into another one";
    NotDeclined "not_declined" 409 "诉求未被不予受理" "The request is not declined";
    PartCannot "part_cannot" 409 "该角色不办理此操作" "This part of a request never does this";
    SignerIsDrafter "signer_is_drafter" 409 "审签人不能是拟稿人" "The signer must be another person than the one who drafted";
    LeadNeeded "lead_needed" 422 "须有且仅有一个主办单位" "There must be exactly one lead";
    UnitTwice "unit_twice" 422 "同一单位不能出现两次" "A unit may appear only once";
    HiddenTakesNoBranch "hidden_takes_no_branch" 422 "保密诉求不能设分办单位" "A hidden request takes no branch, only assisting units";
    SealedTakesNoContact "sealed_takes_no_contact" 422 "密封诉求由营商办联系企业" "On a sealed request the office makes the contact";
    OnlyBranchIsTold "only_branch_is_told" 422 "只有分办单位可被要求联系企业；主办单位本应联系" "Only a branch is told to contact; the lead contacts anyhow and an assist never does";
    ContactNotTold "contact_not_told" 409 "该分办单位未被要求联系企业，由主办单位联系" "This branch was not told to contact; the lead contacts the company";
    CannotJoin "cannot_join" 422 "共同联系只能列本轮在办、须联系企业的其他主办或分办，且不能重复；营商办单独联系" "Only another part that contacts the company now, the lead or a told branch, can join a unit's contact, and once; the office calls for itself alone";
    NobodyReached "nobody_reached" 409 "该次联系未联系到企业，无可异议" "That try reached nobody; there is nothing to contest";
    AlreadyContested "already_contested" 409 "该次联系已提出过异议" "That contact was contested already";
    NobodyNamed "nobody_named" 422 "须指明承办人或承办科室" "Name a person or a section";
    NotOfThisUnit "not_of_this_unit" 422 "须是本单位或其下级的承办人、或其下级单位" "Must be a handler of this unit or one below it, or a unit below it";
    UrgedToday "urged_today" 409 "今日已催办，{next} 起可再次催办" "It was urged today; it may be urged again from {next} on";
    OnlyComplaintHasConduct "only_complaint_has_conduct" 422 "只有投诉可以指明被反映的单位" "Only a complaint names a unit's conduct";
    CalendarCannotCount "calendar_cannot_count" 409 "工作日历无法推算期限：{detail}" "The calendar cannot count this date: {detail}";
    ConductComplaint "conduct_complaint" 422 "反映该单位作风的投诉不能转给该单位" "A complaint about a unit's conduct is never dispatched to it";
    OutsideNotHere "outside_not_here" 422 "企业自行提交的诉求不带外部编号" "What a company files itself carries no number of another system";
    LimitNotHere "limit_not_here" 422 "只有上级交办才带期限" "Only an upper level's order brings a limit";
    NotOnBehalf "not_on_behalf" 409 "诉求由企业自行提交，无须确认" "The company filed it itself; there is nothing to confirm";
    AlreadyConfirmed "already_confirmed" 409 "代填的诉求已经确认" "What was filed for the company is confirmed already";
    WithdrawAtOnce "withdraw_at_once" 409 "没有单位在办，可直接撤回" "No unit has it: it can be withdrawn at once";
    WithdrawalPending "withdrawal_pending" 409 "撤回申请正在等待营商办回访" "A withdrawal waits for the office's call already";
    NoWithdrawal "no_withdrawal" 409 "没有待确认的撤回申请" "No withdrawal waits for the office's call";
    TransferPending "transfer_pending" 409 "移送已有第一签署，等待第二签署" "The transfer has its first signature and waits for the second";
    NoTransfer "no_transfer" 409 "尚无移送的第一签署" "No transfer waits for its second signature";
    SecondSignerNeeded "second_signer_needed" 409 "第二签署须由另一人作出" "The second signature is another person's";
    NothingToCorrect "nothing_to_correct" 422 "没有要更正的内容" "Nothing would be other than it is";
    MilestonesStand "milestones_stand" 422 "更正不改变已作的承诺，节点须与原答复一致" "A correction changes no commitment: the milestones stay as they were released";
    AnswerReplaced "answer_replaced" 409 "该答复已被更正后的文本取代" "A corrected text has taken this answer's place";
    CategoryNeeded "category_needed" 409 "请先确定诉求类别" "Attach a category first";
    CommitmentOpen "commitment_open" 409 "尚有未兑现的承诺" "A commitment is still open";
    CallbackOpen "callback_open" 409 "差评回访尚未裁定" "The call-back of a bad rating is not ruled on yet";
    NoCallback "no_callback" 409 "没有待裁定的差评回访" "No call-back waits for a ruling";
    CyclesUsedUp "cycles_used_up" 409 "已重办一次，不能再次重办" "It was reworked once; there is no third cycle";
    BlamedNeeded "blamed_needed" 422 "重办须指明责任子单" "A rework names the parts that are to be done again";
    BlamedNotHere "blamed_not_here" 422 "说明理由的裁定不指明责任子单" "An explanation blames no part";
    NotBlamable "not_blamable" 422 "只能重办本轮已发布的主办或分办" "Only a lead's or a branch's released part of this cycle can be done again";
    UntilNeeded "until_needed" 422 "限期整改须给出日期" "A dated fix names its date";
    UntilNotHere "until_not_here" 422 "该裁定不带日期" "This ruling names no date";
    AlreadyRated "already_rated" 409 "本轮已经评价" "This cycle is rated already";
    NotRated "not_rated" 409 "该轮尚未评价" "This cycle is not rated yet";
    NothingToAppeal "nothing_to_appeal" 409 "只能就差评或“未解决”提出申诉" "Only a bad rating, or «not solved», can be appealed";
    AlreadyAppealed "already_appealed" 409 "该子单已就此评价提出申诉" "This part has appealed against the rating already";
    AlreadyRuled "already_ruled" 409 "已经裁定，或已无须裁定" "It is ruled on already, or needs no ruling any more";
    NotOfThisCall "not_of_this_call" 422 "未接通的回访不填此项" "A call that reached nobody does not carry that";
    RatingWindowOver "rating_window_over" 409 "评价期限已过" "The time to rate is over";
    AlreadyKept "already_kept" 409 "承诺已确认兑现" "The commitment is confirmed already";
    MergedIntoItself "merged_into_itself" 422 "诉求不能并入自身" "A request is not merged into itself";
    HasEchoes "has_echoes" 409 "该诉求已是主案，不能并入其他诉求" "Other requests are merged into this one; it is not merged itself";
    PastMerging "past_merging" 409 "企业已得到答复或计划，不能再并案" "Its company has had its answer or its plan; it is merged no more";
    EchoAnswerMissing "echo_answer_missing" 409 "并案诉求尚无有效的确认答复：{numbers}" "These echoes have no confirmed text that holds today: {numbers}";
    EchoTextMissing "echo_text_missing" 422 "准予计划时须给每件并案诉求各自的告知文字：{numbers}" "A plan is granted with its own text for each echo; these lack theirs: {numbers}";
    EchoTextNotHere "echo_text_not_here" 422 "不准予计划时不告知并案诉求" "A refused plan is told to no echo";
    EchoTwice "echo_twice" 422 "同一并案诉求不能出现两次" "An echo may appear only once";
    EchoesNotReached "echoes_not_reached" 422 "未联系上时不列并案诉求" "Only a contact that reached somebody names echoes";
    EvidenceNeeded "evidence_needed" 422 "“已解决”须附证明" "An answer «solved» carries its evidence";
    GroundNeeded "ground_needed" 422 "“已解释”须说明依据" "An answer «explained» carries its ground";
    MilestonesNeeded "milestones_needed" 422 "“已承诺”须有带日期的节点" "An answer «promised» carries dated milestones";
    WhyNeeded "why_needed" 422 "“无法办理”须说明原因" "An answer «cannot» says why";
    NotOfThisOutcome "not_of_this_outcome" 422 "该答复类型不带此项" "This outcome does not carry that";
    OtherDoorNeeded "other_door_needed" 422 "“无法办理”须指明其他途径" "An answer «cannot» names the other door";
    ReturnTooLate "return_too_late" 409 "已过可以退单的期限" "The time to give it back is over";
    ReturnAfterContact "return_after_contact" 409 "已联系到企业，不能退单" "The unit has reached the company; it gives nothing back any more";
    NotInRework "not_in_rework" 409 "重办的诉求不能退单、改派" "What is done again is not given back, and its units are not changed";
    PrecedentNeeded "precedent_needed" 422 "联合裁定须留下先例" "A joint ruling is kept as a precedent: it names the unit that answers for such matters";
    PrecedentNotHere "precedent_not_here" 422 "只有联合裁定才留下先例" "Only a joint ruling is kept as a precedent";
    ChangeNotHere "change_not_here" 422 "驳回退单时不能变更承办单位" "A refused return changes no units";
    NothingChanged "nothing_changed" 422 "没有任何变更" "Nothing would change";
    AssignmentTwice "assignment_twice" 422 "同一子单不能出现两次" "An assignment may be named only once";
    UnitsNeeded "units_needed" 422 "须至少有一个单位" "There must be at least one unit";
    AlreadyHeld "already_held" 409 "会商已经召开并记录" "The meeting was held and is recorded";
    ReturnGroundNeeded "return_ground_needed" 422 "退单须说明依据" "A return says what it rests on";
    NotRetriable "not_retriable" 409 "处于 {state} 状态的邮件不能重发" "A letter that is {state} is not sent again";
    NotExtendable "not_extendable" 409 "该时限不能延期" "The promise book lets nobody extend this clock";
    ClockStopped "clock_stopped" 409 "该时限已经停止" "This clock has stopped";
    ClockPaused "clock_paused" 409 "该时限暂停中，恢复后再申请" "This clock stands still; ask when it runs again";
    ExtensionTooLate "extension_too_late" 409 "延期须在 {ask_by} 前申请" "An extension had to be asked for by {ask_by}";
    ExtensionPending "extension_pending" 409 "该时限已有延期申请待裁定" "An extension of this clock waits for its ruling";
    ExtensionsUsedUp "extensions_used_up" 409 "该时限的延期次数已用完" "This clock may not be extended again";
    NotYourLevel "not_your_level" 403 "现由 {role} 裁定" "It is the turn of the role {role} to rule";
    AssistPassesLead "assist_passes_lead" 409 "协办的新期限不得晚于主办的 {latest}，除非一并裁定" "An assisting unit answers no later than the lead, by {latest}, unless both move in one ruling";
    PlanPending "plan_pending" 409 "已有长期计划待裁定" "A plan waits for its ruling";
    PlanRunning "plan_running" 409 "已按长期计划办理" "A plan runs already";
    NothingToPlan "nothing_to_plan" 409 "没有进行中的反馈或重办时限" "No answer is owed that a plan could take the place of";
    PlanMilestonesNeeded "plan_milestones_needed" 422 "计划须有带日期的节点" "A plan has dated milestones";
    NoPlan "no_plan" 409 "没有须报告进展的长期计划" "No plan runs on which to report";
    ProgressNeedsOne "progress_needs_one" 422 "须且只须写明推进的节点、未推进的原因或等待的事项之一" "Give exactly one of moved, why_not and waiting";
    ProgressReported "progress_reported" 409 "截至 {due_at} 的一周已经报告" "The week that ends at {due_at} is reported already";
    MilestoneUnknown "milestone_unknown" 422 "计划中没有该节点" "The plan has no such milestone";
    MilestoneDone "milestone_done" 422 "该节点已经完成" "This milestone is done already";
    NoPreliminary "no_preliminary" 409 "没有须作的初步反馈" "No first report is owed";
    // Supervision.
    NotADraft "not_a_draft" 409 "督办单已经签发" "The supervision order is signed already";
    OrderNotIssued "order_not_issued" 409 "督办单尚未签发" "The supervision order is not signed yet";
    NoReply "no_reply" 409 "承办单位尚未回复" "The unit has not replied yet";
    ReplyWaits "reply_waits" 409 "已有回复待审核" "A reply waits for its ruling";
    OrderOver "order_over" 409 "督办单已办结、不予签发或已作废" "The supervision order is accepted, dropped or void";
    ReplyByPassed "reply_by_passed" 409 "回复期限已过，请先改期" "The date to reply by has passed; set another first";
    CopyTwice "copy_twice" 422 "同一单位不能抄送两次" "A unit may get one copy only";
    CopyToUnit "copy_to_unit" 422 "被督办单位无须抄送" "The unit the order is to needs no copy";
    CopyNotHere "copy_not_here" 422 "保密诉求的督办单不抄送" "An order about a confidential request has no copies";
    TalkRecorded "talk_recorded" 409 "约谈结果已经记录" "The talk is recorded already";
    NoLeader "no_leader" 409 "尚无可直报的领导" "There is no leader to report to";
    StepPassed "step_passed" 409 "该事项已进行到“{step}”，不能退回或越过督办" "The matter has come to the step {step}: none goes back, and a talk follows an order";
    // The program itself.
    TooManyRequests "too_many_requests" 429 "请求过于频繁，请 {seconds} 秒后再试" "Too many requests; try again in {seconds} seconds";
    CalendarInvalid "calendar_invalid" 422 "工作日历有误：{detail}" "The calendar is wrong: {detail}";
    LadderInvalid "ladder_invalid" 422 "督办阶梯有误：{detail}" "The ladder is wrong: {detail}";
    BookInvalid "book_invalid" 422 "承诺规则有误：{detail}" "The promise book is wrong: {detail}";
    Overloaded "overloaded" 503 "系统繁忙，请稍后再试" "Too busy now; try again soon";
    DatabaseUnavailable "database_unavailable" 503 "数据库暂不可用，请稍后再试" "The database is not available now; try again soon";
    StorageUnavailable "storage_unavailable" 503 "文件存储暂不可用，请稍后再试" "The store of files is not available now; try again soon";
    AttachmentDamaged "attachment_damaged" 500 "文件缺失或已损坏，已记录" "The file is missing or damaged; it is logged";
    OutcomeUnknown "outcome_unknown" 503 "操作结果未知，请先查询再重试" "The outcome is unknown: look before you try again";
    StorageFull "storage_full" 507 "存储空间已满，未作任何更改；请稍后再试" "The storage is full; nothing was changed. Try again later";
    Internal "internal" 500 "系统内部错误，已记录" "Something went wrong here; it is logged";
}
