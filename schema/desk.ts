// Made by `npm run -s register-documents` from schema/documents/. Do not edit.

/**
 * A saved document. Its text is at the server; a request names it by hash.
 *
 * @property types the object types that an answer may hold: a mutation that answers one makes what was
 *   read of it stale
 */
export interface SavedDocument<Answer, Variables> {
  readonly name: string
  readonly operation: 'query' | 'mutation' | 'subscription'
  readonly hash: string
  readonly types: readonly string[]
  readonly answer?: (variables: Variables) => Answer
}

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type FactChange =
  /** 数值变化 */
  | 'VALUE'
  /** 单位变化: printed in another unit, whatever the figure. */
  | 'UNIT'
  /** 新增 */
  | 'ADDED'
  /** 删除 */
  | 'REMOVED';

export type StatementScope =
  /** 合并 */
  | 'GROUP'
  /** 母公司 */
  | 'PARENT';

export type FindingChange =
  /** 已修正: only in the earlier version. */
  | 'FIXED'
  /** 仍存在: in both, whatever page it is on. */
  | 'OPEN'
  /** 新增: only in the later version. */
  | 'NEW';

export type ParagraphChange =
  | 'ADDED'
  | 'REMOVED'
  | 'CHANGED';

export type SectionChange =
  /** 新增章节 */
  | 'ADDED'
  /** 删除章节 */
  | 'REMOVED'
  /** 内容变化 */
  | 'CHANGED'
  /** 标题变化: under another heading; its number alone is no change. */
  | 'RENAMED'
  /** 位置变化: the same at another place. */
  | 'MOVED';

export type FindingVerdict =
  /** 接受: the filing has to be corrected. */
  | 'ACCEPTED'
  /** 忽略: with a reason. */
  | 'IGNORED';

export type DecisionApproval =
  | 'PENDING'
  | 'APPROVED'
  | 'RETURNED';

export type ReviewExportKind =
  /** One finding a line. */
  | 'JSON'
  | 'XLSX'
  /** The filing itself: a PDF with frames and notes, a DOCX with comments. */
  | 'ANNOTATED';

export type FilingState =
  /** 待审核 */
  | 'WAITING'
  /** 已审核 */
  | 'REVIEWED'
  /** Could not be reviewed; code and message say why. */
  | 'REFUSED';

export type FindingSeverity =
  /** Cannot be right as it is printed. */
  | 'ERROR'
  /** Likely wrong; a person decides. */
  | 'WARNING'
  /** Worth a look. */
  | 'NOTICE';

/** What became of a finding since the run before, by its fact and not its page. */
export type FindingPresence =
  /** 新增 */
  | 'NEW'
  /** 仍存在 */
  | 'OPEN'
  /** 已修正: the last run did not find it. */
  | 'FIXED';

export type FilingReviewState =
  | 'QUEUED'
  | 'RUNNING'
  | 'DONE'
  | 'FAILED'
  | 'CANCELLED';

export type TextPieceChange =
  | 'SAME'
  | 'ADDED'
  | 'REMOVED';

export type AccountStatus =
  /** Takes entries. */
  | 'OPEN'
  /** 止付: nothing is taken out, money still comes in. */
  | 'STOPPED'
  /** 冻结: no entries at all. */
  | 'FROZEN'
  /** 销户: no entries ever again. */
  | 'CLOSED';

export type EventOutcome =
  | 'POSTED'
  | 'REFUSED';

export type BusinessDayState =
  /** Entries are booked on it. */
  | 'OPEN'
  /** 日终: the next day is open already. */
  | 'ENDING'
  /** Over. */
  | 'CLOSED';

export type RuleVerdict =
  | 'APPROVED'
  | 'REJECTED';

export type ContractKind =
  /** 贷款 */
  | 'LOAN'
  /** 定期存款 */
  | 'TERM_DEPOSIT';

export type ContractStatus =
  | 'ACTIVE'
  | 'ENDED';

/** When the rate of a loan is set anew (重定价). */
export type RepricingRule =
  /** 固定利率: never. */
  | 'NEVER'
  /** On 1 January. */
  | 'NEW_YEAR'
  /** 对月对日: on the day of the year on which it was paid out. */
  | 'ANNIVERSARY';

/** Where a due day goes that is no working day (节假日顺延). */
export type DueDayRule =
  /** It stays. */
  | 'NONE'
  /** To the next working day. */
  | 'FOLLOWING'
  /** To the next working day, or the one before when that is in another month. */
  | 'MODIFIED_FOLLOWING';

export type RepaymentMethod =
  /** 等额本息 */
  | 'EQUAL_PAYMENT'
  /** 等额本金 */
  | 'EQUAL_PRINCIPAL'
  /** 先息后本 */
  | 'INTEREST_FIRST'
  /** 到期还本付息 */
  | 'BULLET';

export type LoanGrade =
  /** 正常 */
  | 'PASS'
  /** 关注 */
  | 'SPECIAL_MENTION'
  /** 次级 */
  | 'SUBSTANDARD'
  /** 可疑 */
  | 'DOUBTFUL'
  /** 损失 */
  | 'LOSS';

export type DayEndState =
  | 'QUEUED'
  | 'RUNNING'
  | 'DONE'
  | 'FAILED'
  | 'CANCELLED';

export type DrawerCountState =
  /** 账实相符: what was counted is what the books say. */
  | 'BALANCED'
  /** 待复核: it differs; the drawer is shut until somebody checks it. */
  | 'TO_CHECK'
  /** Checked; the difference is in suspense. */
  | 'ACCEPTED'
  /** Checked; the drawer is counted again. */
  | 'REJECTED';

/** Which side of an account an amount is on. */
export type Side =
  /** 借 */
  | 'DEBIT'
  /** 贷 */
  | 'CREDIT';

export type HoldState =
  | 'OPEN'
  | 'CAPTURED'
  | 'VOIDED'
  | 'EXPIRED';

export type PostingRuleState =
  | 'DRAFT'
  | 'SUBMITTED'
  | 'APPROVED'
  | 'REJECTED';

export type SuspenseState =
  | 'OPEN'
  | 'CLEARED';

/** Why a loan has another rate. */
export type RepricingCause =
  /** Its rule, on 1 January. */
  | 'NEW_YEAR'
  /** Its rule, on the anniversary. */
  | 'ANNIVERSARY'
  /** Somebody asked for the rate of the day. */
  | 'ASKED';

export type VoucherKind =
  /** Made by a posting rule. */
  | 'EVENT'
  /** Written by an accountant. */
  | 'MANUAL'
  /** 冲正 */
  | 'REVERSAL'
  /** 销账 */
  | 'CLEARING'
  /** 预授权完成 */
  | 'CAPTURE'
  /** Made by a posting rule from what a product of the ledger did. */
  | 'PRODUCT';

/** What kind of actor did something. */
export type ActorKind =
  /** Signed in. */
  | 'PERSON'
  /** A partner’s program. */
  | 'APP'
  /** A versioned rule, below a limit. */
  | 'RULE'
  /** Another part of the system, reporting. */
  | 'SYSTEM';

/** Where an order is. */
export type OrderStatus =
  /** 审批中 */
  | 'IN_APPROVAL'
  /** 已驳回 */
  | 'REJECTED'
  /** 已撤回 */
  | 'WITHDRAWN'
  /** 已批准: the ledger has been told. */
  | 'APPROVED'
  /** 记账被拒: an accountant mends and retries. */
  | 'POSTING_REFUSED'
  /** 付款中 */
  | 'PAYING'
  /** 付款结果未知: the bank is asked until it knows. */
  | 'PAYMENT_UNKNOWN'
  /** 付款失败 */
  | 'PAYMENT_FAILED'
  /** 已完成 */
  | 'COMPLETED'
  /** 已冲正 */
  | 'REVERSED';

export type Verdict =
  | 'APPROVE'
  | 'REJECT';

export type PaymentDirection =
  /** 付款 */
  | 'PAY'
  /** 收款: money comes back, as for a credit note. */
  | 'COLLECT';

export type PaymentState =
  /** 待发送 */
  | 'CREATED'
  /** 发送中 */
  | 'SENDING'
  /** 结果未知: the bank is asked until it knows. */
  | 'UNKNOWN'
  /** 成功 */
  | 'SETTLED'
  /** 失败 */
  | 'FAILED';

export type RiskOutcome =
  /** 属实: it is fraud. */
  | 'CONFIRMED'
  /** 不属实: it is not. */
  | 'UNFOUNDED'
  /** 无法认定: nobody can say. Counts neither way. */
  | 'UNCLEAR';

