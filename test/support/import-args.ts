/** The import command over a file of supplier payments, with its queue approved in bulk. */
import { join } from 'node:path'

/** Arguments for a runtime. @param csv, report paths */
export function importArgs(csv: string, report: string): string[] {
  return [
    'gateway/cli/import-orders.ts',
    csv,
    '--type',
    'supplier-payment',
    '--mapping',
    join(import.meta.dirname!, '../fixtures/spending-mapping.json'),
    '--approve-as',
    'checker',
    '--report',
    report,
  ]
}
