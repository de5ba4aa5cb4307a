/**
 * Grids from ruling lines: which lines belong to one table, its rows and columns, its merged cells.
 */
import type { Box } from '../model.ts'
import type { Ruling, Rulings } from './page.ts'

/** One cell of a grid, spans included. */
export interface GridCell {
  readonly row: number
  readonly column: number
  readonly rows: number
  readonly columns: number
  readonly box: Box
}

/** A table's frame. @property xs, ys borders in order: one more than columns and rows */
export interface Grid {
  readonly xs: readonly number[]
  readonly ys: readonly number[]
  readonly cells: readonly GridCell[]
  readonly box: Box
}

/** Lines this near to one another are one border. */
const CLUSTER = 3
const TOUCH = 3
/** A border counts when it covers so much of a cell's edge. */
const COVERED = 0.5
/** More rulings than this on one page are a drawing, not a table. */
const RULINGS_MAX = 6_000

/** All grids of a page, from top to bottom. */
export function gridsOf(rulings: Rulings): Grid[] {
  const { across, down } = rulings
  if (across.length + down.length > RULINGS_MAX) return []
  const parent = Array.from({ length: across.length + down.length }, (_, i) => i)
  const find = (i: number): number => {
    while (parent[i] !== i) i = parent[i] = parent[parent[i]!]!
    return i
  }
  for (const [i, h] of across.entries()) {
    for (const [j, v] of down.entries()) {
      if (
        v.at >= h.from - TOUCH && v.at <= h.to + TOUCH &&
        h.at >= v.from - TOUCH && h.at <= v.to + TOUCH
      ) parent[find(i)] = find(across.length + j)
    }
  }
  const groups = new Map<number, { across: Ruling[]; down: Ruling[] }>()
  const groupOf = (i: number) => {
    const root = find(i)
    let group = groups.get(root)
    if (group === undefined) groups.set(root, group = { across: [], down: [] })
    return group
  }
  for (const [i, line] of across.entries()) groupOf(i).across.push(line)
  for (const [j, line] of down.entries()) groupOf(across.length + j).down.push(line)
  const grids: Grid[] = []
  for (const group of groups.values()) {
    const grid = gridOf(group)
    if (grid !== undefined) grids.push(grid)
  }
  return grids.sort((a, b) => a.box[1] - b.box[1] || a.box[0] - b.box[0])
}

function gridOf({ across, down }: Rulings): Grid | undefined {
  let ys = clusters(across.map((line) => line.at))
  let xs = clusters(down.map((line) => line.at))
  // Outer borders down the sides are often left out: the lines across tell where they would be.
  const left = Math.min(...across.map((line) => line.from))
  const right = Math.max(...across.map((line) => line.to))
  if (xs.length > 0) {
    if (left < xs[0]! - 2 * CLUSTER) xs = [left, ...xs]
    if (right > xs.at(-1)! + 2 * CLUSTER) xs = [...xs, right]
    const top = Math.min(...down.map((line) => line.from))
    const bottom = Math.max(...down.map((line) => line.to))
    if (ys.length > 0 && top < ys[0]! - 2 * CLUSTER) ys = [top, ...ys]
    if (ys.length > 0 && bottom > ys.at(-1)! + 2 * CLUSTER) ys = [...ys, bottom]
  }
  const columns = xs.length - 1
  const rows = ys.length - 1
  // One column is a frame around text, or around a table that has no lines down.
  if (columns < 2 || rows < 1 || columns * rows > 20_000) return undefined

  const outerLeft = xs[0]!
  const outerRight = xs.at(-1)!
  const isBorderDown = (c: number, r: number) =>
    covers(down, xs[c]!, ys[r]!, ys[r + 1]!) || xs[c] === outerLeft || xs[c] === outerRight
  const isBorderAcross = (r: number, c: number) => covers(across, ys[r]!, xs[c]!, xs[c + 1]!)

  const parent = Array.from({ length: rows * columns }, (_, i) => i)
  const find = (i: number): number => {
    while (parent[i] !== i) i = parent[i] = parent[parent[i]!]!
    return i
  }
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      if (c + 1 < columns && !isBorderDown(c + 1, r)) {
        parent[find(r * columns + c + 1)] = find(r * columns + c)
      }
      if (r + 1 < rows && !isBorderAcross(r + 1, c)) {
        parent[find((r + 1) * columns + c)] = find(r * columns + c)
      }
    }
  }
  const regions = new Map<number, [r0: number, c0: number, r1: number, c1: number]>()
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const root = find(r * columns + c)
      const region = regions.get(root)
      if (region === undefined) regions.set(root, [r, c, r, c])
      else {
        region[1] = Math.min(region[1], c)
        region[2] = Math.max(region[2], r)
        region[3] = Math.max(region[3], c)
      }
    }
  }
  const cells = Array.from(regions.values(), ([r0, c0, r1, c1]) => ({
    row: r0,
    column: c0,
    rows: r1 - r0 + 1,
    columns: c1 - c0 + 1,
    box: [xs[c0]!, ys[r0]!, xs[c1 + 1]!, ys[r1 + 1]!] as Box,
  }))
  if (cells.length < 2) return undefined
  return { xs, ys, cells, box: [xs[0]!, ys[0]!, xs.at(-1)!, ys.at(-1)!] }
}

/** Whether lines at a place cover enough of an edge. */
function covers(lines: readonly Ruling[], at: number, from: number, to: number): boolean {
  let covered = 0
  for (const line of lines) {
    if (Math.abs(line.at - at) > CLUSTER) continue
    covered = Math.max(covered, Math.min(line.to, to) - Math.max(line.from, from))
  }
  return covered >= (to - from) * COVERED
}

function clusters(values: readonly number[]): number[] {
  const sorted = values.toSorted((a, b) => a - b)
  const means: number[] = []
  let group: number[] = []
  const flush = () => {
    if (group.length > 0) means.push(group.reduce((a, b) => a + b, 0) / group.length)
    group = []
  }
  for (const value of sorted) {
    if (group.length > 0 && value - group.at(-1)! > CLUSTER) flush()
    group.push(value)
  }
  flush()
  return means
}
