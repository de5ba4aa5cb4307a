/**
 * A link chart: who and what hangs together. Drawn by WebGL; what it shows also stands beside it as
 * text, for whoever does not see it. At most so many nodes, and a hub tells how many it left out.
 */
import { Alert } from 'antd'
import type Graph from 'graphology'
import { useEffect, useRef, useState } from 'react'
import { chartColours, type Mode } from '../theme.ts'
import { useWords } from '../words/words.ts'

/** @property strong whether it is what the chart is about */
export interface ChartNode {
  readonly id: string
  readonly label: string
  readonly type: string
  readonly strong: boolean
}

/** @property on the day, where the source says one @property strong whether it is part of a path that is shown */
export interface ChartLink {
  readonly id: string
  readonly from: string
  readonly to: string
  readonly kind: string
  readonly on: string | null
  readonly strong?: boolean
}

/** Investigators read tens of nodes; more is no chart any more. */
export const NODES_MAX = 300
const STEPS = 120

export function LinkChart(
  { nodes, links, mode, choose }: {
    nodes: readonly ChartNode[]
    links: readonly ChartLink[]
    mode: Mode
    /** Called with the node that was clicked. */
    choose: (id: string) => void
  },
) {
  const { say } = useWords()
  const frame = useRef<HTMLDivElement>(null)
  const chosen = useRef(choose)
  chosen.current = choose
  /** Where nodes stood, so that a chart that grows does not jump. */
  const places = useRef(new Map<string, { x: number; y: number }>())
  const [failed, setFailed] = useState(false)
  useEffect(() => {
    let over = false
    let end = () => {}
    const draw = async () => {
      const [{ default: Sigma }, { default: GraphClass }, { default: forceAtlas2 }] = await Promise
        .all([
          import('sigma'),
          import('graphology'),
          import('graphology-layout-forceatlas2'),
        ])
      if (over || frame.current === null) return
      const graph = graphOf(new GraphClass({ multi: true }), nodes, links, mode, places.current)
      forceAtlas2.assign(graph, {
        iterations: STEPS,
        settings: { ...forceAtlas2.inferSettings(graph), gravity: 1 },
      })
      graph.forEachNode((id, { x, y }) => places.current.set(id, { x, y }))
      const { text } = chartColours(mode)
      const sigma = new Sigma(graph, frame.current, {
        labelColor: { color: text },
        labelRenderedSizeThreshold: 0,
        labelDensity: 2,
        allowInvalidContainer: true,
      })
      sigma.on('clickNode', ({ node }) => chosen.current(node))
      end = () => sigma.kill()
    }
    draw().catch(() => {
      if (!over) setFailed(true)
    })
    return () => {
      over = true
      end()
    }
  }, [nodes, links, mode])
  if (failed) return <Alert type='warning' showIcon title={say('chart.failed')} />
  return (
    <div
      ref={frame}
      role='img'
      aria-label={say('chart.name', { nodes: nodes.length, links: links.length })}
      className='chart'
    />
  )
}

function graphOf(
  graph: Graph,
  nodes: readonly ChartNode[],
  links: readonly ChartLink[],
  mode: Mode,
  places: ReadonlyMap<string, { x: number; y: number }>,
): Graph {
  const { types, quiet, strong } = chartColours(mode)
  for (const [i, { id, label, type, strong: central }] of nodes.entries()) {
    // New ones begin on a circle: the layout needs them apart, and the same chart looks the same.
    const angle = 2 * Math.PI * i / nodes.length
    graph.addNode(id, {
      label,
      size: central ? 11 : 6,
      color: types[type] ?? quiet,
      ...places.get(id) ?? { x: Math.cos(angle), y: Math.sin(angle) },
    })
  }
  for (const { id, from, to, strong: shown } of links) {
    if (!graph.hasNode(from) || !graph.hasNode(to)) continue
    graph.addEdgeWithKey(id, from, to, {
      size: shown ? 4 : 1,
      color: shown ? strong : quiet,
    })
  }
  return graph
}
