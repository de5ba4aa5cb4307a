/**
 * Ruling lines from the drawing operators of a page.
 *
 * Word draws a border as a thin filled rectangle, other programs stroke a line; both count. Only
 * what runs along an axis does.
 */
import type { Rulings } from './page.ts'

/** Numbers of the operators that matter, as the reader's library has them. */
export interface Operators {
  readonly save: number
  readonly restore: number
  readonly transform: number
  readonly formBegin: number
  readonly formEnd: number
  readonly constructPath: number
  /** Operators that end a path without leaving a mark. */
  readonly unpainted: ReadonlySet<number>
  /** Operators that stroke a path. */
  readonly stroked: ReadonlySet<number>
  readonly images: ReadonlySet<number>
}

type Matrix = readonly [number, number, number, number, number, number]

/** A rectangle this thin is a line, in points. */
const THIN = 2.5
/** How far a line may lean before it is none. */
const LEAN = 0.6
const LENGTH_MIN = 2.5
/** Drawing commands inside a path. */
const MOVE = 0
const LINE = 1
const CURVE = 2
const QUADRATIC = 3

interface Found {
  at: number
  from: number
  to: number
}

/**
 * @param toPage from the page's own space to points from its top left
 */
export function rulingsOf(
  operators: Operators,
  names: readonly number[],
  args: readonly unknown[],
  toPage: Matrix,
): { rulings: Rulings; images: number } {
  const across: Found[] = []
  const down: Found[] = []
  const stack: Matrix[] = []
  let matrix: Matrix = toPage
  let images = 0

  const segment = (x0: number, y0: number, x1: number, y1: number) => {
    const dx = Math.abs(x1 - x0)
    const dy = Math.abs(y1 - y0)
    if (dy <= LEAN && dx >= LENGTH_MIN) {
      across.push({ at: (y0 + y1) / 2, from: Math.min(x0, x1), to: Math.max(x0, x1) })
    } else if (dx <= LEAN && dy >= LENGTH_MIN) {
      down.push({ at: (x0 + x1) / 2, from: Math.min(y0, y1), to: Math.max(y0, y1) })
    }
  }
  const subPath = (points: readonly (readonly [number, number])[], stroked: boolean) => {
    if (points.length < 2) return
    const xs = points.map((p) => p[0])
    const ys = points.map((p) => p[1])
    const [x0, x1] = [Math.min(...xs), Math.max(...xs)]
    const [y0, y1] = [Math.min(...ys), Math.max(...ys)]
    // A filled area is no border unless it is thin; its edges are where a shade ends.
    if (y1 - y0 <= THIN && x1 - x0 > y1 - y0) segment(x0, (y0 + y1) / 2, x1, (y0 + y1) / 2)
    else if (x1 - x0 <= THIN && y1 - y0 > x1 - x0) segment((x0 + x1) / 2, y0, (x0 + x1) / 2, y1)
    else if (stroked) {
      for (let i = 1; i < points.length; i++) segment(...points[i - 1]!, ...points[i]!)
      segment(...points.at(-1)!, ...points[0]!)
    }
  }

  for (const [i, name] of names.entries()) {
    if (name === operators.save) stack.push(matrix)
    else if (name === operators.restore) matrix = stack.pop() ?? matrix
    else if (name === operators.transform) {
      matrix = multiply(matrix, args[i] as unknown as Matrix)
    } else if (name === operators.formBegin) {
      stack.push(matrix)
      const form = (args[i] as readonly [ArrayLike<number> | null])[0]
      if (form !== null) matrix = multiply(matrix, Array.from(form) as unknown as Matrix)
    } else if (name === operators.formEnd) matrix = stack.pop() ?? matrix
    else if (operators.images.has(name)) images += 1
    else if (name === operators.constructPath) {
      const [paint, [data]] = args[i] as [number, [Float32Array | null]]
      if (data === null || data === undefined || operators.unpainted.has(paint)) continue
      const stroked = operators.stroked.has(paint)
      for (const points of subPaths(data, matrix)) subPath(points, stroked)
    }
  }
  return { rulings: { across: merged(across), down: merged(down) }, images }
}

function subPaths(data: Float32Array, matrix: Matrix): [number, number][][] {
  const paths: [number, number][][] = []
  let path: [number, number][] = []
  for (let i = 0; i < data.length;) {
    const command = data[i++]
    if (command === MOVE || command === LINE) {
      if (command === MOVE) paths.push(path = [])
      path.push(apply(matrix, data[i]!, data[i + 1]!))
      i += 2
    } else if (command === CURVE || command === QUADRATIC) {
      // A curve is no ruling: the path goes on from its end.
      const length = command === CURVE ? 6 : 4
      paths.push(path = [apply(matrix, data[i + length - 2]!, data[i + length - 1]!)])
      i += length
    }
  }
  return paths
}

function multiply(a: Matrix, b: Matrix): Matrix {
  return [
    a[0] * b[0] + a[2] * b[1],
    a[1] * b[0] + a[3] * b[1],
    a[0] * b[2] + a[2] * b[3],
    a[1] * b[2] + a[3] * b[3],
    a[0] * b[4] + a[2] * b[5] + a[4],
    a[1] * b[4] + a[3] * b[5] + a[5],
  ]
}

function apply(m: Matrix, x: number, y: number): [number, number] {
  return [m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]]
}

/** How near two pieces must lie to be one line. */
const SAME_AT = 1
const GAP_MAX = 2.5

/** Pieces of one line, joined: a border is often drawn cell by cell. */
function merged(pieces: readonly Found[]): Found[] {
  const sorted = pieces.toSorted((a, b) => a.at - b.at || a.from - b.from)
  const lines: Found[] = []
  let group: Found[] = []
  const flush = () => {
    let last: Found | undefined
    for (const piece of group.toSorted((a, b) => a.from - b.from)) {
      if (last !== undefined && piece.from <= last.to + GAP_MAX) {
        last.to = Math.max(last.to, piece.to)
      } else lines.push(last = { ...piece })
    }
    group = []
  }
  for (const piece of sorted) {
    if (group.length > 0 && piece.at - group[0]!.at > SAME_AT) flush()
    group.push(piece)
  }
  flush()
  return lines
}
