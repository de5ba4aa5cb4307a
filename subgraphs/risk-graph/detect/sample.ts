/**
 * People whom no alert names, drawn at random for a look.
 *
 * Whoever looks only at alerts learns how many of them are right and never what was missed. The draw
 * is by hash: it repeats for the same detection, and nobody can choose it.
 */
import { sha256Hex } from '../../kernel/chain.ts'
import { eachNeighbour, type Graph } from '../engine/live-graph.ts'
import type { Detection } from './detect.ts'
import { TYPE } from './world.ts'

/** People with a claim who are in no alert. */
export function unalertedPeople(
  graph: Graph,
  { findings }: Pick<Detection, 'findings'>,
): number[] {
  const inAlerts = new Set(findings.flatMap(({ members }) => members.map(({ node }) => node)))
  const people: number[] = []
  for (let node = 0; node < graph.nodes; node++) {
    if (graph.type[node] !== TYPE.person || inAlerts.has(node)) continue
    let claims = 0
    eachNeighbour(graph, node, (neighbour) => {
      if (graph.type[neighbour] === TYPE.claim) claims += 1
    })
    if (claims > 0) people.push(node)
  }
  return people
}

/** Some of them. @param salt names the draw */
export function drawSample(people: ArrayLike<number>, salt: string, count: number): number[] {
  const drawn = new Set<number>()
  for (let i = 0; drawn.size < Math.min(count, people.length) && i < count * 20; i++) {
    const hash = parseInt(sha256Hex(`${salt} ${i}`).slice(0, 12), 16)
    drawn.add(people[hash % people.length]!)
  }
  return [...drawn]
}
