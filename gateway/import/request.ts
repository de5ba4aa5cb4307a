/** What the import command was asked for. */
import type { Config } from '../config.ts'
import type { DemoRole } from '../demo.ts'
import type { Mapping } from '../subgraphs.ts'

/** @property file, report paths */
export interface ImportRequest {
  readonly file: string
  readonly type: string
  readonly mapping: Mapping
  readonly maker: DemoRole
  readonly approver: DemoRole | undefined
  readonly report: string
  readonly config: Config
}
