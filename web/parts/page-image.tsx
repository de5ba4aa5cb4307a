/**
 * One page of a PDF as a picture, with frames around places. The reader is loaded when a page is first
 * shown, and a filing is fetched once.
 */
import { Alert, Skeleton } from 'antd'
import type { PDFDocumentProxy } from 'pdfjs-dist'
import { useEffect, useRef, useState } from 'react'
import { fetchFile, useSend } from '../ask/send.ts'
import { useWords } from '../words/words.ts'

/** Left, top, right, bottom in points from the top left of the page. */
export type Box = readonly [left: number, top: number, right: number, bottom: number]

/** A frame. @property first whether it is the place that a finding is about */
export interface Frame {
  readonly box: Box
  readonly first: boolean
}

/** Filings that are kept open: the two that are compared, and one before. */
const OPEN_MAX = 3
/** Points around a frame that belong to it when it is scrolled to. */
const MARGIN = 4

type Send = ReturnType<typeof useSend>

const open = new Map<string, Promise<PDFDocumentProxy>>()

/** The filing under a hash. @throws Error when it cannot be fetched or read */
function openFiling(sha256: string, send: Send): Promise<PDFDocumentProxy> {
  const known = open.get(sha256)
  if (known !== undefined) return known
  for (const [oldest, filing] of [...open].slice(0, open.size - OPEN_MAX + 1)) {
    open.delete(oldest)
    void filing.then((pdf) => pdf.loadingTask.destroy(), () => {})
  }
  const opening = readFiling(sha256, send)
  open.set(sha256, opening)
  opening.catch(() => open.delete(sha256))
  return opening
}

async function readFiling(sha256: string, send: Send): Promise<PDFDocumentProxy> {
  const [{ getDocument, GlobalWorkerOptions, version }, { default: workerUrl }] = await Promise.all(
    [
      import('pdfjs-dist'),
      import('pdfjs-dist/build/pdf.worker.min.mjs?url'),
    ],
  )
  GlobalWorkerOptions.workerSrc = workerUrl
  const response = await send(fetchFile(`/files/${sha256}`))
  if (!response.ok) throw new Error(`HTTP ${response.status}`)
  // As `build.ts` puts them there.
  const assets = `/assets/pdfjs-${version}`
  return await getDocument({
    data: await response.arrayBuffer(),
    cMapUrl: `${assets}/cmaps/`,
    cMapPacked: true,
    standardFontDataUrl: `${assets}/standard_fonts/`,
  }).promise
}

export function PageImage(
  { sha256, page, frames, width }: {
    sha256: string
    page: number
    frames: readonly Frame[]
    /** In CSS pixels. */
    width: number
  },
) {
  const send = useSend()
  const { say } = useWords()
  const canvas = useRef<HTMLCanvasElement>(null)
  const marked = useRef<HTMLDivElement>(null)
  const [scale, setScale] = useState<number>()
  const [failed, setFailed] = useState<string>()
  useEffect(() => {
    let over = false
    const draw = async () => {
      setFailed(undefined)
      const filing = await openFiling(sha256, send)
      const found = await filing.getPage(page)
      const size = found.getViewport({ scale: 1 })
      const fit = width / size.width
      const sharp = devicePixelRatio || 1
      const viewport = found.getViewport({ scale: fit * sharp })
      if (over || canvas.current === null) return
      canvas.current.width = viewport.width
      canvas.current.height = viewport.height
      await found.render({ canvas: canvas.current, viewport }).promise
      if (!over) setScale(fit)
    }
    draw().catch((error: Error) => {
      if (!over) setFailed(error.message)
    })
    return () => {
      over = true
    }
  }, [sha256, page, width, send])
  useEffect(() => {
    if (scale !== undefined) marked.current?.scrollIntoView({ block: 'center' })
  }, [scale, page, frames])
  return (
    <div style={{ position: 'relative', width }}>
      {failed !== undefined && (
        <Alert type='error' role='alert' title={say('state.failed', { reason: failed })} />
      )}
      {scale === undefined && failed === undefined && <Skeleton active paragraph={{ rows: 8 }} />}
      <canvas
        ref={canvas}
        role='img'
        aria-label={say('filing.page', { page })}
        style={{ width: '100%', display: scale === undefined ? 'none' : 'block' }}
      />
      {scale !== undefined && frames.map(({ box: [left, top, right, bottom], first }, i) => (
        <div
          key={i}
          ref={first ? marked : undefined}
          className={first ? 'frame frame-first' : 'frame'}
          style={{
            left: (left - MARGIN) * scale,
            top: (top - MARGIN) * scale,
            width: (right - left + 2 * MARGIN) * scale,
            height: (bottom - top + 2 * MARGIN) * scale,
          }}
        />
      ))}
    </div>
  )
}