export type RiskRulesVerdict =
  | 'APPROVED'
  | 'REJECTED';

export type RiskCaseState =
  /** 待分派 */
  | 'OPEN'
  /** 调查中 */
  | 'ASSIGNED'
  /** 已结案 */
  | 'CLOSED';

export type RiskPurpose =
  | 'CLAIM_INVESTIGATION'
  | 'REGULATOR_REQUEST'
  | 'DATA_CORRECTION';

export type RiskEntityType =
  | 'PERSON'
  | 'VEHICLE'
  | 'CLAIM'
  | 'POLICY'
  | 'PHONE'
  | 'ADDRESS'
  | 'ACCOUNT'
  | 'GARAGE'
  | 'DEVICE'
  | 'PAYER'
  | 'VENDOR'
  | 'DOCUMENT';

export type RiskRulesState =
  | 'DRAFT'
  | 'SUBMITTED'
  | 'APPROVED'
  | 'REJECTED';

export type AddFilingDocumentInput = {
  project: string;
  /** With its extension: .pdf, .docx or .xlsx. */
  name: string;
  /** Hash that the upload to /files answered. */
  file: string;
  /** The filing that this is a version of; its name when absent. */
  series?: string | null | undefined;
};

export type ApproveFindingInput = {
  finding: string;
  /** False sends the decision back. */
  approve: boolean;
  /** Required to send it back. */
  reason?: string | null | undefined;
};

export type CreateFilingProjectInput = {
  name: string;
  /** 统一社会信用代码, 18 characters. */
  issuer: string;
};

export type DecideFindingInput = {
  finding: string;
  verdict: FindingVerdict;
  /** Required to ignore. */
  reason?: string | null | undefined;
};

export type EvidenceBundleInput = {
  case: string;
  /** Names of personal data to show; none where the list is empty. */
  reveal: Array<string>;
};

export type ExportReviewInput = {
  project: string;
  kind: ReviewExportKind;
  /** The filing that is to be annotated. */
  document?: string | null | undefined;
};

export type StartReviewInput = {
  project: string;
};

export type CheckDrawerInput = {
  count: string;
  verdict: RuleVerdict;
  /** May be empty for an approval. */
  reason: string;
};

export type ClearSuspenseInput = {
  /** The same key with the same input answers the same voucher again. Keys are of one command and person. */
  idempotencyKey: string;
  item: string;
  /** Where the amount belongs. */
  subject: string;
  reason: string;
};

export type DecideParameterInput = {
  key: string;
  version: number;
  verdict: RuleVerdict;
  /** May be empty for an approval. */
  reason: string;
};

export type EndDayInput = {
  /** Whether to tell what would be done only. */
  dryRun: boolean;
};

export type OpenDrawerInput = {
  /** The subject of the teller’s token. */
  teller: string;
  institution: string;
  currency: string;
};

export type PeriodInput = {
  /** Such as 2026-11. */
  period: string;
};

export type ProposeParameterInput = {
  key: string;
  version: number;
  effectiveFrom: string;
  /** As Parameter.body. */
  body: unknown;
};

export type RetryAccountingEventInput = {
  /** Id of a refused event. */
  event: string;
};

export type AttachFileInput = {
  serial: string;
  /** Hash that the upload to /files answered. */
  file: string;
  /** Such as invoice.pdf. */
  name: string;
};

export type DecideTasksInput = {
  /** At most 500. */
  tasks: Array<string>;
  verdict: Verdict;
  reason?: string | null | undefined;
};

export type ImportOrdersInput = {
  /** Hash that the upload to /files answered. */
  file: string;
  type: string;
  mapping: unknown;
};

export type RetryPaymentInput = {
  serial: string;
};

export type SubmitOrderInput = {
  /** Code of an order type. */
  type: string;
  /** As the type’s JSON Schema has it. */
  form: unknown;
  /** 8 to 200 visible ASCII characters; the same key and input give the same order. */
  idempotencyKey: string;
};

export type WithdrawOrderInput = {
  serial: string;
  reason?: string | null | undefined;
};

export type AssignRiskCaseInput = {
  case: string;
  /** Subject of a person. */
  assignee: string;
  reason: string;
};

export type CloseRiskCaseInput = {
  case: string;
  outcome: RiskOutcome;
  reason: string;
};

export type DecideRiskRulesInput = {
  version: number;
  verdict: RiskRulesVerdict;
  /** Required for a rejection. */
  reason?: string | null | undefined;
};

export type DryRunRiskRulesInput = {
  rules: unknown;
};

export type NoteRiskCaseInput = {
  case: string;
  note: string;
};

export type ProposeRiskRulesInput = {
  version: number;
  rules: unknown;
  effectiveFrom: string;
};

export type ReopenRiskCaseInput = {
  case: string;
  reason: string;
};

export type RevealRiskEntityInput = {
  entity: string;
  purpose: RiskPurpose;
  reason: string;
};

