/**
 * `npm run -s review -- <files…> [--json] [--confusions <groups.txt>]`
 *
 * Reviews filings together as a project's are reviewed, without a server. With `--json` one finding a
 * line; a file that cannot be reviewed is a line with `refused`, and the command ends with 1.
 */
import '../environment.ts'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import { type ReviewFinding, runReview } from '../subgraphs.ts'

const USAGE = `usage: review <files…>
         [--json]                  one finding a line
         [--confusions <groups>]   lines of characters that are confused with one another`

const { values, positionals } = readArguments()
if (positionals.length === 0) {
  console.error(USAGE)
  process.exit(2)
}

try {
  const names = positionals.map((path) => basename(path))
  const files = await Promise.all(
    positionals.map(async (path, i) => ({
      name: names[i]!,
      data: new Uint8Array(await readFile(path)),
    })),
  )
  const groups = values.confusions === undefined
    ? undefined
    : (await readFile(values.confusions, 'utf8')).split('\n').filter((line) =>
      line.trim() !== '' && !line.startsWith('#')
    ).map((line) => line.replaceAll(/\s/g, ''))
  const shown = process.stderr.isTTY
  const { findings, files: outcomes } = await runReview(
    { files, ...(groups === undefined ? {} : { confusions: groups }) },
    (news) => {
      if (!shown || news.kind !== 'page') return
      process.stderr.write(`\r${names[news.file]} ${news.page}/${news.pages}   `)
    },
  )
  if (shown) process.stderr.write('\r\u001b[K')
  let refused = 0
  for (const [i, outcome] of outcomes.entries()) {
    if (outcome.refused === null) continue
    refused += 1
    const { code, message } = outcome.refused
    console.log(
      values.json
        ? JSON.stringify({ document: names[i], refused: { code, message } })
        : `${names[i]}: ${code} ${message}`,
    )
  }
  for (const finding of findings) {
    console.log(values.json ? JSON.stringify(lineOf(finding, names)) : textOf(finding, names))
  }
  if (!values.json) {
    for (const [i, outcome] of outcomes.entries()) {
      if (outcome.refused !== null) continue
      const { figures, verified, contradicted } = outcome.coverage
      console.log(
        `${names[i]}: ${figures} figures, ${verified} verified, ${contradicted} contradicted, ` +
          `${figures - verified - contradicted} unverified`,
      )
    }
  }
  process.exit(refused === 0 ? 0 : 1)
} catch (error) {
  console.error(`review: ${error instanceof Error ? error.message : error}`)
  process.exit(1)
}

/** A finding as a line: the first place is told apart, all places follow. */
function lineOf(finding: ReviewFinding, names: readonly string[]) {
  const places = finding.at.map(({ document, place, text }) => ({
    document: names[document],
    ...place,
    text,
  }))
  const { check, code, severity, message, equation, key } = finding
  return {
    check,
    code,
    severity,
    document: places[0]!.document,
    page: places[0]!.page,
    box: places[0]!.box ?? null,
    message,
    equation: equation ?? null,
    places,
    key,
  }
}

function textOf(finding: ReviewFinding, names: readonly string[]): string {
  const [first] = finding.at
  const { page, path } = first!.place
  const where = `${names[first!.document]}${page > 0 ? ` 第${page}页` : ''}${
    path ? ` ${path}` : ''
  }`
  return `[${finding.severity}] ${where} ${finding.check}: ${finding.message}`
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { json: { type: 'boolean' }, confusions: { type: 'string' } },
    })
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n${USAGE}`)
    process.exit(2)
  }
}
