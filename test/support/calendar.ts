/**
 * Holidays of 2025 in mainland China, as parameter rows.
 *
 * @see 《国务院办公厅关于2025年部分节假日安排的通知》 of 2024-11-12
 */
import type { ParameterRow } from '../../subgraphs/ledger/parameter/table.ts'

/** Days from one (included) to another (excluded). */
export function calendarRow(
  from: string,
  to: string,
  day: 'HOLIDAY' | 'WORKING',
  name: string,
): ParameterRow {
  return { dimensions: {}, from, to, value: { day, name } }
}

export const CALENDAR_2025: readonly ParameterRow[] = [
  calendarRow('2025-01-01', '2025-01-02', 'HOLIDAY', '元旦'),
  calendarRow('2025-01-26', '2025-01-27', 'WORKING', '春节调休'),
  calendarRow('2025-01-28', '2025-02-05', 'HOLIDAY', '春节'),
  calendarRow('2025-02-08', '2025-02-09', 'WORKING', '春节调休'),
  calendarRow('2025-04-04', '2025-04-07', 'HOLIDAY', '清明节'),
  calendarRow('2025-04-27', '2025-04-28', 'WORKING', '劳动节调休'),
  calendarRow('2025-05-01', '2025-05-06', 'HOLIDAY', '劳动节'),
  calendarRow('2025-05-31', '2025-06-03', 'HOLIDAY', '端午节'),
  calendarRow('2025-09-28', '2025-09-29', 'WORKING', '国庆节调休'),
  calendarRow('2025-10-01', '2025-10-09', 'HOLIDAY', '国庆节、中秋节'),
  calendarRow('2025-10-11', '2025-10-12', 'WORKING', '国庆节调休'),
]
