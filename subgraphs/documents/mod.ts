/**
 * Documents (申报材料智能审核): filings reviewed, evidence kept.
 */
export { CHECKS, ENGINE_VERSION } from './checks/catalogue.ts'
export type { Finding as ReviewFinding } from './checks/finding.ts'
export type { ReviewFile, ReviewOutcome } from './review-task.ts'
export { runReview } from './review-thread.ts'
export { verifyBundle } from './evidence/verifier.ts'
export type { Trust } from './evidence/verifier.ts'
export { verifierPage } from './evidence/verifier-page.ts'
