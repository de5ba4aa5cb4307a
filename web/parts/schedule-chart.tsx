/**
 * A repayment schedule as bars: principal below, interest above, one bar a period.
 */
import { chartColours } from '../theme.ts'
import { usePreferences } from '../shell/preferences-context.ts'
import { useWords } from '../words/words.ts'

interface Period {
  readonly period: number
  readonly principal: { readonly amount: string }
  readonly interest: { readonly amount: string }
}

const WIDTH = 900
const HEIGHT = 180
/** Of a bar's place, what the bar takes. */
const FILLED = 0.8

export function ScheduleChart({ periods }: { periods: readonly Period[] }) {
  const { say } = useWords()
  const [{ mode }] = usePreferences()
  const { types } = chartColours(mode)
  // For the height of a bar a float is exact enough; the table has the amounts.
  const bars = periods.map(({ period, principal, interest }) => ({
    period,
    principal: Number(principal.amount),
    interest: Number(interest.amount),
  }))
  const most = Math.max(...bars.map(({ principal, interest }) => principal + interest), 1)
  const place = WIDTH / Math.max(1, bars.length)
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width='100%'
      role='img'
      aria-label={say('contract.chart', { periods: periods.length })}
    >
      {bars.map(({ period, principal, interest }, i) => {
        const low = HEIGHT * principal / most
        const high = HEIGHT * interest / most
        return (
          <g key={period}>
            <title>
              {`${period}: ${periods[i]!.principal.amount} + ${periods[i]!.interest.amount}`}
            </title>
            <rect
              x={i * place}
              y={HEIGHT - low}
              width={place * FILLED}
              height={low}
              fill={types.CLAIM}
            />
            <rect
              x={i * place}
              y={HEIGHT - low - high}
              width={place * FILLED}
              height={high}
              fill={types.VEHICLE}
            />
          </g>
        )
      })}
    </svg>
  )
}
