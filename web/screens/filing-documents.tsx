/**
 * The filings of a project: added, reviewed, compared with the version before, given out with what was
 * found.
 */
import { Link } from '@tanstack/react-router'
import { Alert, Button, Card, Flex, Progress } from 'antd'
import { useEffect } from 'react'
import {
  AddFilingDocument,
  ExportReview,
  type FilingProjectQuery,
  ReviewProgress,
  StartReview,
} from '../../schema/desk.ts'
import { useDo, useFollow } from '../ask/ask.ts'
import { isOver } from '../ask/job.ts'
import { useFetchFile } from '../parts/fetch-file.ts'
import { Grid } from '../parts/grid.tsx'
import { useTold } from '../parts/refusal.ts'
import { FailureAlert } from '../parts/state-of.tsx'
import { UploadButton } from '../parts/upload-button.tsx'
import { useWords } from '../words/words.ts'

export type Project = NonNullable<FilingProjectQuery['filingProject']>
type Filing = Project['documents'][number]

export function FilingDocuments(
  { project, reviewing, started }: {
    project: Project
    reviewing: boolean
    started: (review: string) => void
  },
) {
  const { say, term } = useWords()
  const { done, refused, failed } = useTold()
  const startReview = useDo(StartReview)
  const write = useExport(project.id)
  const start = async () => {
    try {
      const { startReview: result, trace } = await startReview({ input: { project: project.id } })
      if (result.__typename === 'FilingReview') {
        done(say('job.begun'), trace)
        started(result.id)
      } else refused(result, trace)
    } catch (error) {
      failed(error)
    }
  }
  return (
    <Card
      title={say('filings.documents')}
      extra={
        <Flex gap='small' wrap>
          {reviewing && <AddFile project={project.id} />}
          {reviewing && (
            <Button type='primary' disabled={project.documents.length === 0} onClick={start}>
              {say('filing.review')}
            </Button>
          )}
          <Button onClick={() => write('XLSX')}>XLSX</Button>
        </Flex>
      }
    >
      <Grid
        name={say('filings.documents')}
        rows={project.documents}
        keyOf={({ id }) => id}
        columns={[
          { title: say('filings.name'), render: ({ name }) => name },
          { title: say('parameters.version'), render: ({ version }) => version },
          {
            title: say('orders.status'),
            render: ({ state, code, message }) =>
              state === 'REFUSED' ? `${code} ${message}` : term('filing.state', state),
          },
          { title: say('filing.pages'), align: 'right', render: ({ pages }) => pages },
          { title: say('filing.company'), render: ({ company }) => company },
          { title: say('filing.coverage'), render: (filing) => <Coverage filing={filing} /> },
          {
            title: '',
            render: (filing) => (
              <Flex gap='small' align='center' wrap>
                <Compare project={project} filing={filing} />
                {filing.state === 'REVIEWED' && filing.kind !== 'xlsx' && (
                  <Button
                    size='small'
                    onClick={() => write('ANNOTATED', filing.id)}
                  >
                    {say('filing.annotated')}
                  </Button>
                )}
              </Flex>
            ),
          },
        ]}
      />
    </Card>
  )
}

/** To what changed since the version before, where both were reviewed. */
function Compare({ project, filing }: { project: Project; filing: Filing }) {
  const { say } = useWords()
  const before = project.documents.find(({ series, version }) =>
    series === filing.series && version === filing.version - 1
  )
  if (before?.state !== 'REVIEWED' || filing.state !== 'REVIEWED') return null
  return (
    <Link
      to='/filings/$id/compare'
      params={{ id: project.id }}
      search={{ from: before.id, to: filing.id }}
    >
      {say('compare.versions')}
    </Link>
  )
}

function Coverage({ filing: { coverage } }: { filing: Filing }) {
  const { say } = useWords()
  if (coverage === null) return null
  const { figures, verified, contradicted, unverified } = coverage
  return <span>{say('filing.covered', { figures, verified, contradicted, unverified })}</span>
}

function AddFile({ project }: { project: string }) {
  const { say } = useWords()
  const { refused, done } = useTold()
  const addDocument = useDo(AddFilingDocument)
  const add = async (name: string, file: string) => {
    const { addFilingDocument: result, trace } = await addDocument({
      input: { project, name, file },
    })
    if (result.__typename === 'ReviewRefusal') refused(result, trace)
    else done(name, trace)
  }
  return <UploadButton accept='.pdf,.docx,.xlsx' uploaded={add}>{say('filing.add')}</UploadButton>
}

/** How far a review is. */
export function ReviewRun({ id, done }: { id: string; done: () => void }) {
  const { say, term } = useWords()
  const { data, failure } = useFollow(ReviewProgress, { id }, false, {
    again: (told) => told !== undefined && !isOver(told.reviewProgress),
  })
  const review = data?.reviewProgress
  const over = review !== undefined && isOver(review)
  useEffect(() => {
    if (over) done()
  }, [over])
  if (review === undefined) return failure ? <FailureAlert failure={failure} /> : null
  return (
    <Card aria-live='polite' title={term('review.phase', review.phase)}>
      {failure && <FailureAlert failure={failure} />}
      <Progress
        aria-label={say('filing.review')}
        percent={over || review.pages === 0 ? 100 : Math.floor(100 * review.page / review.pages)}
        status={review.state === 'FAILED' ? 'exception' : over ? 'success' : 'active'}
      />
      {say('filing.progress', review)}
      {review.error !== null && <Alert type='error' role='alert' title={review.error} />}
    </Card>
  )
}

/** Writes what was found into a file, of the project or beside the text of one filing. */
function useExport(project: string): (kind: 'XLSX' | 'ANNOTATED', document?: string) => void {
  const fetchFile = useFetchFile()
  const { done, refused, failed } = useTold()
  const exportReview = useDo(ExportReview)
  const write = async (kind: 'XLSX' | 'ANNOTATED', document?: string) => {
    const { exportReview: result, trace } = await exportReview({
      input: { project, kind, ...(document === undefined ? {} : { document }) },
    })
    if (result.__typename === 'ReviewRefusal') return refused(result, trace)
    fetchFile(result.file, result.name)
    done(result.name, trace)
  }
  return (kind, document) => void write(kind, document).catch(failed)
}