export type AccountQueryVariables = Exact<{
  id: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type AccountQuery = { account: { id: string, institution: string, currency: string, number: string | null, product: string | null, status: AccountStatus, openedAt: string, subject: { code: string, nameZh: string, nameEn: string }, customer: { id: string, contracts: Array<{ id: string, kind: ContractKind, status: ContractStatus, principal: { amount: string, currency: string } }> } | null, usualBalance: { amount: string, currency: string }, held: { amount: string, currency: string }, available: { amount: string, currency: string }, lowerLimit: { amount: string, currency: string } | null, upperLimit: { amount: string, currency: string } | null, holds: Array<{ id: string, reference: string, state: HoldState, expiresAt: string | null, amount: { amount: string, currency: string }, remaining: { amount: string, currency: string } }>, changes: Array<{ what: string, reason: string, changedBy: string, changedAt: string }>, entries: { edges: Array<{ node: { line: number, side: Side, bookingOn: string, valueOn: string, amount: { amount: string, currency: string }, balanceAfter: { amount: string, currency: string }, voucher: { id: string, number: string, summary: string } } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | null };

export type AccountAsOfQueryVariables = Exact<{
  id: string;
  bookedBy?: string | null | undefined;
  valueBy?: string | null | undefined;
  knownAt?: string | null | undefined;
}>;


export type AccountAsOfQuery = { account: { balanceAsOf: { amount: string, currency: string } } | null };

export type AccountsQueryVariables = Exact<{
  institution?: string | null | undefined;
  subject?: string | null | undefined;
}>;


export type AccountsQuery = { accounts: Array<{ id: string, institution: string, currency: string, number: string | null, product: string | null, status: AccountStatus, subject: { code: string, nameZh: string, nameEn: string }, usualBalance: { amount: string, currency: string }, available: { amount: string, currency: string } }> };

export type AddFilingDocumentMutationVariables = Exact<{
  input: AddFilingDocumentInput;
}>;


export type AddFilingDocumentMutation = { addFilingDocument:
    | { __typename: 'FilingDocument', id: string, version: number, project: { id: string } | null }
    | { __typename: 'ReviewRefusal', code: string, message: string, place: string | null }
   };

export type ApproveFindingMutationVariables = Exact<{
  input: ApproveFindingInput;
}>;


export type ApproveFindingMutation = { approveFinding:
    | { __typename: 'ReviewFinding', id: string, verdict: FindingVerdict | null, approval: DecisionApproval | null }
    | { __typename: 'ReviewRefusal', code: string, message: string, place: string | null }
   };

export type AssignRiskCaseMutationVariables = Exact<{
  input: AssignRiskCaseInput;
}>;


export type AssignRiskCaseMutation = { assignRiskCase:
    | { __typename: 'RiskCase', id: string, state: RiskCaseState, alert: { id: string } | null }
    | { __typename: 'RiskRefusal', code: string, message: string, place: string | null }
   };

export type AttachFileMutationVariables = Exact<{
  input: AttachFileInput;
}>;


export type AttachFileMutation = { attachFile:
    | { __typename: 'BusinessOrder', serial: string, attachments: Array<{ file: string, name: string, bytes: number, by: string, at: string }> }
    | { __typename: 'OrderRefusal', code: string, message: string, place: string | null }
   };

export type BusinessDaysQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type BusinessDaysQuery = { businessDays: { edges: Array<{ node: { on: string, state: BusinessDayState, openedAt: string, cutAt: string | null, closedAt: string | null, report: unknown } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type ChartOfAccountsQueryVariables = Exact<{ [key: string]: never; }>;


export type ChartOfAccountsQuery = { chartOfAccounts: Array<{ code: string, nameZh: string, nameEn: string, class: string, postable: boolean }> };

export type CheckDrawerMutationVariables = Exact<{
  input: CheckDrawerInput;
}>;


export type CheckDrawerMutation = { checkDrawer:
    | { __typename: 'DrawerCount', id: string, state: DrawerCountState }
    | { __typename: 'LedgerRefusal', code: string, message: string, place: string | null }
   };

export type ClearSuspenseMutationVariables = Exact<{
  input: ClearSuspenseInput;
}>;


export type ClearSuspenseMutation = { clearSuspense:
    | { __typename: 'Voucher', id: string, number: string }
    | { __typename: 'LedgerRefusal', code: string, message: string, place: string | null }
   };

export type ClosePeriodMutationVariables = Exact<{
  input: PeriodInput;
}>;


export type ClosePeriodMutation = { closePeriod:
    | { __typename: 'Period', period: string, open: boolean }
    | { __typename: 'LedgerRefusal', code: string, message: string, place: string | null }
   };

export type CloseRiskCaseMutationVariables = Exact<{
  input: CloseRiskCaseInput;
}>;


export type CloseRiskCaseMutation = { closeRiskCase:
    | { __typename: 'RiskCase', id: string, state: RiskCaseState, alert: { id: string } | null }
    | { __typename: 'RiskRefusal', code: string, message: string, place: string | null }
   };

export type ClosedPeriodsQueryVariables = Exact<{ [key: string]: never; }>;


export type ClosedPeriodsQuery = { closedPeriods: Array<string> };

export type CompareFiguresQueryVariables = Exact<{
  from: string;
  to: string;
  change?: FactChange | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type CompareFiguresQuery = { filingComparison: { facts: { edges: Array<{ node: { change: FactChange, scope: StatementScope, section: string, item: string, header: string, period: string | null, difference: string | null, before: { printed: string, unitPower: number | null, page: number } | null, after: { printed: string, unitPower: number | null, page: number } | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | null };

export type CompareFindingsQueryVariables = Exact<{
  from: string;
  to: string;
  change?: FindingChange | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type CompareFindingsQuery = { filingComparison: { from: { id: string, name: string, version: number }, to: { id: string, name: string, version: number }, counts: { findingsFixed: number, findingsOpen: number, findingsNew: number, factsChanged: number, factsUnit: number, factsAdded: number, factsRemoved: number, sectionsAdded: number, sectionsRemoved: number, sectionsChanged: number, sectionsRenamed: number, sectionsMoved: number }, findings: { edges: Array<{ node: { change: FindingChange, finding: { id: string, check: string, checkZh: string, severity: FindingSeverity, verdict: FindingVerdict | null, reason: string | null, approval: DecisionApproval | null, decidedBy: string | null } | null, before: { message: string, equation: { printed: string, computed: string, difference: string } | null, places: Array<{ page: number, text: string }> } | null, after: { message: string, equation: { printed: string, computed: string, difference: string } | null, places: Array<{ page: number, text: string }> } | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | null };

export type CompareWordingQueryVariables = Exact<{
  from: string;
  to: string;
  change?: SectionChange | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type CompareWordingQuery = { filingComparison: { sections: { edges: Array<{ node: { change: SectionChange, path: Array<string>, pathBefore: Array<string> | null, paragraphs: { edges: Array<{ node: { change: ParagraphChange, isRow: boolean, pieces: Array<{ change: TextPieceChange, text: string }>, before: { text: string, page: number } | null, after: { text: string, page: number } | null } }>, pageInfo: { hasNextPage: boolean } } } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | null };

export type ContractQueryVariables = Exact<{
  id: string;
}>;


export type ContractQuery = { contract: { id: string, kind: ContractKind, status: ContractStatus, product: string, institution: string, rate: string, rateBase: string | null, rateSpread: string | null, repricing: RepricingRule | null, nextRepricingOn: string | null, dueDayRule: DueDayRule | null, partialWithdrawals: number | null, method: RepaymentMethod | null, term: string | null, startedOn: string, maturesOn: string, grade: LoanGrade | null, customer: { id: string }, account: { id: string, number: string | null }, settleAccount: { id: string, number: string | null }, principal: { amount: string, currency: string }, outstanding: { amount: string, currency: string }, repricings: Array<{ on: string, cause: RepricingCause, rateBefore: string, rate: string, repricedBy: string }>, accruedInterest: { amount: string, currency: string }, offBalanceInterest: { amount: string, currency: string }, accruedPenalty: { amount: string, currency: string }, offBalancePenalty: { amount: string, currency: string }, provision: { amount: string, currency: string }, instalments: Array<{ period: number, dueOn: string, principal: { amount: string, currency: string }, interest: { amount: string, currency: string }, payment: { amount: string, currency: string }, remaining: { amount: string, currency: string }, paidPrincipal: { amount: string, currency: string }, paidInterest: { amount: string, currency: string }, penalty: { amount: string, currency: string } }> } | null };

export type CreateFilingProjectMutationVariables = Exact<{
  input: CreateFilingProjectInput;
}>;


export type CreateFilingProjectMutation = { createFilingProject:
    | { __typename: 'FilingProject', id: string }
    | { __typename: 'ReviewRefusal', code: string, message: string, place: string | null }
   };

export type DayEndProgressSubscriptionVariables = Exact<{
  id: string;
}>;


export type DayEndProgressSubscription = { dayEndProgress: { id: string, on: string, dryRun: boolean, state: DayEndState, step: string | null, pages: number, report: unknown, error: string | null } };

export type DecideAllMutationVariables = Exact<{
  input: DecideTasksInput;
}>;


export type DecideAllMutation = { decideTasks: Array<{ task: string, order: { serial: string, status: OrderStatus } | null, refusal: { code: string, message: string, place: string | null } | null }> };

export type DecideFindingMutationVariables = Exact<{
  input: DecideFindingInput;
}>;


export type DecideFindingMutation = { decideFinding:
    | { __typename: 'ReviewFinding', id: string, verdict: FindingVerdict | null, approval: DecisionApproval | null }
    | { __typename: 'ReviewRefusal', code: string, message: string, place: string | null }
   };

export type DecideParameterMutationVariables = Exact<{
  input: DecideParameterInput;
}>;


export type DecideParameterMutation = { decideParameter:
    | { __typename: 'Parameter', key: string, version: number, state: PostingRuleState }
    | { __typename: 'LedgerRefusal', code: string, message: string, place: string | null }
   };

export type DecideRiskRulesMutationVariables = Exact<{
  input: DecideRiskRulesInput;
}>;


export type DecideRiskRulesMutation = { decideRiskRules:
    | { __typename: 'RiskRules', version: number, state: RiskRulesState }
    | { __typename: 'RiskRefusal', code: string, message: string, place: string | null }
   };

export type DetectRingsMutationVariables = Exact<{ [key: string]: never; }>;


export type DetectRingsMutation = { detectRings: { id: string, state: string } };

export type DrawerCountsToCheckQueryVariables = Exact<{ [key: string]: never; }>;


export type DrawerCountsToCheckQuery = { drawerCountsToCheck: Array<{ id: string, teller: string, institution: string, on: string, booked: { amount: string, currency: string }, counted: { amount: string, currency: string }, difference: { amount: string, currency: string } }> };

export type DryRunRiskRulesMutationVariables = Exact<{
  input: DryRunRiskRulesInput;
}>;


export type DryRunRiskRulesMutation = { dryRunRiskRules:
    | { __typename: 'RiskDryRun', before: number, after: number, kept: number, added: Array<{ score: number, members: Array<{ id: string, name: string }> }>, dropped: Array<{ score: number, members: Array<{ id: string, name: string }> }> }
    | { __typename: 'RiskRefusal', code: string, message: string, place: string | null }
   };

export type EndDayMutationVariables = Exact<{
  input: EndDayInput;
}>;


export type EndDayMutation = { endDay:
    | { __typename: 'DayEnd', id: string, on: string, dryRun: boolean }
    | { __typename: 'LedgerRefusal', code: string, message: string, place: string | null }
   };

export type EvidenceCaseQueryVariables = Exact<{
  id: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type EvidenceCaseQuery = { evidenceCase: { id: string, kind: string, subject: string | null, documentHash: string, closed: boolean, openedBy: string, openedAt: string, eventCount: number, verification: { proved: boolean, events: number, cosignedAt: Array<string>, stampedAt: string | null, faults: Array<{ code: string, place: string }> } | null, eventPage: { edges: Array<{ node: { seq: number, kind: string, kindZh: string, at: string, hash: string, prev: string, body: unknown, proves: string, provesZh: string, personal: Array<{ name: string, erased: boolean }>, inclusion: { leaf: number, size: number } | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | null };

export type EvidenceCasesQueryVariables = Exact<{
  subject?: string | null | undefined;
  closed?: boolean | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type EvidenceCasesQuery = { evidenceCases: { edges: Array<{ node: { id: string, kind: string, subject: string | null, documentHash: string, closed: boolean, openedBy: string, openedAt: string, eventCount: number } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type EvidenceLogQueryVariables = Exact<{ [key: string]: never; }>;


export type EvidenceLogQuery = { evidenceTrust: unknown, evidenceCheckpoint: { size: number, origin: string, root: string, at: string, witnessed: boolean, stamped: boolean, simulated: boolean } | null };

export type EvidenceVerifierQueryVariables = Exact<{ [key: string]: never; }>;


export type EvidenceVerifierQuery = { evidenceVerifier: { name: string, html: string, sha256: string } };

export type ExportEvidenceMutationVariables = Exact<{
  input: EvidenceBundleInput;
}>;


export type ExportEvidenceMutation = { exportEvidence:
    | { __typename: 'EvidenceBundle', bundle: unknown }
    | { __typename: 'EvidenceRefusal', code: string, message: string, place: string | null }
   };

export type ExportReviewMutationVariables = Exact<{
  input: ExportReviewInput;
}>;


export type ExportReviewMutation = { exportReview:
    | { __typename: 'ExportedReview', file: string, name: string }
    | { __typename: 'ReviewRefusal', code: string, message: string, place: string | null }
   };

export type FilingProjectQueryVariables = Exact<{
  id: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
  severity?: FindingSeverity | null | undefined;
}>;


export type FilingProjectQuery = { filingProject: { id: string, name: string, issuer: string, documents: Array<{ id: string, name: string, series: string, version: number, sha256: string, state: FilingState, code: string | null, message: string | null, kind: string | null, pages: number | null, year: number | null, company: string | null, coverage: { figures: number, verified: number, contradicted: number, unverified: number } | null }>, findings: { edges: Array<{ node: { id: string, check: string, checkZh: string, severity: FindingSeverity, message: string, presence: FindingPresence, verdict: FindingVerdict | null, approval: DecisionApproval | null, reason: string | null, decidedBy: string | null, approvedBy: string | null, assignee: string | null, equation: { printed: string, computed: string, difference: string, terms: Array<string> } | null, places: Array<{ page: number, box: Array<number> | null, path: string | null, text: string, document: { id: string, name: string, sha256: string, kind: string | null } | null }> } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | null };

export type FilingProjectsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type FilingProjectsQuery = { filingProjects: { edges: Array<{ node: { id: string, name: string, issuer: string, createdBy: string, createdAt: string, documents: Array<{ id: string, name: string, state: FilingState }> } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type ImportOrdersMutationVariables = Exact<{
  input: ImportOrdersInput;
}>;


export type ImportOrdersMutation = { importOrders:
    | { __typename: 'ImportJob', id: string }
    | { __typename: 'OrderRefusal', code: string, message: string, place: string | null }
   };

export type ImportProgressSubscriptionVariables = Exact<{
  id: string;
}>;


export type ImportProgressSubscription = { importProgress: { id: string, state: string, phase: string, error: string | null, bytes: number, bytesTotal: number, rows: number, posted: number, waiting: number, refused: number, report: string | null } };

export type MyTasksQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  role?: string | null | undefined;
}>;


export type MyTasksQuery = { tasks: { edges: Array<{ node: { id: string, step: number, role: string, openedAt: string, order: { serial: string, type: string, summary: string, maker: string, institution: string, createdAt: string, amount: { amount: string, currency: string } } | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type NoteRiskCaseMutationVariables = Exact<{
  input: NoteRiskCaseInput;
}>;


export type NoteRiskCaseMutation = { noteRiskCase:
    | { __typename: 'RiskCase', id: string, state: RiskCaseState, alert: { id: string } | null }
    | { __typename: 'RiskRefusal', code: string, message: string, place: string | null }
   };

export type OpenDrawerMutationVariables = Exact<{
  input: OpenDrawerInput;
}>;


export type OpenDrawerMutation = { openDrawer:
    | { __typename: 'Account', id: string }
    | { __typename: 'LedgerRefusal', code: string, message: string, place: string | null }
   };

export type OrderActivitySubscriptionVariables = Exact<{ [key: string]: never; }>;


export type OrderActivitySubscription = { orderActivity: { waiting: number, newest: string | null, counts: Array<{ status: OrderStatus, count: number }> } };

export type OrderCountsQueryVariables = Exact<{ [key: string]: never; }>;


export type OrderCountsQuery = { orderCounts: Array<{ status: OrderStatus, count: number }> };

export type OrderEvidenceQueryVariables = Exact<{
  serial: string;
}>;


export type OrderEvidenceQuery = { order: { evidenceCase: { id: string, closed: boolean, eventCount: number } | null } | null };

export type OrderLineageQueryVariables = Exact<{
  serial: string;
}>;


export type OrderLineageQuery = { order: { serial: string, type: string, typeVersion: number, status: OrderStatus, summary: string, institution: string, maker: string, createdAt: string, updatedAt: string, form: unknown, amount: { amount: string, currency: string }, attachments: Array<{ file: string, name: string, bytes: number, by: string, at: string }>, approvals: Array<{ id: string, step: number, role: string, state: string, openedAt: string, decidedBy: string | null, decidedAt: string | null, verdict: string | null, reason: string | null }>, timeline: Array<{ seq: number, kind: string, at: string, actor: string, actorKind: ActorKind, detail: unknown, hash: string }>, vouchers: Array<{ id: string, number: string, kind: VoucherKind, bookingOn: string, valueOn: string, summary: string, rule: { event: string, version: number } | null, entries: Array<{ line: number, side: Side, subject: { code: string, nameZh: string, nameEn: string }, amount: { amount: string, currency: string } }> }> | null, accountingEvents: Array<{ id: string, type: string, outcome: EventOutcome, code: string | null, message: string | null, receivedAt: string, components: unknown }> | null, suspense: Array<{ id: string, reference: string, state: SuspenseState, amount: { amount: string, currency: string } }> | null, payments: Array<{ id: string, round: number, direction: PaymentDirection, state: PaymentState, bankReference: string | null, failureCode: string | null, failureMessage: string | null, amount: { amount: string, currency: string }, channel: { code: string, nameZh: string, nameEn: string, simulated: boolean }, attempts: Array<{ seq: number, kind: string, at: string, outcome: string | null }> }> | null } | null };

export type OrderProgressSubscriptionVariables = Exact<{
  serial: string;
}>;


export type OrderProgressSubscription = { orderProgress: { serial: string, status: OrderStatus, updatedAt: string } };

export type OrderTypesQueryVariables = Exact<{ [key: string]: never; }>;


export type OrderTypesQuery = { orderTypes: Array<{ code: string, version: number, nameZh: string, nameEn: string, form: unknown }> };

export type OrdersQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  status?: OrderStatus | null | undefined;
  type?: string | null | undefined;
  mine?: boolean | null | undefined;
}>;


export type OrdersQuery = { orders: { edges: Array<{ node: { serial: string, type: string, status: OrderStatus, summary: string, institution: string, maker: string, createdAt: string, updatedAt: string, amount: { amount: string, currency: string } } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type ParameterDiffQueryVariables = Exact<{
  key: string;
  version: number;
  against?: number | null | undefined;
}>;


export type ParameterDiffQuery = { parameterDiff:
    | { __typename: 'ParameterDiff', added: unknown, removed: unknown, changed: unknown }
    | { __typename: 'LedgerRefusal', code: string, message: string, place: string | null }
   };

export type ParametersQueryVariables = Exact<{
  key?: string | null | undefined;
}>;


export type ParametersQuery = { parameters: Array<{ key: string, version: number, state: PostingRuleState, effectiveFrom: string, body: unknown, draftedBy: string, decidedBy: string | null, reason: string | null }> };

export type ProposeParameterMutationVariables = Exact<{
  input: ProposeParameterInput;
}>;


export type ProposeParameterMutation = { proposeParameter:
    | { __typename: 'Parameter', key: string, version: number, state: PostingRuleState }
    | { __typename: 'LedgerRefusal', code: string, message: string, place: string | null }
   };

export type ProposeRiskRulesMutationVariables = Exact<{
  input: ProposeRiskRulesInput;
}>;


export type ProposeRiskRulesMutation = { proposeRiskRules:
    | { __typename: 'RiskRules', version: number, state: RiskRulesState }
    | { __typename: 'RiskRefusal', code: string, message: string, place: string | null }
   };

export type ReopenPeriodMutationVariables = Exact<{
  input: PeriodInput;
}>;


export type ReopenPeriodMutation = { reopenPeriod:
    | { __typename: 'Period', period: string, open: boolean }
    | { __typename: 'LedgerRefusal', code: string, message: string, place: string | null }
   };

export type ReopenRiskCaseMutationVariables = Exact<{
  input: ReopenRiskCaseInput;
}>;


export type ReopenRiskCaseMutation = { reopenRiskCase:
    | { __typename: 'RiskCase', id: string, state: RiskCaseState, alert: { id: string } | null }
    | { __typename: 'RiskRefusal', code: string, message: string, place: string | null }
   };

export type RetryAccountingEventMutationVariables = Exact<{
  input: RetryAccountingEventInput;
}>;


export type RetryAccountingEventMutation = { retryAccountingEvent:
    | { __typename: 'Voucher', id: string, number: string }
    | { __typename: 'LedgerRefusal', code: string, message: string, place: string | null }
   };

export type RetryPaymentMutationVariables = Exact<{
  input: RetryPaymentInput;
}>;


export type RetryPaymentMutation = { retryPayment:
    | { __typename: 'BusinessOrder', serial: string, status: OrderStatus }
    | { __typename: 'OrderRefusal', code: string, message: string, place: string | null }
   };

export type RevealRiskEntityMutationVariables = Exact<{
  input: RevealRiskEntityInput;
}>;


export type RevealRiskEntityMutation = { revealRiskEntity:
    | { __typename: 'RevealedRiskEntity', name: string, attributes: unknown, entity: { id: string } }
    | { __typename: 'RiskRefusal', code: string, message: string, place: string | null }
   };

export type ReviewProgressSubscriptionVariables = Exact<{
  id: string;
}>;


export type ReviewProgressSubscription = { reviewProgress: { id: string, state: FilingReviewState, error: string | null, phase: string, document: number, documents: number, page: number, pages: number, errors: number, warnings: number, notices: number, first: Array<string> } };

export type RiskAlertQueryVariables = Exact<{
  id: string;
}>;


export type RiskAlertQuery = { riskAlert: { id: string, version: number, score: number, ruleVersion: number, at: string, members: Array<{ score: number, entity: { id: string, type: RiskEntityType, name: string, masked: boolean } }>, claims: Array<{ id: string, type: RiskEntityType, name: string }>, shared: Array<{ entity: { id: string, type: RiskEntityType, name: string }, members: Array<{ id: string }> }>, parts: Array<{ rule: string, part: number, because: unknown }>, hubs: Array<{ id: string, type: RiskEntityType, name: string, degree: number }>, path: Array<{ from: { id: string }, to: { id: string }, by: Array<{ id: string, type: RiskEntityType, name: string }> }>, case: { id: string, state: RiskCaseState, assignee: string | null, outcome: RiskOutcome | null, openedAt: string, closedAt: string | null, events: Array<{ seq: number, kind: string, actor: string, at: string, detail: unknown }> } | null } | null };

export type RiskAlertsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type RiskAlertsQuery = { riskAlerts: { edges: Array<{ node: { id: string, score: number, at: string, members: Array<{ entity: { id: string } }>, claims: Array<{ id: string }>, case: { id: string, state: RiskCaseState, assignee: string | null, outcome: RiskOutcome | null } | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type RiskDetectionQueryVariables = Exact<{
  id: string;
}>;


export type RiskDetectionQuery = { riskDetection: { id: string, state: string, error: string | null, progress: unknown } | null };

export type RiskNeighboursQueryVariables = Exact<{
  id: string;
  first?: number | null | undefined;
  from?: string | null | undefined;
  to?: string | null | undefined;
}>;


export type RiskNeighboursQuery = { riskEntity: { id: string, type: RiskEntityType, name: string, degree: number, neighbours: { total: number, page: { edges: Array<{ node: { link: { id: string, kind: string, on: string | null }, entity: { id: string, type: RiskEntityType, name: string, degree: number } } }> } } } | null };

export type RiskPathsQueryVariables = Exact<{
  a: string;
  b: string;
}>;


export type RiskPathsQuery = { riskPaths: { cut: boolean, paths: Array<{ entities: Array<{ id: string, type: RiskEntityType, name: string }>, links: Array<{ id: string, kind: string, on: string | null }> }> } | null };

export type RiskRuleQualityQueryVariables = Exact<{ [key: string]: never; }>;


export type RiskRuleQualityQuery = { riskRuleQuality: Array<{ version: number, confirmed: number, unfounded: number, open: number, sampled: number, sampleConfirmed: number, precision: number | null, recall: number | null, recallLow: number | null, recallHigh: number | null }> };

export type RiskRulesQueryVariables = Exact<{ [key: string]: never; }>;


export type RiskRulesQuery = { riskRules: Array<{ version: number, state: RiskRulesState, body: unknown, effectiveFrom: string, draftedBy: string, decidedBy: string | null, reason: string | null }> };

export type StartReviewMutationVariables = Exact<{
  input: StartReviewInput;
}>;


export type StartReviewMutation = { startReview:
    | { __typename: 'FilingReview', id: string }
    | { __typename: 'ReviewRefusal', code: string, message: string, place: string | null }
   };

export type StatementsQueryVariables = Exact<{
  from: string;
  to: string;
  institution?: string | null | undefined;
}>;


export type StatementsQuery = { balanceSheet: Array<{ balanced: boolean, assets: { amount: string, currency: string }, liabilities: { amount: string, currency: string }, equity: { amount: string, currency: string }, profit: { amount: string, currency: string } }>, incomeStatement: Array<{ income: { amount: string, currency: string }, expense: { amount: string, currency: string }, profit: { amount: string, currency: string } }>, trialBalance: { rows: Array<{ subject: { code: string, nameZh: string, nameEn: string, class: string }, opening: { amount: string, currency: string }, closing: { amount: string, currency: string } }> } };

export type SubmitOrderMutationVariables = Exact<{
  input: SubmitOrderInput;
}>;


export type SubmitOrderMutation = { submitOrder:
    | { __typename: 'SubmittedOrder', repeated: boolean, order: { serial: string, status: OrderStatus } }
    | { __typename: 'OrderRefusal', code: string, message: string, place: string | null }
   };

export type SuspenseItemsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  state?: SuspenseState | null | undefined;
}>;


export type SuspenseItemsQuery = { suspenseItems: { edges: Array<{ node: { id: string, reference: string, institution: string, openedOn: string, state: SuspenseState, amount: { amount: string, currency: string }, order: { serial: string, summary: string } | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type TrialBalanceQueryVariables = Exact<{
  from: string;
  to: string;
  institution?: string | null | undefined;
}>;


export type TrialBalanceQuery = { trialBalance: { from: string, to: string, balanced: boolean, rows: Array<{ subject: { code: string, nameZh: string, nameEn: string, class: string }, opening: { amount: string, currency: string }, debit: { amount: string, currency: string }, credit: { amount: string, currency: string }, closing: { amount: string, currency: string } }> } };

export type VoucherQueryVariables = Exact<{
  id: string;
}>;


export type VoucherQuery = { voucher: { id: string, number: string, kind: VoucherKind, bookingOn: string, valueOn: string, recordedAt: string, postedBy: string, summary: string, channel: string | null, reversedBy: string | null, hash: string, link: string, order: { serial: string, summary: string } | null, event: { type: string } | null, rule: { event: string, version: number } | null, reverses: { id: string, number: string } | null, entries: Array<{ line: number, account: string, institution: string, side: Side, subject: { code: string, nameZh: string, nameEn: string }, amount: { amount: string, currency: string }, balanceAfter: { amount: string, currency: string } }> } | null };

export type WithdrawOrderMutationVariables = Exact<{
  input: WithdrawOrderInput;
}>;


export type WithdrawOrderMutation = { withdrawOrder:
    | { __typename: 'BusinessOrder', serial: string, status: OrderStatus }
    | { __typename: 'OrderRefusal', code: string, message: string, place: string | null }
   };

export const Account: SavedDocument<AccountQuery, AccountQueryVariables> = {"name":"Account","operation":"query","hash":"1e1f70a0b07447770e6c8d48c0239dbc5c2887834efe9cb7f6213eee30b94ead","types":["Account","AccountChange","AccountEntryConnection","AccountEntryEdge","Contract","Customer","Entry","Hold","Money","PageInfo","Subject","Voucher"]}
export const AccountAsOf: SavedDocument<AccountAsOfQuery, AccountAsOfQueryVariables> = {"name":"AccountAsOf","operation":"query","hash":"1642d688ca6d20bc47a33891c6c06436dee3713be033d0df7d2fb8a1a105b096","types":["Account","Money"]}
export const Accounts: SavedDocument<AccountsQuery, AccountsQueryVariables> = {"name":"Accounts","operation":"query","hash":"dd1f481988b757f45625884eb490bd68d735c6891fb4492a545c3f253fb04fdd","types":["Account","Money","Subject"]}
export const AddFilingDocument: SavedDocument<AddFilingDocumentMutation, AddFilingDocumentMutationVariables> = {"name":"AddFilingDocument","operation":"mutation","hash":"726b52a641241dd20fdd6d4c9eee2f67de3e49942b9a47156b6985f9597260ce","types":["FilingDocument","FilingProject","ReviewRefusal"]}
export const ApproveFinding: SavedDocument<ApproveFindingMutation, ApproveFindingMutationVariables> = {"name":"ApproveFinding","operation":"mutation","hash":"ddaa3edd04b948b8914bf32d534a5e467083108ea6dddb2063c9009ec767b012","types":["ReviewFinding","ReviewRefusal"]}
export const AssignRiskCase: SavedDocument<AssignRiskCaseMutation, AssignRiskCaseMutationVariables> = {"name":"AssignRiskCase","operation":"mutation","hash":"c4d9bde5f98e06fce4e50ddcdc3b8d7e0351ab8ffe86394576484c7f45af9214","types":["RiskAlert","RiskCase","RiskRefusal"]}
export const AttachFile: SavedDocument<AttachFileMutation, AttachFileMutationVariables> = {"name":"AttachFile","operation":"mutation","hash":"656ae2496507585e119496ff24482ee5f30528903fb8079f58c5c5e4b0f474d1","types":["BusinessOrder","OrderAttachment","OrderRefusal"]}
export const BusinessDays: SavedDocument<BusinessDaysQuery, BusinessDaysQueryVariables> = {"name":"BusinessDays","operation":"query","hash":"640ae12fdeae0960811f8b9e35e30f6e936deb002d5f7aad1c939e49e7dc50ac","types":["BusinessDay","BusinessDayConnection","BusinessDayEdge","PageInfo"]}
export const ChartOfAccounts: SavedDocument<ChartOfAccountsQuery, ChartOfAccountsQueryVariables> = {"name":"ChartOfAccounts","operation":"query","hash":"b6168fa883fd227da929c23e89934e96ef9bec03d70ed584c4d7d82613d06983","types":["Subject"]}
export const CheckDrawer: SavedDocument<CheckDrawerMutation, CheckDrawerMutationVariables> = {"name":"CheckDrawer","operation":"mutation","hash":"bcedc3c79d610912d73426979722c75dea2635505190113fb196065cbb2428e7","types":["DrawerCount","LedgerRefusal"]}
export const ClearSuspense: SavedDocument<ClearSuspenseMutation, ClearSuspenseMutationVariables> = {"name":"ClearSuspense","operation":"mutation","hash":"a278909585119deb33a9dbf8fdea198071b807e52242a7c710843bb104834352","types":["LedgerRefusal","Voucher"]}
export const ClosePeriod: SavedDocument<ClosePeriodMutation, ClosePeriodMutationVariables> = {"name":"ClosePeriod","operation":"mutation","hash":"3dbd919fb4cb6a4fc16824c606d770e6d2e86bc3dc1ee78c7541ad8c7cd5faf2","types":["LedgerRefusal","Period"]}
export const CloseRiskCase: SavedDocument<CloseRiskCaseMutation, CloseRiskCaseMutationVariables> = {"name":"CloseRiskCase","operation":"mutation","hash":"645ddc3ce4b0681906a47c5eb2e8051953453b1a3b3f28a1bb9b02372112f4f1","types":["RiskAlert","RiskCase","RiskRefusal"]}
export const ClosedPeriods: SavedDocument<ClosedPeriodsQuery, ClosedPeriodsQueryVariables> = {"name":"ClosedPeriods","operation":"query","hash":"2c1917b5d8351c78c6cb3a39bc0923c662c155632e42d971cdb5cce87635e446","types":[]}
export const CompareFigures: SavedDocument<CompareFiguresQuery, CompareFiguresQueryVariables> = {"name":"CompareFigures","operation":"query","hash":"18102d368684f0f8f29dfe47687c30a48b35767933e8d65e498df264b81db1a2","types":["ComparedFact","ComparedFactConnection","ComparedFactEdge","FilingComparison","FilingFact","PageInfo"]}
export const CompareFindings: SavedDocument<CompareFindingsQuery, CompareFindingsQueryVariables> = {"name":"CompareFindings","operation":"query","hash":"d0c71004f839a55c2cb1c81ac8183eebf88fb0d486ddbc21c8bb598eb4f0f09c","types":["ComparedFinding","ComparedFindingConnection","ComparedFindingEdge","FilingComparison","FilingComparisonCounts","FilingDocument","FindingEquation","FindingInVersion","FindingPlace","PageInfo","ReviewFinding"]}
export const CompareWording: SavedDocument<CompareWordingQuery, CompareWordingQueryVariables> = {"name":"CompareWording","operation":"query","hash":"e9efaa0120af99caedb39ba7aaee7384ef9232e1ddb1b3fdf8de572eac528878","types":["ComparedParagraph","ComparedParagraphConnection","ComparedParagraphEdge","ComparedSection","ComparedSectionConnection","ComparedSectionEdge","FilingComparison","PageInfo","ParagraphInVersion","TextPiece"]}
export const Contract: SavedDocument<ContractQuery, ContractQueryVariables> = {"name":"Contract","operation":"query","hash":"4bc08256b19b203e51768d3b1586e0033f7f5f7dda6db1d4f5bc73d6699131a0","types":["Account","Contract","Customer","Instalment","Money","Repricing"]}
export const CreateFilingProject: SavedDocument<CreateFilingProjectMutation, CreateFilingProjectMutationVariables> = {"name":"CreateFilingProject","operation":"mutation","hash":"2e04b66ebcdc7823ca315d936988222d8341e2c9f05cd157bbccbd71f99fa0b8","types":["FilingProject","ReviewRefusal"]}
export const DayEndProgress: SavedDocument<DayEndProgressSubscription, DayEndProgressSubscriptionVariables> = {"name":"DayEndProgress","operation":"subscription","hash":"ac90a55eb978fd511afabaaa917eeb7fbc0a9e68fac74bce746c43ab3fa369b8","types":["DayEnd"]}
export const DecideAll: SavedDocument<DecideAllMutation, DecideAllMutationVariables> = {"name":"DecideAll","operation":"mutation","hash":"6eb1890862788cebee5a7cf7c533825430ef211d14e3ec482da7e3be5287b5cf","types":["BusinessOrder","DecidedTask","OrderRefusal"]}
export const DecideFinding: SavedDocument<DecideFindingMutation, DecideFindingMutationVariables> = {"name":"DecideFinding","operation":"mutation","hash":"26a745978587df5708c711580deb7efb2b98c8d3968610ef69e5c9e94972ce02","types":["ReviewFinding","ReviewRefusal"]}
export const DecideParameter: SavedDocument<DecideParameterMutation, DecideParameterMutationVariables> = {"name":"DecideParameter","operation":"mutation","hash":"22d2a401c28e0ccd3c304e72666f8fb34a7711a67b90ac1766f5b52c36b5bd5f","types":["LedgerRefusal","Parameter"]}
export const DecideRiskRules: SavedDocument<DecideRiskRulesMutation, DecideRiskRulesMutationVariables> = {"name":"DecideRiskRules","operation":"mutation","hash":"78f589cf675f176e3fcc986200093b1f5c99150abd3864fe37b1dfeb7d1b5b27","types":["RiskRefusal","RiskRules"]}
export const DetectRings: SavedDocument<DetectRingsMutation, DetectRingsMutationVariables> = {"name":"DetectRings","operation":"mutation","hash":"d377f8011470ebc765f796f7d24d706a4bc5f1d8e564489feb2e35ba5a3ccf43","types":["RiskDetection"]}
export const DrawerCountsToCheck: SavedDocument<DrawerCountsToCheckQuery, DrawerCountsToCheckQueryVariables> = {"name":"DrawerCountsToCheck","operation":"query","hash":"f452fe517e860778e9aa1d84c54a7f9b3210315c3c34d73e12983954786bce5e","types":["DrawerCount","Money"]}
export const DryRunRiskRules: SavedDocument<DryRunRiskRulesMutation, DryRunRiskRulesMutationVariables> = {"name":"DryRunRiskRules","operation":"mutation","hash":"d28765b77cd098bcce2047defa76b2c0649e3b3861d00d13f6282f45f61f70e2","types":["RiskDryRun","RiskEntity","RiskRefusal","RiskRingPreview"]}
export const EndDay: SavedDocument<EndDayMutation, EndDayMutationVariables> = {"name":"EndDay","operation":"mutation","hash":"c723ae5f54eb1152c4a7d9fa55f3b73fc24b923de31a1236b904aa0c4c7ac1a4","types":["DayEnd","LedgerRefusal"]}
export const EvidenceCase: SavedDocument<EvidenceCaseQuery, EvidenceCaseQueryVariables> = {"name":"EvidenceCase","operation":"query","hash":"f39a8e10c1c7b8406943fff61975e7b76c559c73e0c94500187ca85fb885fabe","types":["EvidenceCase","EvidenceEvent","EvidenceEventConnection","EvidenceEventEdge","EvidenceFault","EvidenceInclusion","EvidencePersonalData","EvidenceVerification","PageInfo"]}
export const EvidenceCases: SavedDocument<EvidenceCasesQuery, EvidenceCasesQueryVariables> = {"name":"EvidenceCases","operation":"query","hash":"44c3200741ed346a2a82c3d5b5a8b6982044ae4ed456326c453a2dfa8d4e3fb4","types":["EvidenceCase","EvidenceCaseConnection","EvidenceCaseEdge","PageInfo"]}
export const EvidenceLog: SavedDocument<EvidenceLogQuery, EvidenceLogQueryVariables> = {"name":"EvidenceLog","operation":"query","hash":"99c0f5f8568481cdc3f895cbf15adcb7bee20d1390aa3fea95bc20178bb55a0f","types":["EvidenceCheckpoint"]}
export const EvidenceVerifier: SavedDocument<EvidenceVerifierQuery, EvidenceVerifierQueryVariables> = {"name":"EvidenceVerifier","operation":"query","hash":"579fc7ad76cc32c8a84b553efb9f9edcf5ff3fadfb937bec912b11bacf9ce4bb","types":["EvidenceVerifierFile"]}
export const ExportEvidence: SavedDocument<ExportEvidenceMutation, ExportEvidenceMutationVariables> = {"name":"ExportEvidence","operation":"mutation","hash":"741b261bcff24cd73400309069f2928533d29d00d3d6f35cb10c9a72bcc37a2b","types":["EvidenceBundle","EvidenceRefusal"]}
export const ExportReview: SavedDocument<ExportReviewMutation, ExportReviewMutationVariables> = {"name":"ExportReview","operation":"mutation","hash":"3b33b7ea0f34c531f6debdbb10be5fafef8334cc5d56a073c7e04857a4aa0a99","types":["ExportedReview","ReviewRefusal"]}
export const FilingProject: SavedDocument<FilingProjectQuery, FilingProjectQueryVariables> = {"name":"FilingProject","operation":"query","hash":"326030cbd2964b858c632ea1123944d6e3714894050b0e422c450069a209d5ab","types":["FilingDocument","FilingProject","FindingEquation","FindingPlace","PageInfo","ReviewCoverage","ReviewFinding","ReviewFindingConnection","ReviewFindingEdge"]}
export const FilingProjects: SavedDocument<FilingProjectsQuery, FilingProjectsQueryVariables> = {"name":"FilingProjects","operation":"query","hash":"647a1f8f0eda5f4edb086ffe65fdcae679520bd3669a6cbf0a970a431cd1d890","types":["FilingDocument","FilingProject","FilingProjectConnection","FilingProjectEdge","PageInfo"]}
export const ImportOrders: SavedDocument<ImportOrdersMutation, ImportOrdersMutationVariables> = {"name":"ImportOrders","operation":"mutation","hash":"37f9533e6994d714bf1ed5fdf27ef4003c6e82efec4033538a028a2c30032ec4","types":["ImportJob","OrderRefusal"]}
export const ImportProgress: SavedDocument<ImportProgressSubscription, ImportProgressSubscriptionVariables> = {"name":"ImportProgress","operation":"subscription","hash":"268d0f0852f8dfdd1e8c89fea26fd33beca118423daf519fe667f1fe3f48d7a1","types":["ImportJob"]}
export const MyTasks: SavedDocument<MyTasksQuery, MyTasksQueryVariables> = {"name":"MyTasks","operation":"query","hash":"6d9ae06ae0b509753f48168ca9868d64b88e2c6d2bd1dc3fcefa36b91cf2fbe6","types":["ApprovalTask","ApprovalTaskConnection","ApprovalTaskEdge","BusinessOrder","Money","PageInfo"]}
export const NoteRiskCase: SavedDocument<NoteRiskCaseMutation, NoteRiskCaseMutationVariables> = {"name":"NoteRiskCase","operation":"mutation","hash":"c47af81d50ad540a9dabf400f0cfc1567ea9f94c3759c2e5aaea35735efd5ddb","types":["RiskAlert","RiskCase","RiskRefusal"]}
export const OpenDrawer: SavedDocument<OpenDrawerMutation, OpenDrawerMutationVariables> = {"name":"OpenDrawer","operation":"mutation","hash":"6c196414baccf0ac1d41e32d189bd0a7f1d1ad603b9f6c3a5718807033db4675","types":["Account","LedgerRefusal"]}
export const OrderActivity: SavedDocument<OrderActivitySubscription, OrderActivitySubscriptionVariables> = {"name":"OrderActivity","operation":"subscription","hash":"f70cdd6b97eb1ad52d6cd2ee0ce4d8394c30ba42686ec32acc8c7279fd7af3bd","types":["OrderActivity","OrderStatusCount"]}
export const OrderCounts: SavedDocument<OrderCountsQuery, OrderCountsQueryVariables> = {"name":"OrderCounts","operation":"query","hash":"5d9414a15a34b83f7a44f7cf145481af2fdb4997a500ca07d78bd4185a9111e3","types":["OrderStatusCount"]}
export const OrderEvidence: SavedDocument<OrderEvidenceQuery, OrderEvidenceQueryVariables> = {"name":"OrderEvidence","operation":"query","hash":"76740734216bce531956dc2f862e89fe322112b03858d7af2d04bd95935b1ae0","types":["BusinessOrder","EvidenceCase"]}
export const OrderLineage: SavedDocument<OrderLineageQuery, OrderLineageQueryVariables> = {"name":"OrderLineage","operation":"query","hash":"6ace4450b771b03daa9902c5a73046150d6505ff12053eecbc6f9c9c0e4b3ca7","types":["AccountingEvent","ApprovalTask","BusinessOrder","Entry","Money","OrderAttachment","PaymentAttempt","PaymentChannel","PaymentInstruction","PostingRule","Subject","SuspenseItem","TimelineEvent","Voucher"]}
export const OrderProgress: SavedDocument<OrderProgressSubscription, OrderProgressSubscriptionVariables> = {"name":"OrderProgress","operation":"subscription","hash":"dcbcddbd7f37a09482a21e00834ffc5c9a6eae50e60ce8602dab9c9b5b241a8c","types":["BusinessOrder"]}
export const OrderTypes: SavedDocument<OrderTypesQuery, OrderTypesQueryVariables> = {"name":"OrderTypes","operation":"query","hash":"f94d2814816ee7efd68a58e0d13d4916d9be64ce219789fc59e22fe87a9784c3","types":["OrderType"]}
export const Orders: SavedDocument<OrdersQuery, OrdersQueryVariables> = {"name":"Orders","operation":"query","hash":"142398ad51d956f8f68b9db3fe60563a6ce2b53359c6b23f2f44d3139186cb3f","types":["BusinessOrder","BusinessOrderConnection","BusinessOrderEdge","Money","PageInfo"]}
export const ParameterDiff: SavedDocument<ParameterDiffQuery, ParameterDiffQueryVariables> = {"name":"ParameterDiff","operation":"query","hash":"92216a6eea83036aa268ce9eb7cedbe80d8a5d5a357c686c96da128b56ed8878","types":["LedgerRefusal","ParameterDiff"]}
export const Parameters: SavedDocument<ParametersQuery, ParametersQueryVariables> = {"name":"Parameters","operation":"query","hash":"3af7dca02044239ba3a50daabe045ad798e89ab49d4eee94ca87b0e06cc7359c","types":["Parameter"]}
export const ProposeParameter: SavedDocument<ProposeParameterMutation, ProposeParameterMutationVariables> = {"name":"ProposeParameter","operation":"mutation","hash":"42517e1e91198621b2390b8b32e1bb2b4799c8d2cc36ec4af8f8d94f58e092e2","types":["LedgerRefusal","Parameter"]}
export const ProposeRiskRules: SavedDocument<ProposeRiskRulesMutation, ProposeRiskRulesMutationVariables> = {"name":"ProposeRiskRules","operation":"mutation","hash":"20afad0cbae8e97ad7b3c045e70eb3c7260942ef059e29661fd43a9643c27118","types":["RiskRefusal","RiskRules"]}
export const ReopenPeriod: SavedDocument<ReopenPeriodMutation, ReopenPeriodMutationVariables> = {"name":"ReopenPeriod","operation":"mutation","hash":"025a08a2af646ac0a3478982d4f2e915759eec941dc5fc1e1b5a9e175c9e70fe","types":["LedgerRefusal","Period"]}
export const ReopenRiskCase: SavedDocument<ReopenRiskCaseMutation, ReopenRiskCaseMutationVariables> = {"name":"ReopenRiskCase","operation":"mutation","hash":"4ae7c49657b623da021ffc2e7ded5272eb74bbab2bac7db58186f0f7b956920d","types":["RiskAlert","RiskCase","RiskRefusal"]}
export const RetryAccountingEvent: SavedDocument<RetryAccountingEventMutation, RetryAccountingEventMutationVariables> = {"name":"RetryAccountingEvent","operation":"mutation","hash":"768096ba4ecacb850d322b170f9ff6682f9bb267cb50a2f611e431d97bbfad50","types":["LedgerRefusal","Voucher"]}
export const RetryPayment: SavedDocument<RetryPaymentMutation, RetryPaymentMutationVariables> = {"name":"RetryPayment","operation":"mutation","hash":"71c48aa2de6fcbf89da969295b197c222beecb41d55074295f772461cdbcb0ac","types":["BusinessOrder","OrderRefusal"]}
export const RevealRiskEntity: SavedDocument<RevealRiskEntityMutation, RevealRiskEntityMutationVariables> = {"name":"RevealRiskEntity","operation":"mutation","hash":"a74581b1de89e74648195972406c3924cf7634c76778d681345f902afff74aff","types":["RevealedRiskEntity","RiskEntity","RiskRefusal"]}
export const ReviewProgress: SavedDocument<ReviewProgressSubscription, ReviewProgressSubscriptionVariables> = {"name":"ReviewProgress","operation":"subscription","hash":"d011791caf226a4da6b069697d6c40d97b895d927ec391ed04152fe8d463e8cd","types":["FilingReview"]}
export const RiskAlert: SavedDocument<RiskAlertQuery, RiskAlertQueryVariables> = {"name":"RiskAlert","operation":"query","hash":"391f6e0e9f3301f765e558b879aefc7b60154f2cdcc4540469d203377ace6690","types":["RiskAlert","RiskCase","RiskCaseEvent","RiskEntity","RiskMember","RiskScorePart","RiskSharedThing","RiskStep"]}
export const RiskAlerts: SavedDocument<RiskAlertsQuery, RiskAlertsQueryVariables> = {"name":"RiskAlerts","operation":"query","hash":"78e5fd5554100aa06c2700726a66724ac0eaa597ea4610a64526d51d7b3d21ce","types":["PageInfo","RiskAlert","RiskAlertConnection","RiskAlertEdge","RiskCase","RiskEntity","RiskMember"]}
export const RiskDetection: SavedDocument<RiskDetectionQuery, RiskDetectionQueryVariables> = {"name":"RiskDetection","operation":"query","hash":"8edae368cd9d107b9f5f3cd5f7b5662d6bc12fbd39f2430040aa4fb0e312923c","types":["RiskDetection"]}
export const RiskNeighbours: SavedDocument<RiskNeighboursQuery, RiskNeighboursQueryVariables> = {"name":"RiskNeighbours","operation":"query","hash":"ef64110c758ed8a322907d2f737cb9daa7d05da43ea446fa981a9db01f868b49","types":["RiskEntity","RiskLink","RiskNeighbour","RiskNeighbourConnection","RiskNeighbourEdge","RiskNeighbourPage"]}
export const RiskPaths: SavedDocument<RiskPathsQuery, RiskPathsQueryVariables> = {"name":"RiskPaths","operation":"query","hash":"8958759ed035ba912edc16f1b05d92229abb8b65423bbc5ba9093771a184258c","types":["RiskEntity","RiskLink","RiskPath","RiskPaths"]}
export const RiskRuleQuality: SavedDocument<RiskRuleQualityQuery, RiskRuleQualityQueryVariables> = {"name":"RiskRuleQuality","operation":"query","hash":"14bd5a9634a8afd32fe080855b94bef197939654cfece542211ff9dac29e94ce","types":["RiskRuleQuality"]}
export const RiskRules: SavedDocument<RiskRulesQuery, RiskRulesQueryVariables> = {"name":"RiskRules","operation":"query","hash":"d7ae917befe9b9e9504ce6c1467cbb5b83adb8651427774f06b2fcb515818bcb","types":["RiskRules"]}
export const StartReview: SavedDocument<StartReviewMutation, StartReviewMutationVariables> = {"name":"StartReview","operation":"mutation","hash":"cb7ac57593ebb441d1f1540a03c273d282d3bd1ba8e3953fda682677c42687df","types":["FilingReview","ReviewRefusal"]}
export const Statements: SavedDocument<StatementsQuery, StatementsQueryVariables> = {"name":"Statements","operation":"query","hash":"2d86b28192478c6d04316905b82c1243a5928feabd6945d6ffda1810a999bf4c","types":["BalanceSheet","IncomeStatement","Money","Subject","TrialBalance","TrialBalanceRow"]}
export const SubmitOrder: SavedDocument<SubmitOrderMutation, SubmitOrderMutationVariables> = {"name":"SubmitOrder","operation":"mutation","hash":"79c83a6d56e8751fa8e7acb3a5998b5d0e2806ec11cf00ada5bc9ee327346804","types":["BusinessOrder","OrderRefusal","SubmittedOrder"]}
export const SuspenseItems: SavedDocument<SuspenseItemsQuery, SuspenseItemsQueryVariables> = {"name":"SuspenseItems","operation":"query","hash":"3b93bc95f76f520e7f3a3a8fa399c8bd50bff2b5389e0f0df72450a89e7d586a","types":["BusinessOrder","Money","PageInfo","SuspenseItem","SuspenseItemConnection","SuspenseItemEdge"]}
export const TrialBalance: SavedDocument<TrialBalanceQuery, TrialBalanceQueryVariables> = {"name":"TrialBalance","operation":"query","hash":"80fd2618de5eb1c775285959ef12ccb7a62338f7b8c537ee2959b82cb8c6b1d1","types":["Money","Subject","TrialBalance","TrialBalanceRow"]}
export const Voucher: SavedDocument<VoucherQuery, VoucherQueryVariables> = {"name":"Voucher","operation":"query","hash":"c9ba3c7bf7393be16d8adeabcc5e588ecb0c818af5cdc5a726dbc6cd96c81213","types":["AccountingEvent","BusinessOrder","Entry","Money","PostingRule","Subject","Voucher"]}
export const WithdrawOrder: SavedDocument<WithdrawOrderMutation, WithdrawOrderMutationVariables> = {"name":"WithdrawOrder","operation":"mutation","hash":"e5f2a52b4dd86139a027399cc941fc05f7f32456bee0ee9a485d86ef8be0b66a","types":["BusinessOrder","OrderRefusal"]}
